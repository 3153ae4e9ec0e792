"""`flask db`: bring the tables to what this version of Vigil needs, and say where they are.

There is no way down: before an upgrade make a backup, to go back restore it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import OperationalError

from app.db import Database, make_engine
from app.models import metadata
from app.wiring import Wiring
from config import ROOT

UPGRADE_LOCK = 7_164_201
"""The PostgreSQL advisory lock under which one process at a time upgrades."""

group = click.Group("db", help="The database's tables.")


@group.command("upgrade")
@click.pass_obj
def upgrade_command(wiring: Wiring) -> None:
    """Create or change the tables as this version needs them; all of it or nothing."""
    before = current_or_refuse(wiring.database)
    if before is not None and not known(before):
        raise click.ClickException(advice(before))
    after = upgrade(wiring.database)
    click.echo(f"The database is up to date ({after})." if before == after else f"The database was upgraded: {before or 'empty'} -> {after}.")


@group.command("current")
@click.pass_obj
def current_command(wiring: Wiring) -> None:
    """Say which migration the database is at, and which one this version needs."""
    click.echo(f"at {current_or_refuse(wiring.database) or 'nothing'}, needs {head()}")


@group.command("check")
@click.pass_obj
def check_command(wiring: Wiring) -> None:
    """Compare the tables with the models; exit 1 where they differ."""
    current_or_refuse(wiring.database)
    differences = compare(wiring.database)
    for line in differences:
        click.echo(line)
    if differences:
        raise click.ClickException("the tables differ from the models; run `flask db upgrade`.")
    click.echo("The tables are as the models say.")


def head() -> str:
    """The number of the newest migration."""
    found = ScriptDirectory.from_config(_alembic()).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def known(number: str) -> bool:
    """Whether this version of Vigil has a migration with this number."""
    return number in {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}


def advice(at: str | None) -> str:
    """What to do when the database is not at `head()`."""
    if at is not None and not known(at):
        return f"the database is at {at}, which this version of Vigil does not know: run the newer version it was upgraded with."
    return f"the database is at {at or 'nothing'}, this version needs {head()}: run `flask db upgrade`."


def current(database: Database) -> str | None:
    """The number of the migration the database is at; None when it has no tables of ours. Raises OperationalError when it is away."""
    if _missing_file(database):
        return None
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def current_or_refuse(database: Database) -> str | None:
    """The same for commands: a database that is away is a ClickException of one line."""
    try:
        return current(database)
    except OperationalError as problem:
        line = str(problem.orig).strip().splitlines()[0]
        raise click.ClickException(f"the database cannot be reached ({line}): check DATABASE_URL.") from None


def upgrade(database: Database) -> str:
    """Run the migrations that are missing in one transaction. Returns the number reached."""
    if path := _file(database):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _migrating(database) as connection:
        command.upgrade(_alembic(connection), "head")
    return head()


def compare(database: Database) -> list[str]:
    """Where the tables differ from the models, a line each."""
    if current(database) is None:
        return ["the database has no tables"]
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [f"{difference}" for difference in compare_metadata(context, metadata)]
        return found + _check_differences(connection)


def _check_differences(connection: Connection) -> list[str]:
    """Alembic does not look at check constraints; their names are compared here."""
    lines = []
    for table in metadata.sorted_tables:
        wanted = {constraint.name for constraint in table.constraints if constraint.__visit_name__.endswith("check_constraint")}
        found = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
        lines += [f"missing check {name} on {table.name}" for name in sorted(map(str, wanted - found))]
        lines += [f"unknown check {name} on {table.name}" for name in sorted(map(str, found - wanted))]
    return lines


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """A connection in a transaction that lets one upgrade in at a time.

    On SQLite a table is changed by copying it, so foreign keys are off while it lasts and checked before the end.
    """
    engine = make_engine(database.engine.url.render_as_string(hide_password=False))
    try:
        if not database.on_sqlite:
            with engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
                yield connection
            return
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
        with engine.execution_options(begin="IMMEDIATE").begin() as connection:
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the upgrade would leave rows that point nowhere, so nothing was changed: {broken[:5]}")
    finally:
        engine.dispose()


def _file(database: Database) -> Path | None:
    name = database.engine.url.database
    return Path(name) if database.on_sqlite and name else None


def _missing_file(database: Database) -> bool:
    path = _file(database)
    return path is not None and not path.exists()


def _alembic(connection: Connection | None = None) -> Alembic:
    settings = Alembic()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings
