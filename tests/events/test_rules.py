from datetime import UTC, date, datetime, timedelta

import pytest

from app.campaigns.rules import Standing
from app.errors import Refused
from app.events.rules import MOST_LETTERS, check_day, check_letters, ended_at, takes_reports

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
EARLIER, LATER = NOW - DAY, NOW + DAY


@pytest.mark.parametrize(
    ("standing", "ended", "taken"),
    [
        (Standing.HIDDEN, None, False),
        (Standing.HIDDEN, NOW, False),
        (Standing.OPEN, None, True),
        (Standing.OPEN, LATER, True),
        (Standing.PAUSED, LATER, False),
        (Standing.PAUSED, EARLIER, False),
        (Standing.EXPIRED, None, False),
        (Standing.EXPIRED, NOW, True),
        (Standing.EXPIRED, NOW - 14 * DAY + SECOND, True),
        (Standing.EXPIRED, NOW - 14 * DAY, False),
        (Standing.CLOSED, None, False),
        (Standing.CLOSED, NOW, True),
        (Standing.CLOSED, NOW - 14 * DAY + SECOND, True),
        (Standing.CLOSED, NOW - 14 * DAY, False),
    ],
)
def test_reports_are_taken_while_open_and_for_two_weeks_after_the_end(standing: Standing, ended: datetime | None, taken: bool) -> None:
    assert takes_reports(standing, ended, NOW) is taken


@pytest.mark.parametrize(
    ("deadline_at", "closed_at", "end"),
    [(None, None, None), (EARLIER, None, EARLIER), (None, EARLIER, EARLIER), (EARLIER, LATER, EARLIER), (LATER, EARLIER, EARLIER)],
)
def test_action_ends_by_its_deadline_or_its_close_whichever_came_first(
    deadline_at: datetime | None, closed_at: datetime | None, end: datetime | None
) -> None:
    assert ended_at(deadline_at, closed_at) == end


@pytest.mark.parametrize(("letters", "can_be"), [(-1, False), (0, False), (1, True), (MOST_LETTERS, True), (MOST_LETTERS + 1, False)])
def test_one_to_a_thousand_letters_can_be_written_at_an_event(letters: int, can_be: bool) -> None:
    if can_be:
        check_letters(letters)
        return
    with pytest.raises(Refused, match="from 1 to") as refusal:
        check_letters(letters)
    assert refusal.value.values == {"most": MOST_LETTERS}


PUBLISHED = datetime(2026, 3, 9, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held_on", "now", "words"),
    [
        (date(2026, 3, 10), datetime(2026, 3, 10, 0, tzinfo=UTC), None),
        (date(2026, 3, 11), datetime(2026, 3, 10, 10, tzinfo=UTC), None),  # it has begun in Kiribati
        (date(2026, 3, 11), datetime(2026, 3, 10, 9, 59, tzinfo=UTC), "still to come"),
        (date(2026, 3, 8), datetime(2026, 3, 10, 10, tzinfo=UTC), None),  # the 9th, 11:00 UTC, was still the 8th on Baker Island
        (date(2026, 3, 7), datetime(2026, 3, 10, 10, tzinfo=UTC), "before the action opened"),
    ],
)
def test_day_must_have_begun_somewhere_and_not_have_ended_everywhere_before_the_action(held_on: date, now: datetime, words: str | None) -> None:
    if words is None:
        check_day(held_on, published_at=PUBLISHED, now=now)
        return
    with pytest.raises(Refused, match=words):
        check_day(held_on, published_at=PUBLISHED, now=now)
