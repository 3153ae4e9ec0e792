"""`flask demo start`, which `make run` calls: everything from nothing, and nothing lost the second time."""

import re
from pathlib import Path

import pytest

from tests.conftest import KEYS
from tests.server import Server, flask


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """A folder and a database that hold nothing yet."""
    return {"DATABASE_URL": empty_database_url, "INSTANCE_PATH": str(tmp_path / "instance")}


def test_demo_starts_from_nothing_and_keeps_what_it_made(settings: dict[str, str], tmp_path: Path) -> None:
    told = []
    for log in ("first", "second"):
        with Server(settings, tmp_path / log, command=("demo", "start")) as server:
            page = server.get("/en/")
            assert "Amaranta Quishpe Olmedo" in page
            assert "Pavlov" in page
        assert "Traceback" not in server.output
        assert f"{server.url}/desk/mail and in {tmp_path / 'instance' / 'outbox'}" in server.output
        sign_in = re.search(r"sign in as (\S+@\S+) with the password (\S+)", server.output)
        assert sign_in, server.output
        told.append(sign_in.groups())
    assert told[0] == told[1]
    assert (tmp_path / "instance" / "demo_staff").stat().st_mode & 0o777 == 0o600


def test_demo_is_refused_in_production(settings: dict[str, str], tmp_path: Path) -> None:
    live = {**settings, **KEYS, "VIGIL_ENV": "production", "REDIS_URL": "redis://127.0.0.1:6379/0"}
    result = flask("demo", "start", settings=live)
    assert result.returncode == 1
    assert result.stderr == "Error: the demo is for trying Vigil out: VIGIL_ENV is production, so nothing was started.\n"


def test_every_command_has_a_line_of_help(settings: dict[str, str]) -> None:
    said = flask("--help", settings=settings).stdout
    for command in ("campaigns", "db", "deliveries", "demo", "doctor", "jobs", "serve", "staff", "supporters", "worker"):
        assert re.search(rf"^  {command}  +\S", said, re.MULTILINE), command
