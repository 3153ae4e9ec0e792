"""Every mail has its three files, and every folder of a mail is sent by somebody."""

import re
from pathlib import Path

import pytest

from config import ROOT

MAILS = sorted(path for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir())
PARTS = {"subject.txt", "body.txt", "body.html"}
WRITTEN_BY_PEOPLE = {"letter"}
"""Mails whose subject and text are their writer's; there is only a template for what is around them."""


@pytest.mark.parametrize("folder", MAILS, ids=lambda path: path.name)
def test_mail_is_whole_and_used(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == ({"body.html"} if folder.name in WRITTEN_BY_PEOPLE else PARTS)
    source = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    assert re.search(rf"[\"']{re.escape(folder.name)}[\"']", source), "nothing sends it"


def test_mails_that_are_rendered_have_a_folder() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    named = set(re.findall(r"render\(\s*[a-z_.]*site,\s*\"([a-z_]+)\"", source))
    assert named <= {folder.name for folder in MAILS}
