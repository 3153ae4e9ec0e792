"""`flask staff`: the people who sign in at the desk."""

import os
import secrets
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from app import clock
from app.accounts import actions
from app.accounts.passwords import hashed
from app.accounts.queries import find_staff, list_staff
from app.accounts.rules import RoleName
from app.errors import Conflict, Refused
from app.mail.addresses import normalise
from app.wiring import Wiring

DEMO_EMAIL = "coordinator@vigil.example"

group = click.Group("staff", help="The people who sign in at the desk.")


@group.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in RoleName]), required=True, help="What the person is trusted with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
@click.pass_obj
@with_appcontext
def create_command(wiring: Wiring, email: str, role: str, password_stdin: bool) -> None:
    """Create a person who may sign in."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    try:
        email, password_hash = normalise(email), hashed(password)
        with wiring.database.transaction() as session:
            actions.create(session, email, password_hash=password_hash, role=RoleName(role), actor="command line", now=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.reason % refusal.values if refusal.values else refusal.reason) from None
    except Conflict:
        raise click.ClickException(f"{email} has an account already; `flask staff list` shows all of them.") from None
    click.echo(f"{email} may sign in at {wiring.site.public_url}/desk/ as {role}.")


@group.command("list")
@click.pass_obj
def list_command(wiring: Wiring) -> None:
    """Show everybody who may sign in."""
    with wiring.database.reading() as session:
        people = [(one.email, ", ".join(sorted(one.role_names)), one.tf_primary_method, one.active) for one in list_staff(session)]
    for email, roles, factor, active in people:
        click.echo("\t".join([email, roles, "second factor" if factor else "password only", *([] if active else ["switched off"])]))
    if not people:
        click.echo("Nobody yet: `flask staff create EMAIL --role admin`.")


def ensure_demo_staff(wiring: Wiring, app: Flask) -> tuple[str, str]:
    """A coordinator to try the desk with: (e-mail, password). The password is made once and kept in instance/demo_staff (mode 0600)."""
    path = wiring.config.instance / "demo_staff"
    lost = not path.exists()
    password = _kept(path, secrets.token_urlsafe(15)) if lost else path.read_text().strip()
    with wiring.database.reading() as session:
        known = find_staff(session, DEMO_EMAIL) is not None
    if known and not lost:
        return DEMO_EMAIL, password
    with app.app_context():
        password_hash = hashed(password)
    with wiring.database.transaction() as session:
        staff = find_staff(session, DEMO_EMAIL)
        if staff is None:
            actions.create(session, DEMO_EMAIL, password_hash=password_hash, role=RoleName.COORDINATOR, actor="system", now=clock.now())
        else:
            actions.set_password(session, staff, password_hash=password_hash, actor="system", now=clock.now())
    return DEMO_EMAIL, password


def _ask() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _kept(path: Path, password: str) -> str:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    return password
