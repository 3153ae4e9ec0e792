"""Migrations: numbered, whole, equal to the models, and safe for the rows that are there."""

import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import MetaData, create_engine, inspect, text

from app.commands import database as db
from app.db import Database, make_engine
from app.models import metadata
from app.site import Site
from app.wiring import Wiring
from config import ROOT, Config
from tests import make

THEN = datetime(2026, 3, 10, 10, tzinfo=UTC)
LETTER_OF_0009: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "campaign",
        [
            {
                "id": 1,
                "slug": "lopez",
                "country": "PT",
                "timezone": "Europe/Lisbon",
                "topics": [],
                "state": "draft",
                "created_at": THEN,
                "version": 1,
                "cap_per_hour": 60,
                "reply_to": "office",
                "reminders": [],
                "outcome_story": {},
            }
        ],
    ),
    (
        "edition",
        [{"id": 1, "campaign_id": 1, "number": 1, "round": 1, "deadline_on": THEN.date(), "asks_again": False, "preferred_languages": []}],
    ),
    (
        "target",
        [
            {
                "id": 1,
                "role": "Minister",
                "name": "",
                "organisation": "",
                "address": [],
                "country": "PT",
                "emails": [],
                "fax": "",
                "phone": "",
                "languages": [],
            }
        ],
    ),
    (
        "appeal",
        [
            {
                "id": 1,
                "key": "k",
                "campaign_id": 1,
                "edition_id": 1,
                "round": 1,
                "state": "draft",
                "email_hash": "h",
                "email": b"e",
                "name": b"n",
                "place": b"p",
                "country": "ES",
                "language": "es",
                "letter_language": "es",
                "subject": b"",
                "personal_lines": b"",
                "answer_direct": False,
                "remind": False,
                "tell_new": False,
                "wants_letter": True,
                "consent": "1",
                "created_at": THEN,
            }
        ],
    ),
    (
        "letter",
        [
            {"id": 1, "appeal_id": 1, "target_id": 1, "channel": "print", "state": "reported", "state_at": THEN},
            {"id": 2, "appeal_id": 1, "target_id": 1, "channel": "platform", "state": "waiting", "state_at": THEN},
        ],
    ),
]
"""Rows as they were before migration 0010."""
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def _tables(url: str) -> dict[str, Any]:
    """Everything a database tells about its tables, in a form that can be compared."""
    engine = create_engine(url)
    seen = inspect(engine)
    found = {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)},
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted(
                (str(f["name"]), f["constrained_columns"], f["referred_table"], str(f["options"])) for f in seen.get_foreign_keys(table)
            ),
            "unique": sorted((str(u["name"]), u["column_names"]) for u in seen.get_unique_constraints(table)),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in seen.get_check_constraints(table)),
            "indexes": sorted((str(i["name"]), i["column_names"], bool(i["unique"]), _where(i)) for i in seen.get_indexes(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()
    return found


def _where(index: Any) -> list[str]:
    return [str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("_where")]


def test_upgraded_database_equals_the_models(empty_database_url: str, database_url: str) -> None:
    database = Database(empty_database_url)
    db.upgrade(database)
    assert db.compare(database) == []
    database.close()
    upgraded, modelled = _tables(empty_database_url), _tables(database_url)
    assert upgraded.keys() == modelled.keys()
    for table in modelled:
        assert upgraded[table] == modelled[table], table


def test_every_table_of_the_models_is_compared(database_url: str) -> None:
    assert _tables(database_url).keys() == metadata.tables.keys()


def test_migrations_are_numbered_without_gaps_in_one_line() -> None:
    assert [path.name[:5] for path in VERSIONS] == [f"{n:04d}_" for n in range(1, len(VERSIONS) + 1)]
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    numbers = [script.revision for script in scripts.walk_revisions()][::-1]
    assert numbers == [path.name[:4] for path in VERSIONS]
    assert [script.down_revision for script in scripts.walk_revisions()][::-1] == [None, *numbers[:-1]]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_migration_says_what_it_does_and_imports_nothing_of_the_app(path: Path) -> None:
    source = path.read_text()
    assert re.match(r'"""[A-Z].+\.', source)
    assert not re.search(r"^\s*(from|import) (app|config)\b", source, re.MULTILINE)
    assert "def downgrade" not in source, "the way back is the backup"


def test_second_upgrade_changes_nothing(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert db.current(database) is None
    assert db.upgrade(database) == db.head()
    assert db.current(database) == db.head()
    assert db.upgrade(database) == db.head()
    database.close()


def test_two_upgrades_at_once_end_in_one(empty_database_url: str) -> None:
    problems: list[BaseException] = []

    def upgrade() -> None:
        database = Database(empty_database_url)
        try:
            db.upgrade(database)
        except BaseException as problem:
            problems.append(problem)
        finally:
            database.close()

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    database = Database(empty_database_url)
    assert db.compare(database) == []
    database.close()


def test_upgrade_makes_the_folder_of_the_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'vigil.sqlite3'}")
    assert db.current(database) is None
    db.upgrade(database)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    database.close()


def test_printed_letters_of_older_versions_count_as_posted(empty_database_url: str) -> None:
    """Migration 0010 tells post from fax; no letter is lost on the way."""
    database = Database(empty_database_url)
    with db._migrating(database) as connection:
        command.upgrade(db._alembic(connection), "0009")
        before = MetaData()
        before.reflect(connection)
        for table, values in LETTER_OF_0009:
            connection.execute(before.tables[table].insert(), values)
    db.upgrade(database)
    with database.reading() as session:
        assert session.execute(text("SELECT id, channel, state, appeal_id FROM letter ORDER BY id")).all() == [
            (1, "post", "reported", 1),
            (2, "platform", "waiting", 1),
        ]
        assert session.execute(text("SELECT safety, own_share, rewritten FROM appeal")).one() == ("full", 0, None)
    database.close()


@pytest.mark.sqlite
def test_changing_a_table_by_copying_it_keeps_the_rows_that_point_to_it(database: Database) -> None:
    with database.transaction() as session:
        make.appeal(session)
    with (
        db._migrating(database) as connection,
        Operations(MigrationContext.configure(connection)).batch_alter_table("campaign", recreate="always") as table,
    ):
        table.drop_column("reference")
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM edition")) == 1
        assert session.scalar(text("SELECT count(*) FROM appeal")) == 1


@pytest.mark.sqlite
def test_upgrade_that_leaves_rows_pointing_nowhere_is_undone(database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session)
    with pytest.raises(RuntimeError, match="point nowhere"), db._migrating(database) as connection:
        connection.execute(text("DELETE FROM campaign"))
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM campaign")) == 1


def test_commands_say_where_the_database_is(empty_database_url: str, config: Config, site: Site) -> None:
    wiring = Wiring(config, site, Database(empty_database_url))
    run = CliRunner()
    assert run.invoke(db.group, ["current"], obj=wiring).output == f"at nothing, needs {db.head()}\n"
    assert run.invoke(db.group, ["check"], obj=wiring).exit_code == 1
    assert run.invoke(db.group, ["upgrade"], obj=wiring).output == f"The database was upgraded: empty -> {db.head()}.\n"
    assert run.invoke(db.group, ["upgrade"], obj=wiring).output == f"The database is up to date ({db.head()}).\n"
    assert run.invoke(db.group, ["check"], obj=wiring).output == "The tables are as the models say.\n"
    wiring.database.close()


def test_check_names_a_column_and_a_rule_that_are_missing(empty_database_url: str, config: Config, site: Site) -> None:
    wiring = Wiring(config, site, Database(empty_database_url))
    db.upgrade(wiring.database)
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DROP COLUMN verb"))
        connection.execute(text("DROP TABLE pace"))
        connection.execute(
            text("CREATE TABLE pace (campaign_id int, target_id int, next_at timestamp, CONSTRAINT ck_pace_odd CHECK (campaign_id > 0))")
        )
    engine.dispose()
    result = CliRunner().invoke(db.group, ["check"], obj=wiring)
    assert result.exit_code == 1
    assert "verb" in result.output
    assert "unknown check ck_pace_odd on pace" in result.output
    wiring.database.close()
