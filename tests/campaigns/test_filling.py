"""Filling in: values come out as they are, and an empty one leaves no trace."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.campaigns.filling import Line, fill, join, read
from app.campaigns.placeholders import NAMES, check

NAME = "supporter.name"
EMPTY = {"p": "{{ supporter.place }}", "r": "{{ campaign.reference }}", "n": "{{ supporter.name }}"}


def table(template: str) -> str:
    """A row of the table below: `n` is filled with Ana; place and reference are empty."""
    return fill(
        re.sub(r"(?<![A-Za-z])[nrp](?![A-Za-z])", lambda found: EMPTY[found[0]], template),
        {NAME: "Ana", "supporter.place": " ", "campaign.reference": ""},
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        # at the end of a line
        ("n, p", "Ana"),
        ("n – p", "Ana"),
        ("n p", "Ana"),
        ("n: p", "Ana"),
        ("n, p.", "Ana."),
        ("n p,", "Ana,"),
        ("n. p", "Ana."),
        ("n، p", "Ana"),
        ("n、p", "Ana"),
        # at its start
        ("p, n", "Ana"),
        ("p – n", "Ana"),
        ("p: n", "Ana"),
        ("p. Text", "Text"),
        ("  p Text", "  Text"),
        ("- p Text", "- Text"),
        # in the middle
        ("Re: r – Case", "Re: Case"),
        ("A p b", "A b"),
        ("A, p, b", "A, b"),
        ("A, p b", "A, b"),
        ("A p, b", "A, b"),
        ("A – p – b", "A – b"),
        ("A; p, b", "A; b"),
        ("A. p, b", "A. b"),
        ("A.p, b", "A. b"),
        ("A, p. B", "A. B"),
        ("A! p? B", "A! B"),
        ("A p... B", "A... B"),
        ("n, p, r, n", "Ana, Ana"),
        ("n p r n", "Ana Ana"),
        ("n, p r n", "Ana, Ana"),
        ("A : p : b", "A : b"),
        ("A\u00a0p\u00a0: b", "A\u00a0: b"),
        ("的p，是", "的，是"),
        # before a mark
        *[(f"In p{mark} B", f"In{mark} B") for mark in ",.;:!?،؛、。)"],
        *[(f"In p{mark}", f"In{mark}") for mark in ",.;:!?،؛。"],
        # in brackets and quotation marks
        ("(r)", ""),
        ("Case (r)", "Case"),
        ("Case (r) of n", "Case of Ana"),
        ("Case (r), n", "Case, Ana"),
        ("Case [r].", "Case."),
        ("Case ( r ) of", "Case of"),
        ("Case (r, n)", "Case (Ana)"),
        ("Case (n, r)", "Case (Ana)"),
        ("Case (p, r)", "Case"),
        ("Case (n r) of", "Case (Ana) of"),
        ("Case ((r)) of", "Case of"),
        ("Le cas « r » de", "Le cas de"),
        ("Case “r” of", "Case of"),
        ('Case "r" of', "Case of"),
        ('"A" r "B"', '"A" "B"'),
        ("案件（r）：", "案件："),
        ("¿p? Sí", "Sí"),
        # lines that have nothing to say
        ("p", ""),
        ("p r", ""),
        ("p, (r)", ""),
        ("– p", ""),
        ("Reference: r", ""),
        ("Reference: (r)", ""),
        ("Case n\nReference: r\nText", "Case Ana\nText"),
        ("These are the words that I have for you: r", "These are the words that I have for you"),
        ("Text\n\np\n\nMore", "Text\n\nMore"),
        # what has a value is not touched
        ("n  ,  n", "Ana  ,  Ana"),
        ("( n )", "( Ana )"),
        ("To: n", "To: Ana"),
    ],
)
def test_an_empty_value_leaves_no_odd_gap(template: str, expected: str) -> None:
    assert table(template) == expected


def test_filling_is_one_pass() -> None:
    assert fill("{{ salutation }}", {"salutation": "{{ supporter.name }}", NAME: "Ana"}) == "{{ supporter.name }}"


def test_blanks_inside_a_value_and_its_marks_are_its_own() -> None:
    assert fill("{{ salutation }} {{ supporter.place }}, x", {"salutation": "a  b ,"}) == "a  b ,, x"


def test_a_value_that_ends_with_a_full_stop_brings_no_second_one() -> None:
    at = {"date": "9 ноября 2026 г."}
    assert (
        fill("Пишу {{ date }}. {{ date }}, {{ date }}... {{ date }}", at)
        == "Пишу 9 ноября 2026 г. 9 ноября 2026 г., 9 ноября 2026 г.... 9 ноября 2026 г."
    )


def test_paragraphs_are_one_empty_line_apart() -> None:
    assert fill("\n\nA \r\n\r\n \r\n\r\nB\nC\n\n", {}) == "A\n\nB\nC"


def test_a_part_may_be_put_in_before_the_rest_is_known() -> None:
    [[line]] = read("{{ salutation }}, {{ opening }} Yours, {{ supporter.name }}")
    opening = read("I write from {{ supporter.place }}.")[0][0]
    partly = line.put({"salutation": Line(("{{ date }}",)), "opening": opening})
    assert partly.names == ("supporter.place", NAME)
    assert partly.fill({NAME: "Ana", "supporter.place": "Sevilla"}) == "{{ date }}, I write from Sevilla. Yours, Ana"


def test_lines_are_joined_into_one() -> None:
    [lines] = read("Ana, {{ supporter.place }}\n{{ date }}")
    assert join(lines).fill({"supporter.place": "Sevilla", "date": "today"}) == "Ana, Sevilla\ntoday"


ANY = st.text(max_size=40) | st.sampled_from(["{{ salutation }}", "{{ 7*7 }}", "{% raw %}", "{# x #}", "<b>x</b>", "&amp;", "{{", "}}", "a\n\nb"])


@given(st.lists(st.sampled_from(NAMES), max_size=6), st.dictionaries(st.sampled_from(NAMES), ANY))
def test_any_text_in_any_field_comes_out_as_that_text(names: list[str], values: dict[str, str]) -> None:
    filled = fill("".join(f"<{name}={{{{ {name} }}}}>" for name in names), values)
    assert filled == "".join(f"<{name}={values.get(name, '').strip() and values[name]}>" for name in names)


PIECES = [
    " ",
    " ",
    ", ",
    ". ",
    ": ",
    " – ",
    "(",
    ")",
    " (",
    ") ",
    "«",
    "»",
    "“",
    "”",
    "a",
    "word",
    "?",
    "!",
    "، ",
    "؛ ",
    "、",
    "。",
    "\n",
    "\n\n",
    '"',
]
piece = st.sampled_from([*PIECES, *(f"{{{{ {name} }}}}" for name in NAMES[4:])])
ODD = re.compile(r"[^\S\n]{2}|[^\S\n][,.;:!?)،؛、。]|[^\S\n]$", re.MULTILINE)


@settings(max_examples=400)
@given(st.lists(piece, max_size=14).map("".join), st.sets(st.sampled_from(NAMES)))
def test_an_empty_value_brings_no_double_blank_and_no_blank_before_a_mark(template: str, have: set[str]) -> None:
    bare = re.sub(r"\{\{ [a-z.]+ \}\}", "x", template)
    assume(not check(template) and not ODD.search(bare))
    filled = fill(template, dict.fromkeys(have, "x"))
    assert not ODD.search(filled), filled
    assert "\n\n\n" not in filled
    for empty in ("()", "«»", "“”"):
        assert empty not in filled or empty in bare


@given(st.lists(piece, max_size=14).map("".join))
def test_with_every_value_there_the_text_is_the_templates_own(template: str) -> None:
    expected = re.sub(r"\{\{ [a-z.]+ \}\}", "x", template)
    lines = [line.rstrip() for line in expected.split("\n")]
    assert fill(template, dict.fromkeys(NAMES, "x")) == re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


@given(st.text(alphabet="{}%#-+ \n\r\u2028abc.salutation\"'|\\<&;,(:", max_size=60) | st.text())
def test_filling_survives_any_template(template: str) -> None:
    fill(template, {})
    fill(template, dict.fromkeys(NAMES, "x"))
