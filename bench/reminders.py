"""Reminders planned per second for 100,000 people in twelve zones, against one raw INSERT ... SELECT of the same rows into the same table.

Both write every index and check every foreign key. The raw statement copies rows that were planned before: it has nobody to look for and no
local hours to find, and is one transaction. The best of three runs each, in turns. It also prints how long the longest transaction of the
plan was: on SQLite, nobody else writes meanwhile.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from sqlalchemy import Connection, event, text

from app import secrets
from app.db import Database
from app.models import metadata
from app.reminders import jobs, rules
from app.site import MailRoute, Site
from bench.syncs import syncs_per_second
from tests import postgresql

PEOPLE, RUNS, BAR = 100_000, 3, 0.5
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
DEADLINE = date(2026, 3, 24)
ZONES = (
    "Europe/Madrid", "Europe/London", "Europe/Berlin", "Europe/Lisbon", "Europe/Moscow", "Africa/Cairo",
    "America/New_York", "America/Mexico_City", "America/Bogota", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland",
)  # fmt: skip
SITE = Site(
    name="Bench", contact="office@bench.example", imprint="", public_url="http://127.0.0.1", mail_from="hello@bench.example",
    letters_from="letters@bench.example", secret="bench", route=MailRoute("file", path=Path("unused")), demo=False, boot="bench",
)  # fmt: skip

NUMBERS = {
    "sqlite": f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {PEOPLE}) ",
    "postgresql": f"WITH numbers (n) AS (SELECT generate_series(1, {PEOPLE})) ",
}
HASH = {"sqlite": "printf('%064d', n)", "postgresql": "lpad(n::text, 64, '0')"}
COLUMNS = "campaign_id, supporter_id, appeal_id, round, step, deadline_on, due_at, state, state_at"
RAW = f"INSERT INTO reminder ({COLUMNS}) SELECT {COLUMNS} FROM planned ORDER BY id"


def run() -> list[dict[str, object]]:
    """The measure, as every bench reports it."""
    secrets.install([Fernet.generate_key().decode()], "bench")
    figures: list[dict[str, object]] = []
    with TemporaryDirectory() as folder:
        figures += _measure("sqlite", f"sqlite:///{folder}/bench.sqlite3")
    if reason := postgresql.missing():
        print(f"not measured: reminders on PostgreSQL ({reason})")
    else:
        with postgresql.scratch("bench_reminders") as url:
            figures += _measure("postgresql", url)
    return figures


def _measure(kind: str, url: str) -> list[dict[str, object]]:
    database = Database(url)
    _fill(database, kind)
    jobs.plan(database, SITE, NOW)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE planned AS SELECT * FROM reminder"))
    raw, planned, longest = [], [], 0.0
    with _timed_transactions(database) as held:
        for _ in range(RUNS):
            _empty(database)
            raw.append(_seconds(lambda: _insert_raw(database)))
            _empty(database)
            held.clear()
            planned.append(_seconds(lambda: jobs.plan(database, SITE, NOW)))
            longest = max(held)
            _require_all(database)
        again = _seconds(lambda: jobs.plan(database, SITE, NOW))
    _empty(database)
    syncs = syncs_per_second(database, lambda: jobs.plan(database, SITE, NOW))
    database.close()
    value, limit = PEOPLE / min(planned), PEOPLE / min(raw)
    ratio = round(value / limit, 3)
    print(f"  {kind}: planned in {min(planned):.2f} s, raw {min(raw):.2f} s, once more, adding nothing, {again:.2f} s", end="; ")
    print(f"longest transaction {longest * 1000:.0f} ms")
    return [
        {
            "name": f"reminders_planned_{kind}",
            "value": round(value),
            "unit": "reminders/s",
            "limit": round(limit),
            "ratio": ratio,
            "bar": BAR,
            "holds": ratio >= BAR,
            "fsyncs_per_second": None if syncs is None else round(syncs, 1),
        }
    ]


def _fill(database: Database, kind: str) -> None:
    metadata.create_all(database.engine)
    zone = "CASE n % 12 " + " ".join(f"WHEN {number} THEN '{zone}'" for number, zone in enumerate(ZONES)) + " END"
    sealed = {"sealed": secrets.seal(b"somebody@mail.example"), "now": _stored(NOW - timedelta(days=3)), "deadline": DEADLINE.isoformat()}
    with database.transaction() as session:
        connection = session.connection()
        for statement in (
            """INSERT INTO campaign (id, slug, country, timezone, topics, state, created_at, published_at, version, cap_per_hour,
            reply_to, reminders, outcome_story)
            VALUES (1, 'bench', 'PT', 'Europe/Lisbon', '[]', 'published', :now, :now, 1, 60, 'office', '[7, 3, 1]', '{}')""",
            """INSERT INTO edition (id, campaign_id, number, round, deadline_on, asks_again, preferred_languages)
            VALUES (1, 1, 1, 1, :deadline, false, '[]')""",
            f"""INSERT INTO supporter (id, email_hash, email, email_domain, name, place, country, language, timezone, consent, confirmed_at, tell_new)
            {NUMBERS[kind]} SELECT n, {HASH[kind]}, :sealed, 'mail.example', :sealed, :sealed, 'ES', 'es', {zone}, '1', :now, false FROM numbers""",
            f"""INSERT INTO appeal (id, key, campaign_id, edition_id, round, supporter_id, state, email_hash, email, name, place, country, language,
            letter_language, subject, personal_lines, answer_direct, remind, tell_new, wants_letter, consent, created_at, proven_at)
            {NUMBERS[kind]} SELECT n, 'key-' || n, 1, 1, 1, n, 'proven', {HASH[kind]}, :sealed, :sealed, :sealed, 'ES', 'es', 'es', :sealed, :sealed,
            false, true, false, true, '1', :now, :now FROM numbers""",
        ):
            used = {name: value for name, value in sealed.items() if f":{name}" in statement}
            connection.execute(text(statement), used)


def _insert_raw(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text(RAW))


def _stored(moment: datetime) -> str:
    """As both databases read it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _empty(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM reminder" if database.on_sqlite else "TRUNCATE reminder"))
    raw = database.engine.raw_connection()
    if database.on_sqlite:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        raw.driver_connection.autocommit = True  # type: ignore[union-attr]
        raw.cursor().execute("VACUUM ANALYZE appeal, supporter")
        raw.driver_connection.autocommit = False  # type: ignore[union-attr]
    raw.close()


def _require_all(database: Database) -> None:
    with database.reading() as session:
        rows, slots = session.execute(text("SELECT count(*), count(DISTINCT due_at) FROM reminder")).one()
    if rows != PEOPLE or slots < rules.SLOTS:
        raise RuntimeError(f"{rows} reminders at {slots} moments were planned for {PEOPLE} people")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _timed_transactions(database: Database) -> Iterator[list[float]]:
    """The seconds between BEGIN and COMMIT of each transaction that committed."""
    held: list[float] = []

    @event.listens_for(database.engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(database.engine, "commit")
    def _commit(connection: Connection) -> None:
        held.append(time.perf_counter() - connection.info["began"])

    yield held
