"""`flask doctor` finds what is wrong, with real servers beside it."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dns.message
import dns.query
import dns.resolver
import dns.rrset
import pytest
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner

from app import clock, secrets
from app.commands import database as tables
from app.commands.doctor import Level, doctor_command, examine
from app.db import Database
from app.deliveries.models import Delivery
from app.deliveries.rules import Kind, State
from app.jobs.locks import lock_of
from app.wiring import Wiring, site_of
from config import Config, Environment, Keys
from tests import make
from tests.sink import Sink, free_port


@pytest.fixture
def wiring(config: Config, database: Database) -> Wiring:
    """An installation in good health."""
    with database.engine.begin() as connection:
        migrations = MigrationContext.configure(connection)
        migrations.stamp(tables.ScriptDirectory.from_config(tables._alembic()), "head")
    return _wired(config, database)


def _wired(config: Config, database: Database) -> Wiring:
    return Wiring(config, site_of(config), database)


def _found(wiring: Wiring, now: datetime, level: Level, machine: datetime | None = None) -> str:
    return "\n".join(finding.text for finding in examine(wiring, now, machine=machine or clock.machine()) if finding.level is level)


def _delivery(database: Database, now: datetime, **changes: object) -> None:
    values = {"kind": Kind.LETTER, "mail": "letter", "state": State.QUEUED, "message_id": "<1@vigil.example>", "domain": "housing.example"}
    moments = {"due_at": now, "expires_at": now + timedelta(days=5), "queued_at": now, "state_at": now}
    with database.transaction() as session:
        session.add(Delivery(**(values | moments | changes)))


def test_healthy_site_has_nothing_bad(wiring: Wiring, now: datetime) -> None:
    assert _found(wiring, now, Level.BAD) == ""
    well = _found(wiring, now, Level.OK)
    for part in ("this computer only", "can be written", "nothing leaves this computer", "the database is reachable", "no mail is late", "the clock"):
        assert part in well


def test_command_prints_a_line_each_and_ends_well(wiring: Wiring) -> None:
    result = CliRunner().invoke(doctor_command, obj=wiring)
    assert result.exit_code == 0
    assert all(line[:4] in {"ok  ", "warn"} for line in result.output.splitlines())


def test_command_fails_when_something_is_bad(config: Config, database: Database) -> None:
    result = CliRunner().invoke(doctor_command, obj=_wired(config, database))
    assert result.exit_code == 1
    assert "bad   the database is at nothing, this version needs" in result.output


def test_database_that_is_away_is_named(config: Config) -> None:
    away = Database(f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/vigil")
    assert "the database cannot be reached" in _found(_wired(config, away), datetime.fromisoformat("2026-03-10T10:00Z"), Level.BAD)
    away.close()


def test_public_address_without_https_is_bad(wiring: Wiring, now: datetime) -> None:
    public = replace(wiring.config, public_url="http://act.example.org")
    assert "without https" in _found(_wired(public, wiring.database), now, Level.BAD)


def test_key_file_that_others_can_read_is_bad(wiring: Wiring, now: datetime) -> None:
    path = wiring.config.instance / "data_key"
    path.write_text(wiring.config.keys.data[0])
    path.chmod(0o644)
    assert f"{path} can be read by others (mode 0644)" in _found(wiring, now, Level.BAD)
    path.chmod(0o600)
    assert "read by others" not in _found(wiring, now, Level.BAD)


def test_key_beside_the_data_is_a_warning_in_production(wiring: Wiring, now: datetime) -> None:
    path = wiring.config.instance / "data_key"
    path.write_text(wiring.config.keys.data[0])
    path.chmod(0o600)
    live = replace(wiring.config, environment=Environment.PRODUCTION)
    assert "beside the data it protects" in _found(_wired(live, wiring.database), now, Level.WARN)
    path.unlink()
    assert "beside the data it protects" not in _found(_wired(live, wiring.database), now, Level.WARN)


def test_equal_keys_are_bad(wiring: Wiring, now: datetime) -> None:
    keys = wiring.config.keys
    same = replace(wiring.config, keys=Keys(keys.secret, keys.data, keys.secret))
    assert "each needs its own" in _found(_wired(same, wiring.database), now, Level.BAD)


def test_key_that_does_not_open_the_data_is_bad(wiring: Wiring, now: datetime) -> None:
    with wiring.database.transaction() as session:
        make.appeal(session)
    secrets.install(["b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Q="], wiring.config.keys.lookup)
    try:
        assert "DATA_KEY does not open what is stored" in _found(wiring, now, Level.BAD)
    finally:
        secrets.install(wiring.config.keys.data, wiring.config.keys.lookup)
    assert "DATA_KEY opens what is stored" in _found(wiring, now, Level.OK)


def _by_smtp(wiring: Wiring, host: str, port: int, **changes: object) -> Wiring:
    route = replace(wiring.site.route, scheme="smtp", path=None, host=host, port=port, **changes)
    return _wired(replace(wiring.config, mail=route), wiring.database)


def test_mail_server_that_answers_is_well_and_gets_no_mail(wiring: Wiring, now: datetime, smtp_sink: Sink) -> None:
    assert f"the mail server 127.0.0.1:{smtp_sink.port} answers" in _found(_by_smtp(wiring, smtp_sink.host, smtp_sink.port), now, Level.OK)
    assert smtp_sink.received == []


def test_mail_server_that_is_away_is_bad(wiring: Wiring, now: datetime) -> None:
    assert "does not take us at connect" in _found(_by_smtp(wiring, "127.0.0.1", free_port()), now, Level.BAD)


def test_mail_server_without_starttls_is_bad_when_it_is_asked_for(wiring: Wiring, now: datetime, smtp_sink: Sink) -> None:
    said = _found(_by_smtp(wiring, smtp_sink.host, smtp_sink.port, starttls=True), now, Level.BAD)
    assert "does not take us at connect: STARTTLS" in said


def test_jobs_that_nobody_runs_are_a_warning(wiring: Wiring, now: datetime) -> None:
    assert "nothing runs the jobs now" in _found(wiring, now, Level.WARN)
    running = lock_of(wiring)
    assert running.hold()
    try:
        assert "the jobs run" in _found(wiring, now, Level.OK)
    finally:
        running.release()


def test_mail_that_waits_too_long_is_bad(wiring: Wiring, now: datetime) -> None:
    _delivery(wiring.database, now, due_at=now - timedelta(minutes=4))
    assert "no mail is late" in _found(wiring, now, Level.OK)
    assert "still waits" in _found(wiring, now + timedelta(minutes=2), Level.BAD)


def test_letters_in_doubt_are_a_warning(wiring: Wiring, now: datetime) -> None:
    _delivery(wiring.database, now, state=State.IN_DOUBT)
    assert "in doubt" in _found(wiring, now, Level.WARN)


def test_clock_that_went_back_is_bad(wiring: Wiring, now: datetime) -> None:
    _delivery(wiring.database, now, state=State.HANDED_OVER)
    assert "set the clock" in _found(wiring, now - timedelta(hours=1), Level.BAD)


@pytest.mark.postgresql
def test_clock_that_differs_from_the_databases_is_bad(wiring: Wiring, now: datetime) -> None:
    with wiring.database.reading() as session:
        theirs = session.connection().exec_driver_sql("SELECT now()").scalar_one()
    assert "differs from the database's" in _found(wiring, now, Level.BAD, theirs + timedelta(minutes=5))
    assert "differs" not in _found(wiring, now, Level.BAD, theirs)


@pytest.mark.sqlite
def test_damaged_database_file_is_bad(wiring: Wiring, now: datetime) -> None:
    with wiring.database.transaction() as session:
        for _ in range(20):
            make.campaign(session)
    wiring.database.close()
    path = Path(str(wiring.database.engine.url.database))
    content = bytearray(path.read_bytes())
    last = len(content) // 4096 - 1
    content[last * 4096 : last * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert "damaged" in _found(wiring, now, Level.BAD)


class _Names(socketserver.BaseRequestHandler):
    """A name server for two domains."""

    RECORDS = (
        ("good.example.", "MX", "10 mail.good.example."),
        ("good.example.", "TXT", '"v=spf1 mx -all"'),
        ("silent.example.", "MX", "10 mail.silent.example."),
    )

    def handle(self) -> None:
        packet, out = self.request
        query = dns.message.from_wire(packet)
        asked = query.question[0]
        answer = dns.message.make_response(query)
        for name, kind, value in self.RECORDS:
            if asked.name.to_text() == name and dns.rdatatype.to_text(asked.rdtype) == kind:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
        out.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def _name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Names) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield
        server.shutdown()


@pytest.mark.usefixtures("_name_server")
@pytest.mark.parametrize(
    ("domain", "level", "said"),
    [
        ("good.example", Level.OK, "takes mail and has an SPF record"),
        ("silent.example", Level.WARN, "silent.example has no SPF record"),
        ("lost.example", Level.BAD, "lost.example has no mail server in DNS"),
    ],
)
def test_domain_that_mail_comes_from_is_looked_up(wiring: Wiring, now: datetime, smtp_sink: Sink, domain: str, level: Level, said: str) -> None:
    sent = _by_smtp(wiring, smtp_sink.host, smtp_sink.port)
    live = replace(sent.config, environment=Environment.PRODUCTION, mail_from=f"hello@{domain}", letters_from=f"letters@{domain}")
    assert said in _found(_wired(live, wiring.database), now, level)


def test_staff_without_second_factor_are_a_warning_in_public(wiring: Wiring, now: datetime) -> None:
    assert "nobody can sign in" in _found(wiring, now, Level.WARN)
