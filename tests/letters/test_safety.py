"""What an official sees of the writer in each safety mode."""

import pytest

from app.letters.rules import Safety
from app.letters.safety import Shown, initials, shown


@pytest.mark.parametrize(
    ("safety", "expected"),
    [
        (Safety.FULL, Shown("María Fernández", "Maria Fernandez", "Sevilla", "ES", street=True)),
        (Safety.NO_STREET, Shown("María Fernández", "Maria Fernandez", "Sevilla", "ES", street=False)),
        (Safety.INITIALS, Shown("M. F.", "M. F.", "", "ES", street=False)),
    ],
)
def test_writer_is_shown_as_the_mode_says(safety: Safety, expected: Shown) -> None:
    assert shown(safety, name="María Fernández", latin_name="Maria Fernandez", place="Sevilla", country="ES") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("María Fernández Ortiz", "M. F. O."),
        ("jean-luc picard", "J.-L. P."),
        ("Élodie", "É."),
        ("E\u0301lodie", "E\u0301."),
        ("ليلى حداد", "ل. ح."),
        ("Ольга Никитина", "О. Н."),
        ("王小明", "王."),
        ("O’Brien (Pat)", "O. P."),
        ("1 & 2", ""),
        ("  ", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_words(name: str, expected: str) -> None:
    assert initials(name) == expected
