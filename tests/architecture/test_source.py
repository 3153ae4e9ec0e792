"""What the source may and may not hold: one owner for commits, the clock, the environment; nothing unsafe in templates."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

PYTHON = [*sorted((ROOT / "app").rglob("*.py")), ROOT / "config.py", ROOT / "wsgi.py"]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
HTML = [path for path in TEMPLATES if path.suffix == ".html"]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _calls(path: Path) -> Iterator[tuple[str, int]]:
    """Every dotted name in a file, with its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node), node.lineno


@pytest.mark.parametrize(
    ("forbidden", "owners"),
    [
        (r"\.commit$", {"app/db.py", "app/accounts/datastore.py"}),
        (r"^os\.(environ|getenv)$", {"config.py"}),
        (r"\bdatetime\.(now|utcnow|today)$|\bdate\.today$|^time\.time$", {"app/clock.py"}),
        (r"^clock\.now$", {"app/web/state.py"}),
        (r"^smtplib\.SMTP$", {"app/mail/smtp.py"}),
    ],
)
def test_only_its_owner_uses(forbidden: str, owners: set[str]) -> None:
    doors = ("app/commands/", "app/jobs/", "app/desk/", "app/pages/")
    found = []
    for path in PYTHON:
        if _name(path) in owners or (forbidden == r"^clock\.now$" and (_name(path).startswith(doors) or path.name == "cli.py")):
            continue
        found += [f"{_name(path)}:{line} {name}" for name, line in _calls(path) if re.search(forbidden, name)]
    assert found == []


@pytest.mark.parametrize("path", HTML, ids=_name)
def test_template_has_nothing_that_the_content_policy_forbids(path: Path) -> None:
    source = path.read_text()
    if "emails" not in path.parts:
        assert not re.search(r"\sstyle=", source)
        assert not re.search(r"<style", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", source), "nothing is fetched from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_lets_no_text_through_unescaped(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\|\s*safe\b", source)
    if path.suffix == ".html":
        assert not re.search(r"autoescape\s+false", source)


def test_markup_is_made_of_no_text_of_people() -> None:
    found = [f"{_name(path)}:{line}" for path in PYTHON for name, line in _markup(path)]
    assert found == []


def _markup(path: Path) -> Iterator[tuple[str, int]]:
    """Markup(...) of anything but a plain literal."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Markup") and not all(isinstance(a, ast.Constant) for a in node.args):
            yield "Markup", node.lineno


def test_no_package_registry_is_named() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "jsdelivr" + ".net", "unpkg" + ".com", "cdnjs" + "."]
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    found = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace").lower()
            found += [f"{name}: {host}" for host in hosts if host in text]
    assert found == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_lock_file_holds_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|index-url|find-links|file:", text)
    pinned = re.findall(r"^([A-Za-z0-9][^\s;=]*)==", text, re.MULTILINE)
    assert len(pinned) > 20
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
