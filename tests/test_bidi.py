"""Foreign fragments keep their own order, and no text is lost or changed by that."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bidi import END, MARKS, isolated, pieces, side, typed

MIXED = st.text(st.sampled_from("abcéñ مرحبا ٣٤ 0123456789 /-.,+()\u2066\u2069\u202e\n_字ж") | st.characters(exclude_categories=("Cs",)), max_size=80)


def shown(text: str, base: str) -> list[str]:
    """The foreign pieces of a text."""
    return [piece for piece, direction in pieces(text, base) if direction != base]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("أكتب إليكم بشأن Amaranta Quishpe اليوم", ["Amaranta Quishpe"]),
        ("القضية UA 101/26 في 2026", ["UA 101/26"]),
        ("الوثيقة EUR 46/001/2013، من فضلكم", ["EUR 46/001/2013"]),
        ("الهاتف +34 91 397 32 86 والفاكس 91-397-32-87", ["+34 91 397 32 86", "91-397-32-87"]),
        ("القضية رقم 101-26 في 2013-09-05", ["101-26", "2013-09-05"]),
        ("بين 5-7 أيام و 12 يوما", []),
        ("لدي 3 أطفال", []),
        ("لا شيء", []),
    ],
)
def test_what_is_foreign_in_arabic(text: str, foreign: list[str]) -> None:
    assert shown(text, "rtl") == foreign


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("I write about محمد علي 12/2026, again.", ["محمد علي"]),
        ("He (محمد) and «مريم، فاطمة» were there.", ["محمد", "مريم، فاطمة"]),
        ("Nothing here 12/2026", []),
        ("one سطر\nسطر two", ["سطر", "سطر"]),
    ],
)
def test_what_is_foreign_in_english(text: str, foreign: list[str]) -> None:
    assert shown(text, "ltr") == foreign


@given(text=MIXED, base=st.sampled_from(["ltr", "rtl"]))
def test_pieces_are_the_text(text: str, base: str) -> None:
    found = list(pieces(text, base))
    assert "".join(piece for piece, _ in found) == text
    assert all(piece for piece, _ in found)


@given(text=MIXED, base=st.sampled_from(["ltr", "rtl"]))
def test_isolates_are_closed_within_their_line_and_hold_no_other_mark(text: str, base: str) -> None:
    plain = text.replace("\u2066", "").replace("\u2069", "").replace("\u2067", "").replace("\u2068", "")
    for line in isolated(plain, base).split("\n"):
        depth = 0
        for character in line:
            depth += (character in MARKS.values()) - (character == END)
            assert depth in {0, 1}
        assert depth == 0


@given(text=MIXED)
def test_an_isolate_in_arabic_holds_no_arabic_letter(text: str) -> None:
    assert not any(
        unicodedata.bidirectional(character) in {"R", "AL"} and character < "\ufe00" for piece in shown(text, "rtl") for character in piece
    )


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("Soy maestra.", "rtl", "ltr"),
        ("Soy maestra, conozco a مريم.", "rtl", "ltr"),
        ("مرحبا UA", "ltr", "rtl"),
        ("محمد علي and all of his family are at risk", "ltr", "ltr"),
        ("أكتب بشأن Nadia Ferrán Montalbán", "rtl", "rtl"),
        ("UA هي القضية التي أكتب بشأنها", "rtl", "rtl"),
        ("101/26", "rtl", "rtl"),
        ("101/26", "ltr", "ltr"),
        ("Нет", "ltr", "ltr"),
    ],
)
def test_side_is_that_of_most_letters_where_the_first_is_one_of_them(text: str, base: str, expected: str) -> None:
    assert side(text, base) == expected


@pytest.mark.parametrize(
    ("line", "base", "expected"),
    [
        ("Lucía Prado", "rtl", "\u200f\u2066Lucía Prado\u2069"),
        ("من Lucía Prado", "rtl", "من \u2066Lucía Prado\u2069"),
        ("2026", "rtl", "2026"),
        ("", "rtl", ""),
        ("Lucía Prado", "ltr", "Lucía Prado"),
    ],
)
def test_typed_line_stands_on_the_side_of_its_letter(line: str, base: str, expected: str) -> None:
    assert typed(line, base) == expected
