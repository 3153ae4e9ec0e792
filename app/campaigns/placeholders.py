"""The grammar of letter templates: `{{ name }}` with a name from a fixed list, and nothing more (design section 5).

Jinja2's lexer reads the text; nothing of it is ever evaluated. What the signs become: app/campaigns/filling.py.
"""

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError

from app.campaigns.markup import find_markup

NAMES = (
    "salutation",
    "opening",
    "personal_lines",
    "closing",
    "target.name",
    "target.role",
    "target.organisation",
    "person.name",
    "supporter.name",
    "supporter.place",
    "supporter.country",
    "campaign.reference",
    "date",
)
ONCE = ("opening", "personal_lines", "closing")
"""Parts of the letter: they stand in its body alone, and there once."""
LINE_NAMES = tuple(name for name in NAMES if name not in ONCE)
"""What an opening or a closing may hold. French closings repeat the salutation."""
SUBJECT_NAMES = tuple(name for name in LINE_NAMES if name != "salutation")

NOT_CLOSED = "A placeholder opened with {{ is not closed with }}, or holds a sign that is not allowed."
NOT_FILLED = "Placeholders are not filled in here: write the words themselves."

_lexer = Environment(autoescape=False)  # noqa: S701 (used for lexing alone)


class Problem(NamedTuple):
    """What is wrong in a template, with its place (both from 1)."""

    line: int
    column: int
    message: str


class Sign(NamedTuple):
    """One placeholder in a template."""

    name: str
    start: int
    end: int


def check(template: str, names: Sequence[str] = NAMES) -> list[Problem]:
    """Everything in a template that is not text or a placeholder of `names`, in order; empty when the template is good.

    HTML is no text: it would reach the official as it was typed.
    """
    text = with_plain_ends(template)
    signs, strange = _read(text)
    found = [*strange, *_misplaced(signs, names), *find_markup(text)]
    return [_problem(text, at, message) for at, message in sorted(found)]


def check_plain(text: str) -> list[Problem]:
    """The same for a text that goes into letters without being filled in, such as a salutation: no placeholder is good there."""
    plain = with_plain_ends(text)
    signs = [_problem(plain, found.start(), NOT_FILLED) for found in re.finditer(r"\{\{", plain)]
    return sorted([*signs, *check_markup(plain)])


def check_markup(text: str) -> list[Problem]:
    """HTML in a text."""
    plain = with_plain_ends(text)
    return [_problem(plain, at, message) for at, message in find_markup(plain)]


def signs_in(template: str) -> list[Sign]:
    """The placeholders of a template whose line ends are \\n, in order; those that are not known too."""
    return _read(template)[0]


def with_plain_ends(text: str) -> str:
    """The text with \\n at the end of each line, as the lexer has it."""
    return re.sub(r"\r\n?", "\n", text)


def _misplaced(signs: list[Sign], names: Sequence[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    for sign in signs:
        if sign.name in NAMES and sign.name not in names:
            found.append((sign.start, f"{{{{ {sign.name} }}}} can stand in the body of the letter only."))
        elif sign.name in ONCE and sign.name in seen:
            found.append((sign.start, f"{{{{ {sign.name} }}}} stands here for the second time: once is enough."))
        seen.add(sign.name)
    return found


@lru_cache(4096)
def _read(template: str) -> tuple[list[Sign], list[tuple[int, str]]]:
    """The signs, and what else the lexer met, by its place."""
    signs: list[Sign] = []
    problems: list[tuple[int, str]] = []
    position = 0
    open_at: int | None = None
    inside: list[str] = []
    try:
        for _line, kind, text in _lexer.lex(template):
            start = max(position, template.find(text, position))  # the lexer drops blanks beside a dash
            position = start + len(text)
            if kind == "data":
                continue
            if kind == "variable_begin":
                open_at, inside = start, []
                problems += _check_mark(start, text)
            elif kind == "variable_end" and open_at is not None:
                problems += _check_name(open_at, inside)
                signs.append(Sign("".join(inside), open_at, position))
                problems += _check_mark(start, text)
                open_at = None
            elif open_at is not None:
                if "\n" in text:
                    problems.append((open_at, "Keep {{ name }} on one line."))
                if kind != "whitespace":
                    inside.append(text)
            elif kind.endswith("_begin"):
                problems.append((start, f"“{text}” cannot be used in a letter: write text and {{{{ name }}}} only."))
        if open_at is not None:
            problems.append((open_at, NOT_CLOSED))
    except TemplateSyntaxError as error:
        problems.append((open_at if open_at is not None else _start_of_line(template, error.lineno), NOT_CLOSED))
    return signs, problems


def _check_mark(at: int, mark: str) -> list[tuple[int, str]]:
    return [] if mark in {"{{", "}}"} else [(at, "Write {{ name }} without a dash or plus sign.")]


def _check_name(at: int, inside: list[str]) -> list[tuple[int, str]]:
    name = "".join(inside)
    if name in NAMES:
        return []
    near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
    hint = f" Did you mean {{{{ {near[0]} }}}}?" if near else f" Known names: {', '.join(NAMES)}."
    shown = name if len(name) <= 60 else name[:60] + "…"
    return [(at, f"{{{{ {shown} }}}} is not known.{hint}")]


def _problem(template: str, at: int, message: str) -> Problem:
    return Problem(template.count("\n", 0, at) + 1, at - (template.rfind("\n", 0, at) + 1) + 1, message)


def _start_of_line(template: str, line: int) -> int:
    return sum(len(text) + 1 for text in template.split("\n")[: line - 1])
