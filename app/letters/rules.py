"""The states of an appeal and its letters, and what makes a person one who has written (design section 1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.deliveries.rules import State as DeliveryState
from app.errors import Refused
from app.i18n import N_


class AppealState(StrEnum):
    DRAFT = "draft"
    PROVEN = "proven"
    SUPERSEDED = "superseded"
    """Its writer had another appeal in this round; that one was kept or took over its words."""


class Channel(StrEnum):
    PLATFORM = "platform"
    OWN_MAIL = "own_mail"
    POST = "post"
    FAX = "fax"


class LetterState(StrEnum):
    PREPARED = "prepared"
    """Asked for, but its writer's address is not proven, or the writer has not said it went out."""
    HELD = "held"
    """Waits for a coordinator's glance."""
    RETURNED = "returned"
    """A coordinator gave it back to its writer: it does not go out from here."""
    WAITING = "waiting"
    """Waits for its target's turn."""
    RELEASED = "released"
    """In the outbox."""
    REPORTED = "reported"
    CAPTURED = "captured"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    """The target's own mail server took it."""
    BOUNCED = "bounced"
    """It came back after it was handed over."""
    ANSWERED = "answered"
    IN_DOUBT = "in_doubt"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Missed the deadline."""
    CANCELLED = "cancelled"
    """The action was closed before it left."""
    WITHDRAWN = "withdrawn"
    """Its writer took it back."""


WITHDRAWABLE = frozenset({LetterState.PREPARED, LetterState.HELD, LetterState.WAITING})
IN_LINE = frozenset({LetterState.PREPARED, LetterState.HELD, LetterState.WAITING})
"""Not in the outbox yet: what the writer changes still changes these."""
SENT = frozenset(
    {
        LetterState.RELEASED,
        LetterState.HANDED_OVER,
        LetterState.DELIVERED,
        LetterState.BOUNCED,
        LetterState.ANSWERED,
        LetterState.IN_DOUBT,
    }
)
EVIDENCE = frozenset(
    {
        LetterState.REPORTED,
        LetterState.CAPTURED,
        LetterState.HANDED_OVER,
        LetterState.DELIVERED,
        LetterState.BOUNCED,
        LetterState.ANSWERED,
    }
)
"""States that a letter is counted under, each apart."""

AFTER_DELIVERY: dict[DeliveryState, LetterState] = {
    DeliveryState.HANDED_OVER: LetterState.HANDED_OVER,
    DeliveryState.IN_DOUBT: LetterState.IN_DOUBT,
    DeliveryState.REJECTED: LetterState.REJECTED,
    DeliveryState.EXPIRED: LetterState.EXPIRED,
    DeliveryState.CANCELLED: LetterState.CANCELLED,
}


class Safety(StrEnum):
    """How much of the writer an official sees."""

    FULL = "full"
    NO_STREET = "no_street"
    """Name and town; no street is asked for or printed."""
    INITIALS = "initials"
    """Initials and country alone."""


class Counted(StrEnum):
    """How a person stands in the public number."""

    SENT = "sent"
    REPORTED = "reported"


class OwnWords(StrEnum):
    """How much of a letter its writer wrote."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"


MUCH_FROM = 15
"""Percent of a letter; two sentences in a letter of usual length."""


def own_words(share: int) -> OwnWords:
    """The class of a share in percent."""
    if share == 0:
        return OwnWords.NONE
    return OwnWords.MUCH if share >= MUCH_FROM else OwnWords.SOME


@dataclass(frozen=True)
class SignUp:
    """What a person fills in on the page of an action."""

    email: str
    name: str
    country: str
    language: str
    """Of the page and of mails to them."""
    letter_language: str
    place: str = ""
    remind: bool = False
    tell_new: bool = False
    wants_letter: bool = True
    """False: the reminder alone."""


@dataclass(frozen=True)
class Words:
    """What a writer makes of their letter, and how much of themselves stands in it."""

    subject: str = ""
    """Empty = the model one."""
    personal_lines: str = ""
    rewritten: str | None = None
    """In place of all between salutation and signature."""
    letter_language: str = ""
    answer_direct: bool = False
    safety: Safety = Safety.FULL
    latin_name: str | None = None


LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|org|net|info|biz|ru|io|co|me|ly|gl|app|site|online|top|xyz)\b", re.IGNORECASE)
SUBJECT_CHARACTERS = 150
NAME_CHARACTERS = 100
REWRITTEN_CHARACTERS = 5000
"""What one printed page holds, with room to spare."""


def check_words(words: Words, most_lines: int) -> None:
    """Raise Refused when a writer's own words cannot go into a letter of ours; `most_lines` characters of personal lines fit."""
    if len(words.personal_lines) > most_lines:
        have = len(words.personal_lines)
        raise Refused(N_("Your own lines are %(have)s characters long; %(most)s fit. Please shorten them a little."), have=have, most=most_lines)
    if len(words.rewritten or "") > REWRITTEN_CHARACTERS:
        have = len(words.rewritten or "")
        raise Refused(N_("Your letter is %(have)s characters long; %(most)s fit. Please shorten it."), have=have, most=REWRITTEN_CHARACTERS)
    if len(words.subject) > SUBJECT_CHARACTERS:
        raise Refused(N_("The subject is too long: %(most)s characters fit."), most=SUBJECT_CHARACTERS)
    if len(words.latin_name or "") > NAME_CHARACTERS:
        raise Refused(N_("This is too long: %(most)s characters fit."), most=NAME_CHARACTERS)
    if any(LINK.search(text) for text in (words.personal_lines, words.subject, words.rewritten or "")):
        raise Refused(N_("Please leave out web addresses: officials' mail filters throw such letters away."))


def tidy(words: Words) -> Words:
    """The words without what no letter may hold; what is empty is none."""
    return replace(
        words,
        subject=tidy_line(words.subject),
        personal_lines=tidy_lines(words.personal_lines),
        rewritten=tidy_lines(words.rewritten or "") or None,
        latin_name=tidy_line(words.latin_name or "") or None,
    )


def tidy_line(text: str) -> str:
    """One line of typed text: no control characters, no doubled blanks."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def tidy_lines(text: str) -> str:
    """Typed paragraphs: \\n line ends, no control characters, no more than one empty line in a row."""
    lines = [tidy_line(line) for line in re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c]", "\n", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class LetterView(NamedTuple):
    state: LetterState
    copy: bool


def counted_as(appeal: AppealState, letters: Iterable[LetterView], *, captures: bool) -> Counted | None:
    """How a proven appeal counts, None = not written.

    Sent beats reported. Copies never count, nor does anything while mail is captured in a folder.
    """
    if appeal is not AppealState.PROVEN:
        return None
    states = {letter.state for letter in letters if not letter.copy}
    if states & SENT and not captures:
        return Counted.SENT
    if LetterState.REPORTED in states:
        return Counted.REPORTED
    return None


class Turn(NamedTuple):
    letters: int
    """How many may leave now."""
    next_at: datetime


CATCH_UP = timedelta(seconds=2)
"""A late release makes good at most this much; a target is never flooded after a pause."""


def turn(next_at: datetime | None, waiting: int, cap_per_hour: int, now: datetime) -> Turn:
    """How many letters a target may be sent now, and when its next turn comes: the first at once, then evenly spaced under the cap."""
    interval = timedelta(hours=1) / cap_per_hour
    if next_at is None:
        next_at = now
    if next_at > now or waiting == 0:
        return Turn(0, next_at)
    start = max(next_at, now - CATCH_UP)
    letters = min(waiting, 1 + (now - start) // interval)
    return Turn(letters, start + letters * interval)


def expected_at(next_at: datetime, ahead: int, cap_per_hour: int, now: datetime) -> datetime:
    """When a waiting letter should leave, with `ahead` letters to the same target before it."""
    return max(next_at, now) + ahead * timedelta(hours=1) / cap_per_hour
