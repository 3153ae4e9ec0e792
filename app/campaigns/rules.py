"""When a campaign takes letters, what its deadline means, and what may be done with it."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.errors import Refused

MOST_PER_HOUR = 3600
MOST_REMINDER_DAYS = 365
LONGEST_SLUG = 80


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"


class Outcome(StrEnum):
    GOOD = "good"
    PARTLY = "partly"
    BAD = "bad"
    UNKNOWN = "unknown"


class ReplyTo(StrEnum):
    """Where a target's answer goes; a supporter may always choose their own address instead."""

    OFFICE = "office"


class Rewritten(StrEnum):
    """What becomes of a letter whose body its writer rewrote, before the platform sends it."""

    HOLD = "hold"
    """A coordinator looks at it first."""
    ALLOW = "allow"


class Standing(StrEnum):
    """How a campaign stands towards the public at a moment."""

    HIDDEN = "hidden"
    OPEN = "open"
    PAUSED = "paused"
    EXPIRED = "expired"
    CLOSED = "closed"


class Measure(StrEnum):
    """What a line of the ledger counts."""

    PEOPLE = "people"
    LETTERS = "letters"
    OWN_WORDS = "own words"
    """People who have written, by how much of the letter was theirs."""
    EVENTS = "events"
    """Letters that groups report of their events; nobody proved them."""


MOVES = frozenset(
    {
        (State.DRAFT, State.PUBLISHED),
        (State.PUBLISHED, State.PAUSED),
        (State.PAUSED, State.PUBLISHED),
        (State.PUBLISHED, State.CLOSED),
        (State.PAUSED, State.CLOSED),
    }
)


def deadline_at(deadline_on: date, timezone: str) -> datetime:
    """The first moment after the deadline, in UTC: the deadline day lasts to its end in the campaign's zone (ADR 1)."""
    return datetime.combine(deadline_on + timedelta(days=1), time(0), ZoneInfo(timezone)).astimezone(UTC)


def days_left(deadline_on: date, timezone: str, now: datetime) -> int:
    """Whole days from today to the deadline day, as the campaign's zone counts them; 0 on the day itself, negative after."""
    return (deadline_on - now.astimezone(ZoneInfo(timezone)).date()).days


def standing(state: State, deadline_on: date | None, timezone: str, now: datetime) -> Standing:
    """How the campaign stands; only OPEN takes sign-ups and releases letters."""
    if state is State.DRAFT:
        return Standing.HIDDEN
    if state is State.CLOSED:
        return Standing.CLOSED
    if deadline_on is None or now >= deadline_at(deadline_on, timezone):
        return Standing.EXPIRED
    return Standing.PAUSED if state is State.PAUSED else Standing.OPEN


def nearest(available: Sequence[str], *wanted: str) -> str:
    """Of the languages there are, the first that is wanted (`es` also serves `es-EC`); else English, else the first one.

    Raises ValueError when there is none.
    """
    if not available:
        raise ValueError("no language to choose from")
    bases = (code.split("-")[0] for code in wanted)
    return next((code for code in (*wanted, *bases, "en") if code in available), available[0])


def slug_problem(slug: str) -> str | None:
    """What is wrong with the name a campaign has in addresses and how to mend it; None when it is good."""
    if len(slug) > LONGEST_SLUG:
        return f"is longer than {LONGEST_SLUG} characters: choose a shorter one, it is part of the page's address."
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        return None
    near = "-".join(re.findall(r"[a-z0-9]+", slug.lower()))
    return f"“{slug}” cannot stand in an address: use a-z, 0-9 and single hyphens{f', e.g. “{near}”' if near else ''}."


def may_publish(state: State, *, texts: int, targets: int, deadline_on: date | None, timezone: str, now: datetime) -> None:
    """Raises Refused unless this is a draft with a text, a target that is no copy, and a deadline that has not passed."""
    may_move(state, State.PUBLISHED)
    if state is State.PAUSED:
        raise Refused("It is paused, not a draft: resume it.")
    if texts == 0 or deadline_on is None:
        raise Refused("It has no text yet: write a headline and a letter in at least one language.")
    if targets == 0:
        raise Refused("It has nobody to write to yet: add a target that is more than a copy.")
    if now >= deadline_at(deadline_on, timezone):
        raise Refused("Its deadline, %(day)s, has passed: choose a later one first.", day=deadline_on.isoformat())


def may_move(state: State, wanted: State) -> None:
    """Raises Refused unless a campaign in `state` may be brought to `wanted`."""
    if (state, wanted) in MOVES:
        return
    if state is wanted:
        raise Refused("It is %(state)s already.", state=state.value)
    if state is State.CLOSED:
        raise Refused("It is closed, and a closed action is not opened again: make a new one.")
    if state is State.DRAFT:
        raise Refused("It is a draft: publish it first.")
    raise Refused("It has been published and cannot become a draft again: pause it instead.")


def may_resume(state: State) -> None:
    """Raises Refused unless the campaign is paused."""
    if state is State.DRAFT:
        raise Refused("It is a draft: publish it first.")
    may_move(state, State.PUBLISHED)


def may_close(state: State, *, outcome_on: date | None, today: date) -> None:
    """Raises Refused unless the campaign is public and its outcome does not lie in the future (`today` in its zone)."""
    may_move(state, State.CLOSED)
    if outcome_on is not None and outcome_on > today:
        raise Refused("The day of the outcome, %(day)s, is still to come.", day=outcome_on.isoformat())


def may_extend(state: State, *, deadline_on: date | None, to: date, timezone: str, now: datetime) -> None:
    """Raises Refused unless `to` is a later deadline of a campaign that is not closed, and has not passed itself."""
    if state is State.CLOSED:
        raise Refused("It is closed: its deadline stays as it was.")
    if deadline_on is None:
        raise Refused("It has no edition yet, so there is no deadline to move.")
    if to <= deadline_on:
        raise Refused("The deadline is %(day)s already: choose a later day.", day=deadline_on.isoformat())
    if now >= deadline_at(to, timezone):
        raise Refused("%(day)s has passed: choose a day to come.", day=to.isoformat())


def may_issue(state: State, *, editions: int, deadline_on: date, timezone: str, now: datetime) -> None:
    """Raises Refused unless a new edition can follow the ones there are, and people would have time to answer it."""
    if state is State.CLOSED:
        raise Refused("It is closed: no edition can follow.")
    if not editions:
        raise Refused("It has no edition yet that a new one could follow: write the first one in the editor.")
    if now >= deadline_at(deadline_on, timezone):
        raise Refused("%(day)s has passed: choose a day to come.", day=deadline_on.isoformat())


def may_load(state: State, wanted: State | None) -> None:
    """Raises Refused when a file asks a stored campaign for another state: public steps tell people or stop letters, a file does neither."""
    if wanted is None or wanted is state:
        return
    if wanted is State.DRAFT:
        raise Refused('It is %(state)s, the file says draft: write state = "%(state)s" in the file, or leave state out.', state=state.value)
    if state is State.CLOSED:
        raise Refused("It is closed, and a closed action is not opened again: load the file under another slug.")
    if state is State.DRAFT and wanted is State.PUBLISHED:
        raise Refused("It is a draft: leave state out of the file and publish it with --publish, which also tells those who asked to hear of it.")
    raise Refused(
        "It is %(state)s, the file says %(wanted)s: leave state out of the file and use the command or the button for that step.",
        state=state.value,
        wanted=wanted.value,
    )


def may_load_edition(state: State, *, number: int, asks_again: bool, wanted: bool) -> None:
    """Raises Refused when an edition that people may have answered is to ask again, or no longer to: its round is settled."""
    if state is not State.DRAFT and asks_again is not wanted:
        raise Refused("Edition %(number)s is public: whether it asks again is settled. Add a new edition instead.", number=number)


def rounds(asks_again: Sequence[bool]) -> list[int]:
    """The round of each edition, in order: the first opens round 1, each later one that asks again opens the next."""
    return [1 + sum(asks_again[1 : index + 1]) for index in range(len(asks_again))]
