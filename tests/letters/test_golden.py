"""Letters as they were approved by eye, in five languages and on both papers: their text, and a coarse picture of the page.

After a change that is meant to show, `.venv/bin/python -m tests.letters.test_golden` writes tests/letters/golden/ anew:
look at the PDFs before committing them.
"""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.letters.pdf import PrintedLetter, letter_png, letters_pdf
from tests.paper.layer import text_of
from tests.paper.png import shades, unlike

GOLDEN = Path(__file__).parent / "golden"
PIXELS_PER_INCH, TOLERATED = 10, 0.001
MADE = datetime(2013, 8, 20, tzinfo=UTC)
LETTERS = {
    language: PrintedLetter(language=language, **{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})
    for language, fields in tomllib.loads((GOLDEN / "letters.toml").read_text()).items()
}
CASES = {
    **LETTERS,
    "en-us-letter": replace(LETTERS["en"], paper="us-letter"),
    "ar-us-letter": replace(LETTERS["ar"], paper="us-letter"),
    "en-fax": replace(LETTERS["en"], fax="+34 913 90 22 77"),
}


@pytest.mark.parametrize("name", CASES)
def test_text_of_the_letter_is_the_approved_one(name: str) -> None:
    assert _text(CASES[name]) == (GOLDEN / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", CASES)
def test_the_page_looks_as_approved(name: str) -> None:
    assert unlike(_picture(CASES[name]), (GOLDEN / f"{name}.picture").read_text().split("\n")) <= TOLERATED


def test_pages_that_differ_a_little_are_told_apart() -> None:
    approved = (GOLDEN / "en.picture").read_text().split("\n")
    for changed in (
        replace(LETTERS["en"], address_lines=("", *LETTERS["en"].address_lines)),
        replace(LETTERS["en"], paragraphs=LETTERS["en"].paragraphs[:-1]),
        replace(LETTERS["en"], subject=""),
        CASES["en-fax"],
        CASES["en-us-letter"],
    ):
        assert unlike(_picture(changed), approved) > TOLERATED


def _text(of: PrintedLetter) -> str:
    return text_of(letters_pdf([of], title=of.subject, made_at=MADE))


def _picture(of: PrintedLetter) -> list[str]:
    return shades(letter_png(of, ppi=PIXELS_PER_INCH))


if __name__ == "__main__":
    for name, of in CASES.items():
        (GOLDEN / f"{name}.txt").write_text(_text(of))
        (GOLDEN / f"{name}.picture").write_text("\n".join(_picture(of)))
