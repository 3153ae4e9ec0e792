"""Numbers as one dials them from abroad; what is no number is shown as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.targets import phones


@pytest.mark.parametrize(
    ("typed", "country", "shown", "link"),
    [
        ("+34 (0) 91 123 45 67", "ES", "+34 911 23 45 67", "tel:+34-911-23-45-67"),
        ("+49 (0)30/123456", "DE", "+49 30 123456", "tel:+49-30-123456"),
        ("030 123456", "DE", "+49 30 123456", "tel:+49-30-123456"),
        ("0034 91 1234567", "DE", "+34 911 23 45 67", "tel:+34-911-23-45-67"),
        ("00 593 2 000 0100", "US", "+593 2-000-0100", "tel:+593-2-000-0100"),
        ("02 000 0100", "EC", "+593 2-000-0100", "tel:+593-2-000-0100"),
        ("+39 06 6982 0000", "DE", "+39 06 6982 0000", "tel:+39-06-6982-0000"),
        ("020 7946 0000 ext 12", "GB", "+44 20 7946 0000 x12", "tel:+44-20-7946-0000;ext=12"),
    ],
)
def test_number_is_shown_in_international_form(typed: str, country: str, shown: str, link: str) -> None:
    assert phones.international(typed, country) == shown
    assert phones.telephone_link(typed, country) == link
    assert phones.number_problem(typed, country) is None


@pytest.mark.parametrize("typed", ["12", "ask at the gate", "+7 495 123-45-67, +7 495 123-45-68", "+999 123"])
def test_what_is_no_number_stays_as_it_was_typed_and_is_doubted(typed: str) -> None:
    assert phones.international(typed, "GB") == typed
    assert phones.telephone_link(typed, "GB") == ""
    assert typed in str(phones.number_problem(typed, "GB"))


def test_no_number_is_no_problem() -> None:
    assert phones.number_problem("", "GB") is None
    assert phones.international("", "GB") == ""


@given(st.text(max_size=30))
def test_any_text_is_shown_and_never_breaks_out_of_a_link(typed: str) -> None:
    assert phones.international(typed, "EC") or not typed
    link = phones.telephone_link(typed, "EC")
    assert link == "" or (link.startswith("tel:+") and not set(link) & set("\"'<> \n"))
