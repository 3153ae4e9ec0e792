"""When a group may report the letters it wrote together, and what a report must hold to be counted."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.campaigns.rules import Standing
from app.errors import Refused
from app.i18n import N_

MOST_LETTERS = 1_000
"""In a pack, and in a report."""
REPORTED_WITHIN = timedelta(days=14)
"""How long after its end an action still takes reports: letters are posted and told of later than they are written."""
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
"""How far the clocks of the world are from UTC: a day begins and ends somewhere else first."""


class Way(StrEnum):
    """How the letters of an event went out."""

    POST = "post"
    FAX = "fax"
    HAND = "hand"


class ReportState(StrEnum):
    COUNTED = "counted"
    TAKEN_BACK = "taken_back"
    """Found to be wrong: it is in no number any more."""


def ended_at(deadline_at: datetime | None, closed_at: datetime | None) -> datetime | None:
    """When an action stopped taking letters, by its deadline or by its close, whichever came first; None without either."""
    return min((moment for moment in (deadline_at, closed_at) if moment is not None), default=None)


def takes_reports(standing: Standing, ended_at: datetime | None, now: datetime) -> bool:
    """Whether groups may report letters: while the action is open, and for REPORTED_WITHIN after its end."""
    if standing is Standing.OPEN:
        return True
    return standing in {Standing.EXPIRED, Standing.CLOSED} and ended_at is not None and now < ended_at + REPORTED_WITHIN


def check_letters(letters: int) -> None:
    """Raise Refused unless so many letters can have been written at one event."""
    if not 1 <= letters <= MOST_LETTERS:
        raise Refused(N_("Enter a number from 1 to %(most)s."), most=MOST_LETTERS)


def check_day(held_on: date, *, published_at: datetime, now: datetime) -> None:
    """Raise Refused for a day that has begun nowhere yet, or that ended everywhere before the action was published."""
    if held_on > (now.astimezone(UTC) + EAST).date():
        raise Refused(N_("This day is still to come. Please report the letters once they are on their way."))
    if held_on < (published_at.astimezone(UTC) - WEST).date():
        raise Refused(N_("This day was before the action opened. Please check the date."))
