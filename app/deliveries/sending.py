"""The worker's way with a mail: claim, offer, begin (committed), hand over, end (committed). No transaction is open while the network speaks."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic, sleep
from typing import NamedTuple, TypeVar

import structlog
from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session as DatabaseSession

from app import secrets
from app.db import Database
from app.deliveries import moves
from app.deliveries.attempts import Attempt
from app.deliveries.models import DeliveryContent
from app.deliveries.moves import Claim, Ending
from app.deliveries.queries import database_time
from app.deliveries.rules import State, Trouble, trouble
from app.mail.routes import transport_of
from app.mail.transport import Envelope, LostConnection, MailFailure, Session, Stage
from app.site import MailRoute, Site
from app.stopping import stopping

log = structlog.get_logger()
T = TypeVar("T")

RUN_SECONDS = 25
"""A run takes nothing new after this; the next one goes on."""
REST_SECONDS = 60
"""How long a relay that cannot be reached, or does not let us in, is left alone."""
STORE_WAITS = (0.1, 0.5, 1, 2, 5, 10, 20, 20)
"""Pauses while the database is away and an outcome is in hand; a lease outlasts their sum."""

_rests_until: dict[MailRoute, float] = {}


def is_resting(route: MailRoute) -> bool:
    """Whether this process leaves the relay alone for now."""
    return monotonic() < _rests_until.get(route, 0)


def rest(route: MailRoute, seconds: float = REST_SECONDS) -> None:
    """Leave a relay alone for a while: one probe a minute instead of the whole outbox."""
    _rests_until[route] = monotonic() + seconds


class Sealed(NamedTuple):
    """A mail as it lies in the database."""

    sender: str
    recipients: bytes
    mime: bytes

    def open(self) -> tuple[Envelope, bytes]:
        """The envelope and the bytes. Raises cryptography.fernet.InvalidToken when no key fits."""
        return Envelope(self.sender, tuple(secrets.unseal(self.recipients).decode().split("\n"))), secrets.unseal(self.mime)


class Run:
    """One round of sending: what its lanes share."""

    def __init__(self, database: Database, site: Site, now: datetime) -> None:
        self.database = database
        self.site = site
        self.transport = transport_of(site)
        self.share = max(1, site.batch // site.connections)
        self._most_lanes = 1 if site.captures else site.connections
        self._lanes: list[Future[None]] = []
        self._lock = Lock()
        self._ended = 0
        self._started_at = now
        self._started = monotonic()
        with database.reading() as session:
            self._started_by_database = database_time(session)

    @property
    def now(self) -> datetime:
        """The moment the run was started with, and the time since."""
        return self._started_at + self._elapsed

    @property
    def over(self) -> bool:
        """Whether nothing new may be taken."""
        return stopping.is_set() or self._elapsed.total_seconds() > RUN_SECONDS or is_resting(self.site.route)

    def lease(self, seconds: int) -> datetime:
        """The end of a lease taken now, by the database's clock."""
        return self._started_by_database + self._elapsed + timedelta(seconds=seconds)

    def send(self) -> int:
        """Send what is due over one connection, and over more while there is more than one's share. Returns how many attempts ended."""
        with ThreadPoolExecutor(self._most_lanes) as self._pool:
            self.widen()
            for lane in self._lanes:  # grows meanwhile: a lane starts the next one before it ends
                lane.result()
        return self._ended

    def widen(self) -> None:
        """Start one more lane, if another is allowed."""
        with self._lock:
            if len(self._lanes) < self._most_lanes:
                self._lanes.append(self._pool.submit(Lane(self).work))

    def count(self) -> None:
        """One more attempt came to an end."""
        with self._lock:
            self._ended += 1

    @property
    def _elapsed(self) -> timedelta:
        return timedelta(seconds=monotonic() - self._started)


class Lane:
    """One connection, and the mails it carries one after another.

    The yes to a mail is committed together with the beginning of the next one, before that one's first byte: one durable commit for a
    mail, and never more than one mail of a lane whose fate a crash would hide.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.session: Session | None = None
        self.taken: Ending | None = None
        """The server's yes to the last mail, not stored yet."""

    def work(self) -> None:
        """Claim and carry until nothing is due or the run is over."""
        try:
            while not self.run.over and (claims := self._claim()):
                if len(claims) == self.run.share:
                    self.run.widen()
                self._carry(claims)
        finally:
            self._settle()
            self._hang_up()

    def _claim(self) -> list[Claim]:
        run, worker = self.run, self.run.site.boot
        lease_until = run.lease(run.site.lease_seconds)
        return self._store(lambda session: moves.claim(session, limit=run.share, worker=worker, now=run.now, lease_until=lease_until))

    def _carry(self, claims: list[Claim]) -> None:
        contents = self._read(claims)
        for index, claim in enumerate(claims):
            if self.run.over:
                self._give_back(claims[index:])
                break
            self._carry_one(Attempt(claim, self.run.site.boot, now=self.run.now), contents.get(claim.id))

    def _give_back(self, claims: list[Claim]) -> None:
        self._store(lambda session: moves.release(session, claims, now=self.run.now))

    def _read(self, claims: list[Claim]) -> dict[int, Sealed]:
        content = DeliveryContent
        columns = (content.delivery_id, content.sender, type_coerce(content.recipients, LargeBinary), type_coerce(content.mime, LargeBinary))
        with self.run.database.reading() as session:
            rows = session.execute(select(*columns).where(content.delivery_id.in_([claim.id for claim in claims]))).all()
        return {row[0]: Sealed(*row[1:]) for row in rows}

    def _carry_one(self, attempt: Attempt, sealed: Sealed | None) -> None:
        try:
            if sealed is None:
                return self._end(attempt.ended(State.REJECTED, "its contents were deleted", now=self.run.now))
            if attempt.claim.expires_at <= self.run.now:
                return self._end(attempt.ended(State.EXPIRED, "its time was over", now=self.run.now))
            envelope, mime = sealed.open()
            self._offer(attempt, envelope)
            if self._begin(attempt):
                self._hand_over(attempt, mime)
        except MailFailure as failure:
            self._fail(attempt, failure, trouble(failure.stage, failure.code))
        except DBAPIError:
            raise
        except Exception as problem:  # noqa: BLE001 (one mail that breaks our own code must not stop the others)
            self._fail_by_own_fault(attempt, type(problem).__name__)

    def _fail_by_own_fault(self, attempt: Attempt, problem: str) -> None:
        log.error("a mail could not be handled", delivery=attempt.claim.id, error=problem)
        unsure = attempt.held is State.INFLIGHT
        fault = LostConnection(Stage.FINAL if unsure else Stage.RECIPIENT, None, f"our own fault: {problem}")
        self._fail(attempt, fault, Trouble.DOUBT if unsure else Trouble.LATER)

    def _offer(self, attempt: Attempt, envelope: Envelope) -> None:
        """Get the recipients accepted; a connection that was in use and has gone stale is replaced once."""
        if self.session is not None and self.session.carried >= self.run.site.letters_per_connection:
            self._hang_up()
        if self.session is None or not self._still_takes(self.session, envelope):
            self._settle()
            self.session = self.run.transport.open()
            attempt.mark("connect", self.run.now)
            self.session.offer(envelope)
        attempt.mark("rcpt", self.run.now)

    def _still_takes(self, session: Session, envelope: Envelope) -> bool:
        try:
            session.offer(envelope)
        except MailFailure as failure:
            if trouble(failure.stage, failure.code) is not Trouble.PATH:
                raise
            self._hang_up()
            return False
        return True

    def _begin(self, attempt: Attempt) -> bool:
        """Commit that this mail is about to be handed over, and the yes to the one before. False = it was cancelled or its lease ran out."""
        run, taken = self.run, self.taken

        def commit(session: DatabaseSession) -> bool:
            if taken is not None:
                moves.end(session, taken)
            lease_until = run.lease(run.site.final_reply_seconds + run.site.lease_seconds)
            return moves.begin(session, attempt.claim, now=run.now, lease_until=lease_until)

        begun = self._store(commit)
        self.taken = None
        if begun:
            attempt.held = State.INFLIGHT
        return begun

    def _hand_over(self, attempt: Attempt, mime: bytes) -> None:
        if self.session is None:
            raise LostConnection(Stage.DATA, None, "no connection")
        attempt.mark("data", self.run.now)
        reply = self.session.data(mime)
        attempt.mark("reply", self.run.now)
        self.taken = attempt.handed_over(reply, captured=self.run.site.captures, now=self.run.now)
        self.run.count()

    def _fail(self, attempt: Attempt, failure: MailFailure, what: Trouble) -> None:
        self._end(attempt.failed(what, failure, now=self.run.now))
        if isinstance(failure, LostConnection):
            self._hang_up()
        if what in {Trouble.PATH, Trouble.OURS}:
            self._hang_up()
            rest(self.run.site.route)
            tell = log.error if what is Trouble.OURS else log.warning
            tell("the relay is left alone", seconds=REST_SECONDS, stage=str(failure.stage), code=failure.code, reason=failure.words)

    def _end(self, ending: Ending) -> None:
        self._settle()
        self._store(lambda session: moves.end(session, ending))
        self.run.count()

    def _settle(self) -> None:
        """Store the yes to the last mail."""
        taken = self.taken
        if taken is not None:
            self._store(lambda session: moves.end(session, taken))
            self.taken = None

    def _store(self, work: Callable[[DatabaseSession], T]) -> T:
        """Do `work` in a transaction of its own; while the database is away, again and again: what a server said must not be forgotten."""
        for pause in (*STORE_WAITS, None):
            try:
                with self.run.database.transaction() as session:
                    return work(session)
            except (OperationalError, InterfaceError) as problem:
                if pause is None:
                    raise
                log.warning("the database is away", error=type(problem.orig).__name__)
                sleep(pause)
        raise AssertionError("the last pause is None")

    def _hang_up(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None
