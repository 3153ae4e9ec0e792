"""A table as spreadsheets save it: its text whatever the program, its separator, its header, its lines with their numbers."""

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from app.targets.filed import BadDirectory, Flaw

LARGEST, MOST_LINES = 2_000_000, 5_000
"""Bytes of a file, and lines below its header."""
SEPARATORS = ",;\t"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for something to work out."""
QUOTED_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
EXCEL_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Line(NamedTuple):
    number: int
    """In the file, counted from 1; the first of those that a cell with line breaks spreads over."""
    cells: Mapping[str, str]
    """By column; a column that the file does not have is missing."""


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark, or in Excel's “Unicode text”. Raises BadDirectory."""
    if len(data) > LARGEST:
        raise BadDirectory([Flaw(0, "", f"the file is larger than {LARGEST // 1_000_000} MB: cut it into several.")])
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02X} is not UTF-8: save the file as “CSV UTF-8” in your spreadsheet."
        raise BadDirectory([Flaw(data.count(b"\n", 0, error.start) + 1, "", message)]) from None


def safe(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula (OWASP, CSV injection); `read` takes the mark off again."""
    return f"'{cell}" if _could_be_formula(cell) else cell


def read(text: str, known: Callable[[str], str | None], names: tuple[str, ...]) -> tuple[dict[str, str], list[Line], list[Flaw]]:
    """(column: its name in the file), the lines that are not empty, and what is wrong with them.

    `known` gives the column that a header means, or None; `names` are suggested for the others. Raises BadDirectory where nothing can be read.
    """
    told = EXCEL_SEPARATOR.match(text)
    separator = told[1] if told else _separator(text, known)
    numbered = _rows(text[told.end() :], separator, 2) if told else _rows(text, separator, 1)
    try:
        at, header = next(numbered)
    except StopIteration:
        raise BadDirectory([Flaw(0, "", f"the file is empty: its first line names the columns, e.g. {', '.join(names[:3])}.")]) from None
    columns, flaws = _columns(at, header, known, names)
    lines: list[Line] = []
    for number, row in numbered:
        if len(lines) == MOST_LINES:
            flaws.append(Flaw(number, "", f"there are more than {MOST_LINES} lines: cut the file into several."))
            break
        if any(row[len(header) :]):
            flaws.append(Flaw(number, "", f"has {len(row)} cells, the header {len(header)}: put a cell that holds “{separator}” in double quotes."))
            continue
        cells = {column: row[index] if index < len(row) else "" for column, index in columns.items()}
        flaws += [Flaw(number, header[index], "has nothing above it in the header: give the column a name.") for index in _nameless(header, row)]
        lines.append(Line(number, cells))
    return {column: header[index] for column, index in columns.items()}, lines, flaws


def _separator(text: str, known: Callable[[str], str | None]) -> str:
    """The separator under which most of the header is known."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda one: sum(known(name.strip(' "')) is not None for name in first.split(one)))


def _rows(text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds something, with the number it begins at; `first` is that of the text. Raises BadDirectory where quotes do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = first
    try:
        for row in reader:
            cells = [_cell(cell) for cell in row]
            if any(cells):
                yield number, cells
            number = first + reader.line_num
    except csv.Error as error:
        message = f"the double quotes do not match ({error}): write a quote inside a quoted cell twice."
        raise BadDirectory([Flaw(number, "", message)]) from None


def _cell(cell: str) -> str:
    """What is meant: line breaks as \\n, no blanks around, and none of what spreadsheets put around text so that it stays text."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    formula = QUOTED_FORMULA.fullmatch(text)
    if formula:
        return formula[1].replace('""', '"').strip()
    return text[1:] if text.startswith("'") and _could_be_formula(text) else text


def _could_be_formula(cell: str) -> bool:
    """Also where it has the mark already, so that taking one off gives back what was there."""
    return cell.lstrip("'").startswith(FORMULA)


def _columns(line: int, header: list[str], known: Callable[[str], str | None], names: tuple[str, ...]) -> tuple[dict[str, int], list[Flaw]]:
    columns: dict[str, int] = {}
    flaws: list[Flaw] = []
    for index, name in enumerate(header):
        column = known(name)
        if column is None:
            if name:
                flaws.append(Flaw(line, name, f"is not a column of this table. {_meant(name, names)}"))
        elif column in columns:
            flaws.append(Flaw(line, name, f"is the same column as “{header[columns[column]]}”: take one out."))
        else:
            columns[column] = index
    return columns, flaws


def _meant(name: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(names)}."


def _nameless(header: list[str], row: list[str]) -> list[int]:
    return [index for index, name in enumerate(header) if not name and index < len(row) and row[index]]
