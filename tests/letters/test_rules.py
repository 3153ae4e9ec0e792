"""The rules of appeals and letters as truth tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deliveries.rules import NEWS
from app.errors import Refused
from app.letters.rules import (
    AFTER_DELIVERY,
    CATCH_UP,
    AppealState,
    Counted,
    LetterState,
    LetterView,
    Words,
    check_words,
    counted_as,
    tidy,
    tidy_line,
    tidy_lines,
    turn,
)

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
S = LetterState


def views(*states: LetterState, copies: tuple[LetterState, ...] = ()) -> list[LetterView]:
    return [LetterView(state, False) for state in states] + [LetterView(state, True) for state in copies]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param(views(), None, id="no letter"),
        pytest.param(views(S.PREPARED), None, id="prepared"),
        pytest.param(views(S.WAITING), None, id="waiting for its turn"),
        pytest.param(views(S.RELEASED), Counted.SENT, id="released"),
        pytest.param(views(S.HANDED_OVER), Counted.SENT, id="handed over"),
        pytest.param(views(S.IN_DOUBT), Counted.SENT, id="in doubt"),
        pytest.param(views(S.REPORTED), Counted.REPORTED, id="reported"),
        pytest.param(views(S.REPORTED, S.HANDED_OVER), Counted.SENT, id="sent beats reported"),
        pytest.param(views(S.REJECTED), None, id="rejected"),
        pytest.param(views(S.REJECTED, S.REPORTED), Counted.REPORTED, id="rejected, then sent by hand"),
        pytest.param(views(S.WITHDRAWN), None, id="withdrawn"),
        pytest.param(views(S.EXPIRED), None, id="expired"),
        pytest.param(views(S.CANCELLED), None, id="cancelled"),
        pytest.param(views(S.CAPTURED), None, id="captured"),
        pytest.param(views(S.HELD), None, id="held for a glance"),
        pytest.param(views(S.RETURNED), None, id="given back"),
        pytest.param(views(S.DELIVERED), Counted.SENT, id="delivered"),
        pytest.param(views(S.BOUNCED), Counted.SENT, id="came back: released, and neither rejected nor withdrawn"),
        pytest.param(views(S.ANSWERED), Counted.SENT, id="answered"),
        pytest.param(views(copies=(S.HANDED_OVER,)), None, id="only a copy was sent"),
        pytest.param(views(S.HANDED_OVER, copies=(S.HANDED_OVER,)), Counted.SENT, id="a copy adds nothing"),
    ],
)
def test_a_person_counts_by_the_best_evidence_of_a_letter_to_a_main_target(letters: list[LetterView], expected: Counted | None) -> None:
    assert counted_as(AppealState.PROVEN, letters, captures=False) is expected


@pytest.mark.parametrize("appeal", [AppealState.DRAFT, AppealState.SUPERSEDED])
@pytest.mark.parametrize("state", list(LetterState))
def test_an_unproven_appeal_never_counts(appeal: AppealState, state: LetterState) -> None:
    assert counted_as(appeal, views(state), captures=False) is None


@pytest.mark.parametrize("state", [S.RELEASED, S.HANDED_OVER, S.IN_DOUBT])
def test_mail_captured_in_a_folder_never_counts(state: LetterState) -> None:
    assert counted_as(AppealState.PROVEN, views(state), captures=True) is None


def test_a_report_counts_even_where_mail_is_captured() -> None:
    assert counted_as(AppealState.PROVEN, views(S.CAPTURED, S.REPORTED), captures=True) is Counted.REPORTED


def test_each_news_of_a_delivery_has_a_letter_state() -> None:
    assert set(AFTER_DELIVERY) == NEWS


@pytest.mark.parametrize(
    ("next_at", "waiting", "cap", "letters"),
    [
        pytest.param(None, 5, 60, 1, id="the first leaves at once, alone"),
        pytest.param(NOW, 5, 60, 1, id="its turn is now"),
        pytest.param(NOW + timedelta(seconds=1), 5, 60, 0, id="not yet"),
        pytest.param(NOW - timedelta(hours=10), 500, 60, 1, id="an idle night is no reason for a flood"),
        pytest.param(NOW, 0, 60, 0, id="nothing waits"),
        pytest.param(NOW - timedelta(seconds=1), 5000, 3600 * 100, 101, id="a high cap makes good the last second"),
        pytest.param(NOW - timedelta(seconds=1), 7, 3600 * 100, 7, id="no more than wait"),
    ],
)
def test_a_target_is_sent_at_most_its_turn(next_at: datetime | None, waiting: int, cap: int, letters: int) -> None:
    assert turn(next_at, waiting, cap, NOW).letters == letters


@given(st.integers(1, 100_000), st.lists(st.integers(0, 3_600_000), min_size=1, max_size=40))
def test_the_cap_holds_over_any_hour_however_the_job_is_called(cap: int, calls: list[int]) -> None:
    next_at: datetime | None = None
    sent = 0
    for milliseconds in sorted(calls):
        letters, next_at = turn(next_at, 1_000_000, cap, NOW + timedelta(milliseconds=milliseconds))
        sent += letters
    assert sent <= cap + 1 + CATCH_UP / (timedelta(hours=1) / cap)


@pytest.mark.parametrize(
    ("subject", "lines", "allowed"),
    [
        pytest.param("", "", True, id="nothing of one's own"),
        pytest.param("Please listen", "I am a teacher in Lyon. My pupils ask about her.", True, id="own words"),
        pytest.param("", "x" * 1000, True, id="exactly as long as fits"),
        pytest.param("", "x" * 1001, False, id="one sign too long"),
        pytest.param("x" * 151, "", False, id="subject too long"),
        pytest.param("", "see https://example.org", False, id="a link"),
        pytest.param("", "see www.example.org", False, id="a link without a scheme"),
        pytest.param("buy at shop.com", "", False, id="a link in the subject"),
        pytest.param("", "The end.Then we left at 5.30", True, id="a missing blank is no link"),
    ],
)
def test_own_words_are_short_and_hold_no_link(subject: str, lines: str, allowed: bool) -> None:
    words = Words(subject=subject, personal_lines=lines)
    if allowed:
        check_words(words, 1000)
    else:
        with pytest.raises(Refused):
            check_words(words, 1000)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        pytest.param(Words(rewritten="x" * 5000), True, id="a long letter of one's own"),
        pytest.param(Words(rewritten="x" * 5001), False, id="one sign too long"),
        pytest.param(Words(rewritten="see https://example.org"), False, id="a link in it"),
        pytest.param(Words(latin_name="Leila Haddad"), True, id="a name in Latin letters"),
        pytest.param(Words(latin_name="x" * 101), False, id="a name too long"),
    ],
)
def test_letter_of_ones_own_is_bounded_too(words: Words, allowed: bool) -> None:
    if allowed:
        check_words(words, 1000)
    else:
        with pytest.raises(Refused):
            check_words(words, 1000)


def test_words_are_tidied_and_what_is_empty_is_none() -> None:
    assert tidy(Words(subject=" a\tb ", personal_lines=" one \r\ntwo\n\n\n\nthree", rewritten=" \n ", latin_name="\x00")) == Words(
        subject="a b", personal_lines="one\ntwo\n\nthree", rewritten=None, latin_name=None
    )


@given(st.text())
def test_a_tidy_line_is_one_printable_line(text: str) -> None:
    tidy = tidy_line(text)
    assert tidy.isprintable() and tidy == tidy.strip() and "  " not in tidy


@given(st.text())
def test_tidy_lines_keep_paragraphs_and_nothing_unprintable(text: str) -> None:
    tidy = tidy_lines(text)
    assert "\n\n\n" not in tidy and "\r" not in tidy and all(line.isprintable() for line in tidy.split("\n"))


def test_tidy_lines_keeps_what_was_typed() -> None:
    assert tidy_lines("First.\r\n\r\n\r\nSecond\tline. ") == "First.\n\nSecond line."
