"""The directory of embassies from the command line."""

from pathlib import Path

import pytest
from flask import Flask

from app.db import Database
from app.targets.queries import list_embassies

GOOD = "represents,accredited_to,emails,phone\nEC,DE,berlin@embassy.example,12345678901234567\nEC,ES,,\n"


def run(app: Flask, *arguments: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["targets", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "embassies.csv"
    path.write_text(GOOD)
    return path


def test_file_is_checked_then_loaded_then_the_same(app: Flask, database: Database, file: Path) -> None:
    code, said = run(app, "embassies", file, "--check")
    assert (code, said.splitlines()[-1]) == (0, "Embassies: 2 new, 0 changed, 0 as they were. Nothing was changed.")
    assert f"{file}: warning: line 2, phone: “12345678901234567” cannot be a telephone number there" in said
    with database.reading() as session:
        assert list_embassies(session) == []
    assert run(app, "embassies", file)[1].endswith("Embassies: 2 new, 0 changed, 0 as they were.\n")
    assert run(app, "embassies", file)[1].endswith("Embassies: 0 new, 0 changed, 2 as they were.\n")


def test_all_problems_are_said_and_nothing_is_loaded(app: Flask, database: Database, file: Path) -> None:
    file.write_text(GOOD + "EC,EC,nobody,\n")
    code, said = run(app, "embassies", file)
    assert code == 1
    assert said.splitlines() == [
        f"{file}: line 4, accredited_to: EC is the country it represents: an embassy stands in another one.",
        f"{file}: line 4, emails: “nobody” is not an e-mail address. An e-mail address has an @ in it, as in name@example.org.",
        "Error: nothing was loaded: 2 problems.",
    ]
    with database.reading() as session:
        assert list_embassies(session) == []


def test_file_that_is_no_text_is_refused_in_a_line(app: Flask, file: Path) -> None:
    file.write_bytes(b"represents,accredited_to\nEC,\xff\n")
    code, said = run(app, "embassies", file)
    assert code == 1
    assert said.startswith(f"{file}: line 2: byte 0xFF is not UTF-8")
    assert "Traceback" not in said


def test_export_loads_without_a_change(app: Flask, file: Path, tmp_path: Path) -> None:
    run(app, "embassies", file)
    again = tmp_path / "again.csv"
    code, said = run(app, "export")
    again.write_text(said)
    assert code == 0
    assert said.startswith("\ufeffrepresents,accredited_to,country,role,")
    assert run(app, "embassies", again)[1].endswith("Embassies: 0 new, 0 changed, 2 as they were.\n")
