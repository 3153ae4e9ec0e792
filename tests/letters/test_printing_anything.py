"""Whatever is typed into a letter comes out on its page as it was typed, or its signs are named."""

import re
import unicodedata
from datetime import UTC, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.letters.pdf import LONGEST_PARAGRAPH, PrintedLetter, letters_pdf
from app.paper.typesetting import LONGEST_LINE, Unprintable
from tests.paper.layer import text_of

NOW = datetime(2013, 8, 20, tzinfo=UTC)
MARKUP = (
    *(
        '#import "@preview/x:1.0.0": *',
        '#read("/etc/passwd")',
        '#eval("1+1")',
        "$x^2$",
        "*b*",
        "_i_",
        "@ref",
        "<lab>",
        "`raw`",
        "```code```",
        "\\u{41}",
    ),
    *("~", "--", "---", "...", "= Head", "- item", "+ item", "/ term: x", "// c", "/* c */", "[a]", "'q'", '"q"', "\\", "#", "&amp;", "<b>x</b>"),
    *("{{ supporter.name }}", "{% if x %}", "{# c #}", "\u202e", "\u2066", "\u2069", "\u200f", "\0", "\r\n", "\n", "\t"),
)
LEFT_TO_RIGHT = st.characters(codec="utf-8", max_codepoint=0x52F, exclude_categories=("Cn", "Mn", "Me"))
"""Without marks of their own: typst 0.15 writes a letter twice into the text layer when its mark is set apart (issue 8767)."""
TEXTS = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(LEFT_TO_RIGHT, max_size=8)), max_size=8).map(" ".join)
ANYTHING = st.text(st.characters(), max_size=60)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def letters_with(text: str, language: str) -> list[PrintedLetter]:
    return [PrintedLetter(language, (text,), (text,), text, text, (text, text), text, text, (text,), "a4", text)]


def visible(text: str) -> str:
    """What is seen of a text, without the spaces at which lines are broken and marks whose order fonts choose."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})


def made(letters: list[PrintedLetter], title: str) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, or else the characters that are named as unprintable."""
    try:
        return letters_pdf(letters, title=title, made_at=NOW), ()
    except Unprintable as problem:
        return b"", problem.characters


@SETTINGS
@given(TEXTS)
@example(" ".join(MARKUP))
def test_any_text_in_any_field_comes_out_as_that_text(text: str) -> None:
    pdf, unprintable = made(letters_with(text, "es"), text)
    assert all(characters in unicodedata.normalize("NFC", text) for characters in unprintable)
    assert bool(pdf) != bool(unprintable)
    line, printed = visible(text[:LONGEST_LINE]), text_of(pdf) if pdf else ""
    assert not pdf or not line or visible(printed).count(line) >= 10
    assert not re.search("[\u202a-\u202e]", printed)


@SETTINGS
@given(ANYTHING, st.sampled_from(["en", "ar", "zh", "he", "xx", "", "zh-Hant-TW", "12"]), st.sampled_from(["a4", "us-letter"]))
def test_nothing_that_can_be_typed_breaks_the_printer(text: str, language: str, paper: str) -> None:
    of = PrintedLetter(language, (text, text), (text, text), text, text, (text, text, text), text, text, (text,), paper)
    pdf, unprintable = made([of], text)
    assert pdf.startswith(b"%PDF") or unprintable


def test_texts_without_an_end_are_cut() -> None:
    pdf = letters_pdf(letters_with("palabra " * 40_000, "es"), title="x", made_at=NOW)
    assert len(text_of(pdf)) < 4 * LONGEST_PARAGRAPH
