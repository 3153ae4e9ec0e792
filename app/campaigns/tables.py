"""Reading a TOML table value by value, noting everything that is wrong with its place instead of stopping at the first."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from app.campaigns.filed import Problem
from app.codes import language_problem

E = TypeVar("E", bound=StrEnum)
Check = Callable[[str], str | None]
"""Says what is wrong with a text and how to mend it; None when it is good."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
STAND_IN = date(FIRST_YEAR, 1, 1)
"""Given back for a date that could not be read, so that the reading can go on to the next problem."""


class Table:
    """One table. Each reader gives a value of the promised type whatever it finds; what it found wrong is in `problems`."""

    def __init__(self, values: Mapping[str, object], place: str, problems: list[Problem]) -> None:
        self.values = values
        self.place = place
        self.problems = problems
        self._asked: list[str] = []

    def at(self, key: str, index: int | None = None) -> str:
        """The place of a value, e.g. `targets[2].emails[1]`."""
        shown = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
        path = f"{self.place}.{shown}" if self.place else shown
        return path if index is None else f"{path}[{index}]"

    def note(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def text(self, key: str, *, required: bool = False, lines: bool = False, check: Check | None = None) -> str:
        """A text, blanks at its ends cut off; "" when there is none. `lines`: it may have several."""
        value = self._get(key)
        if value is None:
            if required:
                self.note(self.at(key), f'is missing: add {key} = "…".')
            return ""
        text = self._checked(value, self.at(key), lines, check)
        if required and text == "":
            self.note(self.at(key), "is empty: write something between the quotes.")
        return text or ""

    def texts(self, key: str, *, lines: bool = False, check: Check | None = None, distinct: bool = False) -> tuple[str, ...]:
        """A list of texts, none of them empty; `distinct`: none of them twice."""
        read: list[str] = []
        for index, value in enumerate(self._list(key), 1):
            text = self._checked(value, self.at(key, index), lines, check)
            if text == "":
                self.note(self.at(key, index), "is empty: write something, or take it out of the list.")
            elif text and distinct and text in read:
                self.note(self.at(key, index), f"“{text}” is in the list twice: take one out.")
            elif text:
                read.append(text)
        return tuple(read)

    def translations(self, key: str, *, lines: bool = True) -> dict[str, str]:
        """A table of language code = text."""
        inner = self.table(key)
        return {code: inner.text(code, required=True, lines=lines) for code in inner.languages()}

    def languages(self) -> list[str]:
        """The keys, each of which should be a language code."""
        for code in self.values:
            wrong = language_problem(code)
            if wrong:
                self.note(self.at(code), wrong)
        return list(self.values)

    def number(self, key: str, default: int, *, least: int, most: int) -> int:
        value = self._get(key)
        return default if value is None else self._number(value, self.at(key), least, most)

    def numbers(self, key: str, default: tuple[int, ...], *, least: int, most: int) -> tuple[int, ...]:
        """A list of different whole numbers, largest first."""
        if key not in self.values:
            self._asked.append(key)
            return default
        read: set[int] = set()
        for index, value in enumerate(self._list(key), 1):
            number = self._number(value, self.at(key, index), least, most)
            if number in read:
                self.note(self.at(key, index), f"{number} is in the list twice: take one out.")
            read.add(number)
        return tuple(sorted(read, reverse=True))

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.note(self.at(key), f"must be true or false, without quotes, not {_kind(value)}.")
        return False

    def day(self, key: str) -> date | None:
        """A date, also one in quotes; None when there is none."""
        value = self._get(key)
        if value is None:
            return None
        found = _date(value)
        if found is None:
            shown = f"“{value}”" if isinstance(value, str) else _kind(value)
            self.note(self.at(key), f"{shown} is not a date of the calendar: write year-month-day, e.g. {key} = 2026-12-06.")
        elif not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.note(self.at(key), f"the year {found.year} cannot be meant: use one from {FIRST_YEAR} to {LAST_YEAR}.")
            return STAND_IN
        return found or STAND_IN

    def required_day(self, key: str) -> date:
        if key not in self.values:
            self._asked.append(key)
            self.note(self.at(key), f"is missing: add {key} = 2026-12-06 with the right date.")
        return self.day(key) or STAND_IN

    def choice(self, key: str, values: type[E], default: E) -> E:
        return self.find_choice(key, values) or default

    def find_choice(self, key: str, values: type[E]) -> E | None:
        """One of the words of an enum; None when there is none."""
        word = self.text(key)
        if not word:
            if key in self.values and self.values[key] == "":
                self.note(self.at(key), f"is empty: use {_either(values)}.")
            return None
        if word not in {str(value) for value in values}:
            self.note(self.at(key), f"“{word}” is not known here: use {_either(values)}.")
            return None
        return values(word)

    def table(self, key: str) -> "Table":
        """An inner table; an empty one when there is none."""
        value = self._get(key)
        if value is not None and not isinstance(value, dict):
            self.note(self.at(key), f"must be a table, [{self.at(key)}], not {_kind(value)}.")
        return Table(value if isinstance(value, dict) else {}, self.at(key), self.problems)

    def tables(self, key: str) -> list["Table"]:
        """A list of tables, [[key]]."""
        value = self._get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(self.at(key), f"must be a list of tables: write [[{key}]] in double brackets above each.")
            return []
        read = []
        for index, item in enumerate(value, 1):
            if isinstance(item, dict):
                read.append(Table(item, self.at(key, index), self.problems))
            else:
                self.note(self.at(key, index), f"must be a table under [[{key}]], not {_kind(item)}.")
        return read

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1, cutoff=0.6)
                hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(self._asked)}."
                self.note(self.at(key), f"is not a key of a campaign file. {hint}")

    def _get(self, key: str) -> object:
        self._asked.append(key)
        return self.values.get(key)

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if value is None or isinstance(value, list):
            return value or []
        hint = f'write {key} = ["{value}"]' if isinstance(value, str) and "\n" not in value and len(value) < 60 else "put it in square brackets"
        self.note(self.at(key), f"must be a list, not {_kind(value)}: {hint}.")
        return []

    def _checked(self, value: object, place: str, lines: bool, check: Check | None) -> str | None:
        if not isinstance(value, str):
            self.note(place, f"must be text in quotes, not {_kind(value)}.")
            return None
        text = value.replace("\r\n", "\n").strip()
        wrong = _forbidden(text, lines) or (check(text) if check and text else None)
        if wrong:
            self.note(place, wrong)
            return None
        return text

    def _number(self, value: object, place: str, least: int, most: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        shown = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _kind(value)
        self.note(place, f"must be a whole number from {least} to {most}, not {shown}.")
        return least


def _date(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _forbidden(text: str, lines: bool) -> str | None:
    if "\n" in text and not lines:
        return "must be a single line: take the line break out."
    for sign in text:
        if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cs"}:
            return f"holds the control character U+{ord(sign):04X}: take it out."
    return None


def _either(values: type[StrEnum]) -> str:
    words = [f"“{value}”" for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (str, "text"),
        (datetime, "a date with a time"),
        (date, "a date"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "a time")
