"""Starting, serving and stopping for real, and the one clear line where it cannot be."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.commands import database as tables
from app.db import Database
from app.jobs.locks import FileLock
from config import ROOT
from tests.conftest import KEYS
from tests.server import Server, environment, flask
from tests.sink import free_port

Settings = dict[str, str]


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    """An installation with all tables and no rows."""
    database = Database(empty_database_url)
    tables.upgrade(database)
    database.close()
    return {**KEYS, "VIGIL_ENV": "test", "DATABASE_URL": empty_database_url, "INSTANCE_PATH": str(tmp_path / "instance")}


def _refusal(*arguments: str, settings: Settings, prefix: tuple[str, ...] = ()) -> str:
    """The one line with which a command gave up."""
    result = flask(*arguments, settings=settings, prefix=prefix)
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


def test_server_answers_and_ends_when_told(settings: Settings, tmp_path: Path) -> None:
    with Server(settings, tmp_path / "log") as server:
        assert "<html" in server.get("/en/")
        assert server.stop() == 0
    assert f"Vigil listens on {server.url}" in server.output
    assert "Traceback" not in server.output


def test_server_ends_at_once_on_ctrl_c(settings: Settings, tmp_path: Path) -> None:
    with Server(settings, tmp_path / "log") as server:
        began = time.monotonic()
        assert server.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 10
    assert "Traceback" not in server.output


@pytest.mark.sqlite
def test_on_sqlite_the_server_runs_the_jobs(settings: Settings, tmp_path: Path) -> None:
    with Server(settings, tmp_path / "log") as server:
        lock = tmp_path / "instance" / "jobs.lock"
        end = time.monotonic() + 10
        while not lock.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert not FileLock(lock).hold(), "somebody holds it"
        server.stop()
    ours = FileLock(lock)
    assert ours.hold(), "it is free again"
    ours.release()


@pytest.mark.postgresql
def test_on_postgresql_the_server_names_who_runs_the_jobs(settings: Settings, tmp_path: Path) -> None:
    with Server(settings, tmp_path / "log", "--workers", "2") as server:
        assert "<html" in server.get("/en/")
    assert "flask worker" in server.output
    assert not (tmp_path / "instance" / "jobs.lock").exists()


def test_surroundings_do_not_change_the_server(settings: Settings, tmp_path: Path) -> None:
    with Server(settings | {"GUNICORN_CMD_ARGS": "--workers 5 --bind 127.0.0.1:1"}, tmp_path / "log") as server:
        assert "<html" in server.get("/en/")


def test_taken_port_is_one_line(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = _refusal("serve", "--port", str(port), settings=settings)
    assert line.startswith(f"Error: port {port} is taken")
    assert f"--port {port + 1}" in line


def _bound_by_modes() -> tuple[str, ...]:
    """Root may write anywhere; this takes that from it."""
    return ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()


@pytest.mark.parametrize("keys", [{}, KEYS], ids=["keys to be made", "keys given"])
def test_read_only_folder_is_one_line(settings: Settings, tmp_path: Path, keys: Settings) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    without = {name: value for name, value in settings.items() if name not in KEYS}
    arguments = without | keys | {"INSTANCE_PATH": str(locked / "instance")}
    line = _refusal("serve", "--port", str(free_port()), settings=arguments, prefix=_bound_by_modes())
    assert f"{locked / 'instance'} cannot be written" in line
    assert "INSTANCE_PATH" in line


def test_tables_that_are_behind_are_one_line(settings: Settings) -> None:
    _set_number(settings, "0001")
    line = _refusal("serve", "--port", str(free_port()), settings=settings)
    assert line == f"Error: the database is at 0001, this version needs {tables.head()}: run `flask db upgrade`."


def test_tables_of_a_newer_version_are_one_line(settings: Settings) -> None:
    _set_number(settings, "9000")
    assert "9000, which this version of Vigil does not know" in _refusal("serve", "--port", str(free_port()), settings=settings)
    assert "9000, which this version of Vigil does not know" in _refusal("db", "upgrade", settings=settings)


@pytest.mark.sqlite
def test_database_without_tables_is_one_line(settings: Settings, tmp_path: Path) -> None:
    fresh = settings | {"DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}"}
    assert "the database is at nothing" in _refusal("serve", "--port", str(free_port()), settings=fresh)
    assert not (tmp_path / "none.sqlite3").exists()


def test_database_that_is_away_is_one_line(settings: Settings) -> None:
    away = settings | {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{free_port()}/vigil"}
    line = _refusal("serve", "--port", str(free_port()), settings=away)
    assert "the database cannot be reached" in line
    assert "DATABASE_URL" in line


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("PUBLIC_URL", "act.example.org", "PUBLIC_URL is 'act.example.org'"),
        ("MAIL_URL", "pigeon://roof", "MAIL_URL is not understood"),
        ("VIGIL_ENV", "live", "VIGIL_ENV is 'live'"),
        ("PROXIES", "some", "PROXIES is 'some'"),
    ],
)
def test_bad_setting_is_one_line(settings: Settings, setting: str, value: str, said: str) -> None:
    assert said in _refusal("serve", settings=settings | {setting: value})


@pytest.mark.sqlite
def test_several_processes_need_postgresql(settings: Settings) -> None:
    assert "SQLite is written by one process" in _refusal("serve", "--workers", "2", settings=settings)


def test_pretended_moment_is_shown_and_kept(settings: Settings, tmp_path: Path) -> None:
    with Server(settings, tmp_path / "log", "--now", "2013-08-20") as server:
        assert "<html" in server.get("/en/")
    assert "Here it is 2013-08-20." in server.output


def test_pretended_moment_must_be_one(settings: Settings) -> None:
    assert "--now soon is no date or time" in _refusal("serve", "--now", "soon", settings=settings)


def test_production_lives_in_the_present(settings: Settings) -> None:
    line = _refusal("serve", "--now", "2013-08-20", settings=settings | {"VIGIL_ENV": "production", "REDIS_URL": "redis://127.0.0.1:6379/0"})
    assert "in production lives in the present" in line


def _set_number(settings: Settings, number: str) -> None:
    database = Database(settings["DATABASE_URL"])
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
    database.close()


class TestMakingTheVenv:
    """.ci/venv, which `make` calls first, run in a copy of the checkout's top folder."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
        (tmp_path / ".ci").mkdir()
        for name in (".ci/venv", "requirements.txt"):
            (tmp_path / name).write_text((ROOT / name).read_text())

        def run(python: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
            command = [*prefix, "sh", ".ci/venv", "requirements.txt"]
            return subprocess.run(command, cwd=tmp_path, env=environment({"PYTHON": python}), capture_output=True, text=True, timeout=60)

        return run

    @staticmethod
    def _pretended_python(tmp_path: Path, script: str) -> str:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    def test_old_python_is_one_line(self, run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
        result = run(self._pretended_python(tmp_path, 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi'))
        assert result.returncode == 1
        assert result.stderr.startswith("Error: Vigil needs Python 3.11 or newer, and here is Python 3.9.2.")
        assert result.stderr.count("\n") == 1

    def test_no_python_is_one_line(self, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        result = run("/nowhere/python3")
        assert result.stderr.startswith("Error: Vigil needs Python 3.11 or newer, and here is no /nowhere/python3 at all.")
        assert result.stderr.count("\n") == 1

    def test_missing_venv_module_is_one_line(self, run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
        result = run(self._pretended_python(tmp_path, 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'))
        assert result.returncode == 1
        assert "apt install python3-venv" in result.stderr
        assert result.stderr.count("\n") == 1

    def test_read_only_checkout_is_one_line(self, run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        try:
            result = run("python3", _bound_by_modes())
        finally:
            tmp_path.chmod(0o700)
        assert result.returncode == 1
        assert f"{tmp_path} cannot be written" in result.stderr
        assert result.stderr.count("\n") == 1
