"""The grammar of letter templates: `{{ name }}` with a name from a fixed list, and nothing more (design section 5).

Jinja2's lexer reads the text; nothing of it is ever evaluated.
"""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError

NAMES = (
    "salutation",
    "personal_lines",
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

NOT_CLOSED = "A placeholder opened with {{ is not closed with }}, or holds a sign that is not allowed."

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


def check(template: str) -> list[Problem]:
    """Everything in a template that is not text or a known placeholder; empty when the template is good."""
    return _read(template.replace("\r\n", "\n"))[1]


def fill(template: str, values: Mapping[str, str]) -> str:
    """The text of a good template with each placeholder replaced, in one pass.

    A line that held only placeholders which came out empty is dropped, and so are the blanks an empty one leaves.
    """
    lines = []
    for line in template.splitlines():
        signs, _ = _read(line)
        filled = _substitute(line, signs, values)
        if signs and not filled.strip():
            continue
        lines.append(filled)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def names_in(template: str) -> list[str]:
    """The placeholder names a template uses, in order."""
    return [sign.name for sign in _read(template)[0]]


def _substitute(line: str, signs: list[Sign], values: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for sign in signs:
        before, value = line[end : sign.start], values.get(sign.name, "")
        if not value and before.endswith(" ") and (line[sign.end : sign.end + 1] in {"", " ", ",", ".", ";", ":", "!", "?"}):
            before = before[:-1]
        parts += [before, value]
        end = sign.end
    parts.append(line[end:])
    return "".join(parts).rstrip()


@lru_cache(4096)
def _read(template: str) -> tuple[list[Sign], list[Problem]]:
    signs: list[Sign] = []
    problems: list[Problem] = []
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
                problems += _check_mark(template, start, text)
            elif kind == "variable_end" and open_at is not None:
                problems += _check_name(template, open_at, inside)
                signs.append(Sign("".join(inside), open_at, position))
                problems += _check_mark(template, start, text)
                open_at = None
            elif open_at is not None:
                if "\n" in text:
                    problems.append(_problem(template, open_at, "Keep {{ name }} on one line."))
                if kind != "whitespace":
                    inside.append(text)
            elif kind.endswith("_begin"):
                problems.append(_problem(template, start, f"“{text}” cannot be used in a letter: write text and {{{{ name }}}} only."))
        if open_at is not None:
            problems.append(_problem(template, open_at, NOT_CLOSED))
    except TemplateSyntaxError as error:
        at = open_at if open_at is not None else _start_of_line(template, error.lineno)
        problems.append(_problem(template, at, NOT_CLOSED))
    return signs, problems


def _check_mark(template: str, at: int, mark: str) -> list[Problem]:
    return [] if mark in {"{{", "}}"} else [_problem(template, at, "Write {{ name }} without a dash or plus sign.")]


def _check_name(template: str, at: int, inside: list[str]) -> list[Problem]:
    name = "".join(inside)
    if name in NAMES:
        return []
    near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
    hint = f" Did you mean {{{{ {near[0]} }}}}?" if near else f" Known names: {', '.join(NAMES)}."
    shown = name if len(name) <= 60 else name[:60] + "…"
    return [_problem(template, at, f"{{{{ {shown} }}}} is not known.{hint}")]


def _problem(template: str, at: int, message: str) -> Problem:
    return Problem(template.count("\n", 0, at) + 1, at - (template.rfind("\n", 0, at) + 1) + 1, message)


def _start_of_line(template: str, line: int) -> int:
    return sum(len(text) + 1 for text in template.split("\n")[: line - 1])
