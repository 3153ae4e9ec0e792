"""`flask doctor`: looks at everything a site needs to work, changes nothing, sends nothing, and says what is wrong and how to mend it."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import click
import dns.exception
import dns.resolver
from cryptography.fernet import InvalidToken
from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.accounts.models import Staff
from app.commands import database as tables
from app.commands.checks import probe_writing
from app.deliveries.models import Delivery, DeliveryContent
from app.deliveries.rules import WAITING
from app.jobs.locks import lock_of
from app.letters.models import Appeal
from app.mail.routes import transport_of
from app.mail.transport import MailFailure
from app.wiring import Wiring
from config import LOOPBACK, Environment

ROOM_BAD, ROOM_LOW = 200_000_000, 2_000_000_000
"""Free bytes on disk below which writing will fail soon, or should be looked at."""
LATE = timedelta(minutes=5)
"""A mail that is due this long and still waits: nothing sends."""
SKEW = timedelta(seconds=30)


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Finding(NamedTuple):
    level: Level
    text: str


Findings = Iterator[Finding]


@click.command("doctor")
@click.pass_obj
def doctor_command(wiring: Wiring) -> None:
    """Check the settings, the keys, the database, the mail route, the disk and the clock. Exit 1 when something is bad."""
    worst = Level.OK
    for finding in examine(wiring, clock.now(), machine=clock.machine()):
        click.echo(f"{finding.level:<4}  {finding.text}")
        worst = max(worst, finding.level, key=list(Level).index)
    if worst is Level.BAD:
        click.get_current_context().exit(1)


def examine(wiring: Wiring, now: datetime, *, machine: datetime) -> Findings:
    """What every check finds, in order. `machine` is the time by this machine's clock; `now` may be pretended."""
    yield from _address(wiring)
    yield from _keys(wiring)
    yield from _folder(wiring)
    yield from _mail(wiring)
    yield from _domains(wiring)
    yield from _redis(wiring)
    if (away := _database_away(wiring)) is not None:
        yield away
        return
    yield Finding(Level.OK, f"the database is reachable and at {tables.head()}, as this version needs")
    yield from _sound(wiring)
    yield from _opens(wiring)
    yield from _staff(wiring)
    yield from _ticking(wiring)
    yield from _moving(wiring, now)
    yield from _clock(wiring, now, machine)


def _address(wiring: Wiring) -> Findings:
    config = wiring.config
    if config.on_loopback:
        yield Finding(Level.OK, f"PUBLIC_URL is {config.public_url}: this computer only")
    elif config.public_url.startswith("https://"):
        yield Finding(Level.OK, f"PUBLIC_URL is {config.public_url}")
    else:
        yield Finding(Level.BAD, f"PUBLIC_URL is {config.public_url}: without https letters cross the net readable; put a TLS proxy in front")


def _keys(wiring: Wiring) -> Findings:
    """Keys given by the environment lie where the operator put them; kept ones lie in the instance folder, beside the database."""
    instance, keys = wiring.config.instance, wiring.config.keys
    values = {"secret_key": keys.secret, "data_key": keys.data[0], "lookup_key": keys.lookup}
    kept = [name for name, key in values.items() if _content(instance / name) == key]
    for name in kept:
        mode = (instance / name).stat().st_mode & 0o777
        if mode & 0o077:
            yield Finding(Level.BAD, f"{instance / name} can be read by others (mode {mode:04o}): chmod 600 it")
    if "data_key" not in kept:
        yield Finding(Level.OK, "DATA_KEY comes from the environment, apart from the database")
    elif wiring.config.environment is Environment.PRODUCTION:
        beside = "whoever gets that folder or its backup reads everything; see docs/operate.md"
        yield Finding(Level.WARN, f"DATA_KEY lies in {instance}, beside the data it protects: {beside}")
    else:
        yield Finding(Level.OK, f"keys were made in {instance}; before going public move DATA_KEY apart from the database")
    if len({keys.secret, keys.lookup, *keys.data}) < 2 + len(keys.data):
        yield Finding(Level.BAD, "two of SECRET_KEY, DATA_KEY and LOOKUP_KEY are equal: each needs its own")


def _content(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None


def _folder(wiring: Wiring) -> Findings:
    instance = wiring.config.instance
    try:
        probe_writing(instance)
    except OSError as problem:
        yield Finding(Level.BAD, f"{instance} cannot be written: {problem.strerror}")
        return
    free = shutil.disk_usage(instance).free
    level = Level.BAD if free < ROOM_BAD else Level.WARN if free < ROOM_LOW else Level.OK
    yield Finding(level, f"{instance} can be written, {free / 1e9:.1f} GB are free")


def _mail(wiring: Wiring) -> Findings:
    route = wiring.site.route
    if wiring.site.captures:
        yield Finding(Level.OK, f"mail is kept in {route.path}; nothing leaves this computer")
        return
    where = f"{route.host}:{route.port}"
    try:
        transport_of(wiring.site).open().close()
    except MailFailure as failure:
        yield Finding(Level.BAD, f"the mail server {where} does not take us at {failure.stage}: {failure.words}")
        return
    how = [word for word, used in (("encrypted by STARTTLS", route.starttls), ("logged in", bool(route.user))) if used]
    yield Finding(Level.OK, f"the mail server {where} answers" + (f", {' and '.join(how)}" if how else ""))
    if not route.starttls and route.host not in LOOPBACK:
        yield Finding(Level.WARN, f"mail goes to {where} unencrypted: add ?tls=starttls to MAIL_URL")


def _domains(wiring: Wiring) -> Findings:
    """Whether bounces find a way to the domains mail is sent from, and whether these say who may send for them (SPF, RFC 7208)."""
    if wiring.site.captures or wiring.config.environment is not Environment.PRODUCTION:
        return
    for domain in sorted({wiring.site.mail_domain, wiring.site.letters_domain}):
        try:
            takes_mail = bool(_ask(domain, "MX") or _ask(domain, "A") or _ask(domain, "AAAA"))
            names_senders = any("v=spf1" in record for record in _ask(domain, "TXT"))
        except dns.exception.DNSException as problem:
            yield Finding(Level.WARN, f"{domain}: DNS could not be asked ({type(problem).__name__})")
            continue
        if not takes_mail:
            yield Finding(Level.BAD, f"{domain} has no mail server in DNS: bounces and answers are lost, and many servers refuse its mail")
        elif not names_senders:
            yield Finding(Level.WARN, f"{domain} has no SPF record: add one that names your mail server, or letters land in spam")
        else:
            yield Finding(Level.OK, f"{domain} takes mail and has an SPF record")


def _ask(domain: str, kind: str) -> list[str]:
    try:
        return [record.to_text() for record in dns.resolver.resolve(domain, kind, lifetime=5)]
    except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
        return []


def _redis(wiring: Wiring) -> Findings:
    if not wiring.config.redis_url:
        return
    import redis

    try:
        redis.Redis.from_url(wiring.config.redis_url, socket_timeout=5).ping()
    except redis.RedisError as problem:
        yield Finding(Level.BAD, f"REDIS_URL does not answer: {problem}")
    else:
        yield Finding(Level.OK, "Redis answers")


def _database_away(wiring: Wiring) -> Finding | None:
    try:
        at = tables.current(wiring.database)
    except SQLAlchemyError as problem:
        return Finding(Level.BAD, f"the database cannot be reached: {str(getattr(problem, 'orig', problem)).strip().splitlines()[0]}")
    return None if at == tables.head() else Finding(Level.BAD, tables.advice(at))


def _sound(wiring: Wiring) -> Findings:
    if not wiring.database.on_sqlite:
        return
    with wiring.database.reading() as session:
        result = session.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if result == "ok":
        yield Finding(Level.OK, "the database file is sound")
    else:
        yield Finding(Level.BAD, f"the database file is damaged ({result}): restore the last backup")


def _opens(wiring: Wiring) -> Findings:
    """Whether DATA_KEY opens what is stored: the newest and the oldest row."""
    try:
        with wiring.database.reading() as session:
            for order in (Appeal.id.asc(), Appeal.id.desc()):
                session.execute(select(Appeal.email).order_by(order).limit(1)).all()
            session.execute(select(DeliveryContent.recipients).order_by(DeliveryContent.delivery_id.desc()).limit(1)).all()
    except InvalidToken:
        yield Finding(Level.BAD, "DATA_KEY does not open what is stored: set the key the data was written with (several: newest first)")
    else:
        yield Finding(Level.OK, "DATA_KEY opens what is stored")


def _staff(wiring: Wiring) -> Findings:
    with wiring.database.reading() as session:
        active = session.scalars(select(Staff).where(Staff.active)).all()
    if not active:
        yield Finding(Level.WARN, "nobody can sign in at the desk: flask staff create EMAIL --role admin")
    bare = [one.email for one in active if one.tf_primary_method is None]
    if bare and not wiring.config.on_loopback:
        yield Finding(Level.WARN, f"no second factor yet: {', '.join(bare)}; they are asked for one when they sign in")


def _ticking(wiring: Wiring) -> Findings:
    """Whether a process runs the jobs: it holds the lock that we cannot get then."""
    who = "flask serve" if wiring.config.on_sqlite else "flask worker"
    lock = lock_of(wiring)
    free = lock.hold()
    lock.release()
    if free:
        yield Finding(Level.WARN, f"nothing runs the jobs now, so no mail leaves: start `{who}`")
    else:
        yield Finding(Level.OK, "the jobs run")


def _moving(wiring: Wiring, now: datetime) -> Findings:
    """Whether mail leaves in time, and whether a human is waited for."""
    with wiring.database.reading() as session:
        oldest = session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(WAITING)))
        doubtful = session.scalar(select(exists().where(Delivery.state == "in_doubt")))
    if oldest is not None and now - oldest > LATE:
        yield Finding(Level.BAD, f"mail has been due since {oldest:%Y-%m-%d %H:%M} UTC and still waits: see what the server's log says")
    else:
        yield Finding(Level.OK, "no mail is late")
    if doubtful:
        yield Finding(Level.WARN, "some letters are in doubt and wait for a decision: flask deliveries list --state in_doubt")


def _clock(wiring: Wiring, now: datetime, machine: datetime) -> Findings:
    with wiring.database.reading() as session:
        newest = session.scalar(select(func.max(Delivery.state_at)))
        theirs = machine if wiring.database.on_sqlite else session.execute(select(func.clock_timestamp())).scalar_one()
    if newest is not None and newest - now > SKEW:
        yield Finding(Level.BAD, f"the clock says {now:%Y-%m-%d %H:%M} UTC, but rows were written at {newest:%Y-%m-%d %H:%M}: set the clock (NTP)")
    elif abs(theirs - machine) > SKEW:
        yield Finding(Level.BAD, f"the clock differs from the database's by {abs((theirs - machine).total_seconds()):.0f} s: set both by NTP")
    else:
        yield Finding(Level.OK, f"the clock says {now:%Y-%m-%d %H:%M} UTC")
