"""When a reminder is due, and to whom it may still go (design section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.campaigns.rules import Standing, deadline_at
from app.letters.rules import SENT, LetterState

REMIND_FROM = time(10)
SPREAD = timedelta(hours=2)
SLOTS = 8
"""Reminders of one step and zone are spread over SPREAD in so many slots; a person always has the same one."""

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
MARGIN = timedelta(hours=1)
"""A reminder that comes later than this before the deadline helps nobody."""

ONE_MAIL_IN = timedelta(hours=20)
LATE_AFTER = timedelta(hours=6)
SOON = timedelta(hours=36)
PLAN_AHEAD = timedelta(hours=48)
ONE_DAY = timedelta(days=1)

UNDER_WAY = frozenset(
    {
        LetterState.HELD,
        LetterState.WAITING,
        LetterState.REPORTED,
        LetterState.CAPTURED,
        *SENT,
    }
)
"""Letters whose writer has done their part, counted yet or not."""


class State(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a reminder was not sent, or not yet."""

    WRITTEN = "written"
    NOT_WANTED = "not wanted"
    CLOSED = "closed"
    OVER = "past the deadline"
    MOVED = "the plan was changed"
    LATE = "late, and the next one comes soon"
    UNSENDABLE = "the mail could not be made"
    PAUSED = "paused"
    QUIET = "quiet hours"
    JUST_MAILED = "mailed less than 20 hours ago"


@dataclass(frozen=True)
class Send:
    pass


@dataclass(frozen=True)
class Skip:
    """Never."""

    reason: Reason


@dataclass(frozen=True)
class Wait:
    """Not now. `until` is None when nobody can say: a pause ends when it ends."""

    reason: Reason
    until: datetime | None = None


@dataclass(frozen=True)
class Case:
    """All that decides over one planned reminder."""

    written: bool
    """Counted, or with a letter under way to a main target."""
    wanted: bool
    standing: Standing
    as_planned: bool
    """The campaign still has the round, the step and the deadline this was planned for."""
    deadline_at: datetime
    timezone: str
    """The supporter's."""
    planned_for: datetime
    """The moment of the plan, however often it was put off since."""
    newer_at: datetime | None
    """When this person's next step is due, None = there is none."""
    mailed_at: datetime | None
    """When the last reminder of any campaign went to them."""


def may_send(case: Case, now: datetime) -> Send | Skip | Wait:
    """Whether a planned reminder whose time has come goes out now. Reasons to drop it come before reasons to wait."""
    reason = _never(case, now)
    if reason is not None:
        return Skip(reason)
    if case.standing is Standing.PAUSED:
        return Wait(Reason.PAUSED)
    if is_quiet(now, case.timezone):
        return Wait(Reason.QUIET, _end_of_quiet(now, case.timezone))
    if case.mailed_at is not None and now - case.mailed_at < ONE_MAIL_IN:
        return Wait(Reason.JUST_MAILED, case.mailed_at + ONE_MAIL_IN)
    return Send()


def _never(case: Case, now: datetime) -> Reason | None:
    if case.written:
        return Reason.WRITTEN
    if not case.wanted:
        return Reason.NOT_WANTED
    if case.standing in {Standing.CLOSED, Standing.HIDDEN}:
        return Reason.CLOSED
    if not case.as_planned:
        return Reason.MOVED
    if now >= case.deadline_at - MARGIN:
        return Reason.OVER
    if is_late(case.planned_for, case.newer_at, now):
        return Reason.LATE
    return None


def is_late(planned_for: datetime, newer_at: datetime | None, now: datetime) -> bool:
    """Whether a reminder is left to the next step: it is hours late and that one comes soon (no flood after an outage)."""
    return newer_at is not None and now - planned_for > LATE_AFTER and newer_at - now < SOON


def may_plan(deadline_at: datetime, days: int, now: datetime) -> bool:
    """Whether the slots of a step may, somewhere on earth, lie between now and the end of PLAN_AHEAD."""
    day_ends_at = deadline_at - days * ONE_DAY
    return now - ONE_DAY < day_ends_at < now + PLAN_AHEAD + 2 * ONE_DAY


@lru_cache(maxsize=4096)
def slots(deadline_on: date, campaign_zone: str, step: int, zone: str) -> tuple[datetime, ...]:
    """The moments, ascending, at which people in `zone` are reminded `step` days before a deadline that is counted in the campaign's zone.

    They lie between 10:00 and 12:00 of that date where the supporter lives. Where this is too near the deadline, because the supporter's
    day begins long after the campaign's, they are the last ones before it that keep the quiet hours.
    """
    start, end = _window(deadline_on, campaign_zone, step, zone)
    return tuple(start + (end - start) * number / SLOTS for number in range(SLOTS))


def to_plan(moments: Sequence[datetime], now: datetime) -> dict[int, datetime]:
    """The slots that are still to come, with their moments; none before PLAN_AHEAD of the first of them."""
    if moments[0] > now + PLAN_AHEAD:
        return {}
    return {slot: moment for slot, moment in enumerate(moments) if moment > now}


def slot_of(supporter_id: int) -> int:
    """A person's place among the slots."""
    return supporter_id % SLOTS


def _window(deadline_on: date, campaign_zone: str, step: int, zone: str) -> tuple[datetime, datetime]:
    latest = deadline_at(deadline_on, campaign_zone) - MARGIN
    start = at_local(deadline_on - timedelta(days=step), REMIND_FROM, zone)
    if start + SPREAD <= latest:
        return start, start + SPREAD
    end = _last_allowed(latest, zone)
    morning = at_local((end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date(), QUIET_UNTIL, zone)
    return max(end - SPREAD, morning), end


def _last_allowed(latest: datetime, zone: str) -> datetime:
    """The end of the last stretch outside quiet hours that begins before `latest`."""
    local = latest.astimezone(ZoneInfo(zone))
    if local.time() > QUIET_FROM:
        return at_local(local.date(), QUIET_FROM, zone)
    if local.time() <= QUIET_UNTIL:
        return at_local(local.date() - timedelta(days=1), QUIET_FROM, zone)
    return latest


def at_local(day: date, clock: time, zone: str) -> datetime:
    """A wall-clock time of a zone in UTC. One that the clocks skip comes later by as much, one they show twice is the first (PEP 495)."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def is_quiet(now: datetime, zone: str) -> bool:
    """Whether people in `zone` are left in peace: from 21:00 to 08:00."""
    clock = now.astimezone(ZoneInfo(zone)).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def _end_of_quiet(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return at_local(local.date() + timedelta(days=local.time() >= QUIET_FROM), QUIET_UNTIL, zone)
