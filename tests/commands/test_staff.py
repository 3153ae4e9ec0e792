"""`flask staff`, and the sign-in made for the demo."""

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Staff
from app.audit import AuditEntry
from app.commands.staff import DEMO_EMAIL, ensure_demo_staff
from app.db import Database
from tests.desk.visitor import PASSWORD, Visitor


def _create(app: Flask, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["staff", "create", *arguments, "--password-stdin"], input=f"{password}\n")
    return done.exit_code, done.output


def test_created_person_can_sign_in(app: Flask, database: Database) -> None:
    code, output = _create(app, "Rosa@Vigil.Example", "--role", "coordinator")
    assert (code, output) == (0, "rosa@vigil.example may sign in at http://127.0.0.1:8000/desk/ as coordinator.\n")
    assert Visitor(app.test_client()).sign_in("rosa@vigil.example").status_code == 302
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.subject)).all() == ["staff rosa@vigil.example"]


def test_password_is_asked_for_twice_without_being_shown(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["staff", "create", "rosa@vigil.example", "--role", "admin"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_second_person_shares_the_role(app: Flask) -> None:
    assert _create(app, "rosa@vigil.example", "--role", "admin")[0] == 0
    assert _create(app, "luis@vigil.example", "--role", "admin")[0] == 0


def test_what_is_wrong_is_said_in_one_line(app: Flask) -> None:
    assert _create(app, "rosa@vigil.example", "--role", "admin")[0] == 0
    for email, password, said in (
        ("ROSA@vigil.example", PASSWORD, "has an account already"),
        ("no address", PASSWORD, "@"),
        ("luis@vigil.example", "short", "at least 12"),
    ):
        code, output = _create(app, email, "--role", "admin", password=password)
        assert code == 1
        assert said in output
        assert "Traceback" not in output


def test_unknown_role_is_refused_with_the_known_ones(app: Flask) -> None:
    code, output = _create(app, "rosa@vigil.example", "--role", "king")
    assert code == 2
    assert "coordinator" in output


def test_list_shows_everybody(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "Nobody yet" in runner.invoke(args=["staff", "list"]).output
    _create(app, "rosa@vigil.example", "--role", "reviewer")
    assert runner.invoke(args=["staff", "list"]).output == "rosa@vigil.example\treviewer\tpassword only\n"


def test_demo_sign_in_is_made_once_and_kept_from_others_eyes(app: Flask, database: Database) -> None:
    wiring = app.extensions["vigil"]
    first = ensure_demo_staff(wiring, app)
    assert ensure_demo_staff(wiring, app) == first
    assert Visitor(app.test_client()).sign_in(*first).status_code == 302
    assert first[0] == DEMO_EMAIL
    assert (wiring.config.instance / "demo_staff").stat().st_mode & 0o777 == 0o600
    with database.reading() as session:
        assert len(session.scalars(select(Staff)).all()) == 1


def test_lost_demo_password_is_made_anew(app: Flask) -> None:
    wiring = app.extensions["vigil"]
    first = ensure_demo_staff(wiring, app)
    (wiring.config.instance / "demo_staff").unlink()
    second = ensure_demo_staff(wiring, app)
    assert second != first
    assert Visitor(app.test_client()).sign_in(*second).status_code == 302
