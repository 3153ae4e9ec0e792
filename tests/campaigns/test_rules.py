from datetime import UTC, date, datetime

import pytest

from app.campaigns import rules
from app.campaigns.rules import MOVES, Standing, State
from app.errors import Refused

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
TODAY = NOW.date()
DRAFT, PUBLISHED, PAUSED, CLOSED = State.DRAFT, State.PUBLISHED, State.PAUSED, State.CLOSED


def refusal(work: object, *args: object, **values: object) -> str | None:
    try:
        work(*args, **values)  # type: ignore[operator]
    except Refused as refused:
        return refused.reason % refused.values
    return None


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2013, 9, 5), "Europe/Madrid", datetime(2013, 9, 5, 22, tzinfo=UTC)),
        (date(2026, 3, 28), "Europe/Lisbon", datetime(2026, 3, 29, 0, tzinfo=UTC)),
        (date(2026, 12, 6), "America/Guayaquil", datetime(2026, 12, 7, 5, tzinfo=UTC)),
        (date(2026, 3, 10), "Pacific/Kiritimati", datetime(2026, 3, 10, 10, tzinfo=UTC)),
    ],
)
def test_deadline_day_lasts_to_its_end_in_the_campaigns_zone(day: date, zone: str, expected: datetime) -> None:
    assert rules.deadline_at(day, zone) == expected


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 10), "Europe/Lisbon", 0),
        (date(2026, 3, 11), "Europe/Lisbon", 1),
        (date(2026, 3, 9), "Europe/Lisbon", -1),
        (date(2026, 3, 11), "Pacific/Kiritimati", 0),
    ],
)
def test_days_left_are_counted_by_the_calendar_of_the_zone(day: date, zone: str, expected: int) -> None:
    assert rules.days_left(day, zone, NOW) == expected


@pytest.mark.parametrize(
    ("state", "deadline_on", "expected"),
    [
        (DRAFT, date(2026, 3, 11), Standing.HIDDEN),
        (DRAFT, None, Standing.HIDDEN),
        (PUBLISHED, date(2026, 3, 10), Standing.OPEN),
        (PUBLISHED, date(2026, 3, 9), Standing.EXPIRED),
        (PUBLISHED, None, Standing.EXPIRED),
        (PAUSED, date(2026, 3, 10), Standing.PAUSED),
        (PAUSED, date(2026, 3, 9), Standing.EXPIRED),
        (CLOSED, date(2026, 3, 10), Standing.CLOSED),
        (CLOSED, date(2026, 3, 9), Standing.CLOSED),
    ],
)
def test_standing_follows_from_state_and_deadline(state: State, deadline_on: date | None, expected: Standing) -> None:
    assert rules.standing(state, deadline_on, "Europe/Lisbon", NOW) is expected


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wanted", State)
def test_only_the_known_moves_are_allowed(state: State, wanted: State) -> None:
    assert (refusal(rules.may_move, state, wanted) is None) == ((state, wanted) in MOVES)


@pytest.mark.parametrize(
    ("state", "wanted", "said"),
    [
        (PUBLISHED, PUBLISHED, "It is published already."),
        (CLOSED, PUBLISHED, "It is closed"),
        (DRAFT, PAUSED, "It is a draft"),
        (DRAFT, CLOSED, "It is a draft"),
        (PUBLISHED, DRAFT, "cannot become a draft again"),
        (PAUSED, DRAFT, "cannot become a draft again"),
    ],
)
def test_refused_move_says_why(state: State, wanted: State, said: str) -> None:
    assert said in (refusal(rules.may_move, state, wanted) or "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"deadline_on": date(2026, 3, 10)}, None),
        ({"deadline_on": date(2026, 3, 9)}, "2026-03-09, has passed"),
        ({"deadline_on": None}, "has no text yet"),
        ({"texts": 0}, "has no text yet"),
        ({"targets": 0}, "has nobody to write to"),
        ({"state": PUBLISHED}, "published already"),
        ({"state": PAUSED}, "resume it"),
        ({"state": CLOSED}, "not opened again"),
    ],
)
def test_publishing_needs_a_draft_with_text_target_and_days_to_come(changes: dict[str, object], said: str | None) -> None:
    values: dict[str, object] = {"state": DRAFT, "texts": 1, "targets": 1, "deadline_on": date(2026, 3, 24)} | changes
    state = values.pop("state")
    reason = refusal(rules.may_publish, state, timezone="Europe/Lisbon", now=NOW, **values)
    assert reason is None if said is None else said in (reason or "")


@pytest.mark.parametrize(("state", "allowed"), [(DRAFT, False), (PUBLISHED, False), (PAUSED, True), (CLOSED, False)])
def test_only_a_paused_campaign_is_resumed(state: State, allowed: bool) -> None:
    assert (refusal(rules.may_resume, state) is None) is allowed


@pytest.mark.parametrize(
    ("state", "outcome_on", "allowed"),
    [
        (PUBLISHED, TODAY, True),
        (PAUSED, None, True),
        (PUBLISHED, date(2026, 3, 11), False),
        (DRAFT, TODAY, False),
        (CLOSED, TODAY, False),
    ],
)
def test_closing_needs_a_public_campaign_and_an_outcome_that_has_happened(state: State, outcome_on: date | None, allowed: bool) -> None:
    assert (refusal(rules.may_close, state, outcome_on=outcome_on, today=TODAY) is None) is allowed


@pytest.mark.parametrize(
    ("state", "old", "new", "said"),
    [
        (PUBLISHED, date(2026, 3, 12), date(2026, 3, 13), None),
        (PAUSED, date(2026, 3, 12), date(2026, 3, 13), None),
        (DRAFT, date(2026, 3, 12), date(2026, 3, 13), None),
        (PUBLISHED, date(2026, 3, 1), date(2026, 3, 10), None),
        (PUBLISHED, date(2026, 3, 1), date(2026, 3, 9), "2026-03-09 has passed"),
        (PUBLISHED, date(2026, 3, 12), date(2026, 3, 12), "is 2026-03-12 already"),
        (PUBLISHED, date(2026, 3, 12), date(2026, 3, 11), "is 2026-03-12 already"),
        (CLOSED, date(2026, 3, 12), date(2026, 3, 13), "It is closed"),
        (DRAFT, None, date(2026, 3, 13), "no edition"),
    ],
)
def test_deadline_moves_to_a_later_day_to_come(state: State, old: date | None, new: date, said: str | None) -> None:
    reason = refusal(rules.may_extend, state, deadline_on=old, to=new, timezone="Europe/Lisbon", now=NOW)
    assert reason is None if said is None else said in (reason or "")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wanted", [None, *State])
def test_file_never_changes_the_state_of_a_stored_campaign(state: State, wanted: State | None) -> None:
    assert (refusal(rules.may_load, state, wanted) is None) == (wanted in {None, state})


@pytest.mark.parametrize(
    ("state", "wanted", "said"),
    [
        (PUBLISHED, DRAFT, 'write state = "published"'),
        (CLOSED, PUBLISHED, "another slug"),
        (DRAFT, PUBLISHED, "--publish"),
        (PUBLISHED, CLOSED, "the file says closed"),
    ],
)
def test_refused_state_of_a_file_says_what_to_do(state: State, wanted: State, said: str) -> None:
    assert said in (refusal(rules.may_load, state, wanted) or "")


@pytest.mark.parametrize(
    ("state", "asks_again", "wanted", "allowed"),
    [
        (DRAFT, False, True, True),
        (PUBLISHED, False, True, False),
        (PAUSED, True, False, False),
        (PUBLISHED, True, True, True),
        (CLOSED, False, False, True),
    ],
)
def test_round_of_a_public_edition_is_settled(state: State, asks_again: bool, wanted: bool, allowed: bool) -> None:
    assert (refusal(rules.may_load_edition, state, number=2, asks_again=asks_again, wanted=wanted) is None) is allowed


@pytest.mark.parametrize(
    ("asks_again", "expected"),
    [
        ([False], [1]),
        ([True], [1]),
        ([False, False], [1, 1]),
        ([False, True], [1, 2]),
        ([True, True, False, True], [1, 2, 2, 3]),
        ([], []),
    ],
)
def test_each_later_edition_that_asks_again_opens_a_round(asks_again: list[bool], expected: list[int]) -> None:
    assert rules.rounds(asks_again) == expected


@pytest.mark.parametrize(
    ("available", "wanted", "expected"),
    [
        (["es", "en"], ["es"], "es"),
        (["es", "en"], ["es-EC"], "es"),
        (["es", "en"], ["ar"], "en"),
        (["es", "fr"], ["ar"], "es"),
        (["es", "fr"], ["ar", "fr"], "fr"),
    ],
)
def test_nearest_language_is_the_wanted_one_else_english_else_the_first(available: list[str], wanted: list[str], expected: str) -> None:
    assert rules.nearest(available, *wanted) == expected


def test_there_is_no_nearest_language_among_none() -> None:
    with pytest.raises(ValueError, match="no language"):
        rules.nearest([], "en")


@pytest.mark.parametrize("slug", ["lopez-eviction", "a", "ua-101-26", "2013"])
def test_good_slug_has_no_problem(slug: str) -> None:
    assert rules.slug_problem(slug) is None


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        ("Lopez Eviction", "lopez-eviction"),
        ("lopez--eviction", "lopez-eviction"),
        ("-lopez", "lopez"),
        ("lópez/../x", "l-pez-x"),
        ("é", "single hyphens."),
        ("a" * 81, "longer than 80"),
        ("lopez\n", "lopez"),
    ],
)
def test_bad_slug_is_named_with_a_better_one(slug: str, hint: str) -> None:
    assert hint in (rules.slug_problem(slug) or "")


@pytest.mark.parametrize(
    ("state", "editions", "deadline_on", "said"),
    [
        (PUBLISHED, 1, date(2026, 3, 11), None),
        (PAUSED, 2, date(2026, 3, 10), None),
        (DRAFT, 1, date(2026, 3, 11), None),
        (PUBLISHED, 1, date(2026, 3, 9), "2026-03-09 has passed"),
        (CLOSED, 1, date(2026, 3, 11), "It is closed"),
        (DRAFT, 0, date(2026, 3, 11), "no edition yet"),
    ],
)
def test_edition_follows_where_there_is_time_to_answer(state: State, editions: int, deadline_on: date, said: str | None) -> None:
    reason = refusal(rules.may_issue, state, editions=editions, deadline_on=deadline_on, timezone="Europe/Lisbon", now=NOW)
    assert reason is None if said is None else said in (reason or "")
