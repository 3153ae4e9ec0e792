"""The way of a letter as its writer is shown it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.letters.rules import SENT, LetterState
from app.letters.timeline import Kind, Mark, Step, steps

MADE = datetime(2026, 3, 10, 10, tzinfo=UTC)
PROVEN, LINED, CHANGED, TURN = (MADE + timedelta(hours=n) for n in (1, 2, 3, 9))


def way(state: LetterState) -> list[Step]:
    return steps(state, prepared_at=MADE, confirmed_at=PROVEN, in_line_at=LINED, state_at=CHANGED, expected_at=TURN)


@pytest.mark.parametrize("state", list(LetterState))
def test_each_letter_is_in_one_place(state: LetterState) -> None:
    marks = [step.mark for step in way(state)]
    ends = [mark for mark in marks if mark in {Mark.NOW, Mark.FAILED}]
    assert len(ends) <= 1
    assert marks == sorted(marks, key=[Mark.DONE, Mark.NOW, Mark.FAILED, Mark.AHEAD].index), "done, then here, then ahead"


def test_waiting_letter_shows_when_its_turn_should_come() -> None:
    assert way(LetterState.WAITING) == [
        Step(Kind.PREPARED, Mark.DONE, MADE),
        Step(Kind.CONFIRMED, Mark.DONE, PROVEN),
        Step(Kind.IN_LINE, Mark.NOW, TURN),
        Step(Kind.HANDED_OVER, Mark.AHEAD),
    ]


def test_letter_that_came_back_was_handed_over_before() -> None:
    *before, last = way(LetterState.BOUNCED)
    assert Step(Kind.HANDED_OVER, Mark.DONE) in before
    assert last == Step(Kind.BOUNCED, Mark.FAILED, CHANGED)


@pytest.mark.parametrize("state", sorted(SENT))
def test_only_what_the_other_side_took_is_called_handed_over(state: LetterState) -> None:
    took = {LetterState.HANDED_OVER, LetterState.DELIVERED, LetterState.BOUNCED, LetterState.ANSWERED}
    assert (Kind.HANDED_OVER in {step.kind for step in way(state) if step.mark is Mark.DONE}) is (state in took)


def test_letter_sent_by_hand_has_two_steps() -> None:
    assert [(step.kind, step.mark) for step in way(LetterState.REPORTED)] == [(Kind.PREPARED, Mark.DONE), (Kind.REPORTED, Mark.DONE)]
