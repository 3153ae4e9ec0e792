"""The way of one letter, step by step, as its writer is shown it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.letters.rules import LetterState


class Kind(StrEnum):
    """What a step is about. Most are named as the state of the letter that they lead to."""

    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    """The writer's address is proven."""
    LOOKED_AT = "looked_at"
    """A coordinator reads it first."""
    IN_LINE = "in_line"
    ON_ITS_WAY = "on_its_way"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    REPORTED = "reported"
    CAPTURED = "captured"
    IN_DOUBT = "in_doubt"
    RETURNED = "returned"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Mark(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    FAILED = "failed"


class Step(NamedTuple):
    kind: Kind
    mark: Mark
    at: datetime | None = None
    """When it was reached, or is expected to be."""


_BEGUN = (Kind.PREPARED, Kind.CONFIRMED)
_SENT = (*_BEGUN, Kind.IN_LINE, Kind.HANDED_OVER)
_AHEAD = {
    Kind.CONFIRMED: (Kind.IN_LINE, Kind.HANDED_OVER),
    Kind.LOOKED_AT: (Kind.IN_LINE, Kind.HANDED_OVER),
    Kind.IN_LINE: (Kind.HANDED_OVER,),
    Kind.ON_ITS_WAY: (Kind.HANDED_OVER,),
}
_REACHED: dict[LetterState, tuple[tuple[Kind, ...], Kind]] = {
    LetterState.PREPARED: ((Kind.PREPARED,), Kind.CONFIRMED),
    LetterState.HELD: (_BEGUN, Kind.LOOKED_AT),
    LetterState.RETURNED: (_BEGUN, Kind.RETURNED),
    LetterState.WAITING: (_BEGUN, Kind.IN_LINE),
    LetterState.RELEASED: ((*_BEGUN, Kind.IN_LINE), Kind.ON_ITS_WAY),
    LetterState.CAPTURED: ((*_BEGUN, Kind.IN_LINE), Kind.CAPTURED),
    LetterState.HANDED_OVER: ((*_BEGUN, Kind.IN_LINE), Kind.HANDED_OVER),
    LetterState.DELIVERED: (_SENT, Kind.DELIVERED),
    LetterState.BOUNCED: (_SENT, Kind.BOUNCED),
    LetterState.ANSWERED: (_SENT, Kind.ANSWERED),
    LetterState.IN_DOUBT: ((*_BEGUN, Kind.IN_LINE), Kind.IN_DOUBT),
    LetterState.REJECTED: ((*_BEGUN, Kind.IN_LINE), Kind.REJECTED),
    LetterState.EXPIRED: (_BEGUN, Kind.EXPIRED),
    LetterState.CANCELLED: (_BEGUN, Kind.CANCELLED),
    LetterState.WITHDRAWN: ((Kind.PREPARED,), Kind.WITHDRAWN),
    LetterState.REPORTED: ((Kind.PREPARED,), Kind.REPORTED),
}
FAILED = frozenset({Kind.RETURNED, Kind.BOUNCED, Kind.REJECTED, Kind.EXPIRED, Kind.CANCELLED, Kind.WITHDRAWN})
GOOD = frozenset({Kind.HANDED_OVER, Kind.DELIVERED, Kind.ANSWERED, Kind.REPORTED})
"""Steps that may well be the last one, and a good one."""


def steps(
    state: LetterState,
    *,
    prepared_at: datetime,
    confirmed_at: datetime | None,
    in_line_at: datetime | None,
    state_at: datetime,
    expected_at: datetime | None,
) -> list[Step]:
    """What is done, where the letter is, and what lies ahead; `expected_at` is when the turn of a waiting letter should come."""
    done, here = _REACHED[state]
    known = {Kind.PREPARED: prepared_at, Kind.CONFIRMED: confirmed_at, Kind.IN_LINE: in_line_at}
    mark = Mark.FAILED if here in FAILED else Mark.DONE if here in GOOD else Mark.NOW
    at = expected_at if here is Kind.IN_LINE else None if here in {Kind.CONFIRMED, Kind.LOOKED_AT, Kind.ON_ITS_WAY} else state_at
    return [
        *(Step(kind, Mark.DONE, known.get(kind)) for kind in done),
        Step(here, mark, at),
        *(Step(kind, Mark.AHEAD) for kind in _AHEAD.get(here, ())),
    ]
