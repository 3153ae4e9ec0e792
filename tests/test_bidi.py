"""Foreign fragments in right-to-left text."""

import pytest

from app.bidi import isolated, side


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("سلام Pavlov", "rtl", "ltr"),
        ("أكتب إليكم بشأن Pavlov", "rtl", "rtl"),
        ("1234/56", "rtl", "rtl"),
        ("1234/56", "ltr", "ltr"),
        ("שלום", "ltr", "rtl"),
        ("Здравствуйте", "rtl", "ltr"),
        ("", "rtl", "rtl"),
    ],
)
def test_text_runs_as_most_of_its_letters_do(text: str, base: str, expected: str) -> None:
    assert side(text, base) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("القضية 1234/AB-56.", "القضية \u20661234/AB-56\u2069."),
        ("هاتف +34 91 390 22 77.", "هاتف \u2066+34 91 390 22 77\u2069."),
        ("في 23 يوليو", "في 23 يوليو"),
        ("المحكمة Audiencia Nacional في", "المحكمة \u2066Audiencia Nacional\u2069 في"),
        ("يوليو 23 Calle Bolsa", "يوليو 23 \u2066Calle Bolsa\u2069"),
        ("a@b.example، سلام", "\u2066a@b.example\u2069، سلام"),
    ],
)
def test_foreign_fragments_are_isolated_in_right_to_left_text_alone(text: str, expected: str) -> None:
    assert isolated(text, "rtl") == expected
    assert isolated(text, "ltr") == text
