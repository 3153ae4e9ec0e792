"""Right-to-left text with fragments of other scripts in it: each kept in its own order by isolates (Unicode UAX 9, 2.4)."""

import re
from collections.abc import Iterator

MARKS = {"ltr": "\u2066", "rtl": "\u2067"}
"""What begins an isolate of each direction."""
END = "\u2069"
"""What ends an isolate."""
RLM = "\u200f"
"""The right-to-left mark: a letter of that direction which is not seen."""
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL_LETTER = re.compile(f"[{_RTL}]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_WORD = rf"[^\W{_RTL}][^\s{_RTL}\u2066-\u2069]*"
_NUMBER = re.compile(r"\d+(?:[ /.–-]\d+){2,}|\d{3,}[–-]\d+|\d+[–-]\d{3,}")
"""A number in parts, as of a telephone, a date or a case: after Arabic letters blanks and dashes would turn its parts round."""
_RTL_WORDS = re.compile(rf"[{_RTL}](?:(?:[{_RTL}\d_]|(?![\n\u2066-\u2069])\W)*[{_RTL}])?")
_FOREIGN = re.compile(rf"\+?{_FOREIGN_WORD}(?: {_FOREIGN_WORD})*(?<=\w)")


def side(text: str, base: str) -> str:
    """`rtl` or `ltr`: that of most of a text's letters where it begins with one of them, else `base`.

    So a line of the writer's own in another script stands as it should, and a short sentence with a long foreign name in it does too.
    """
    rtl = len(_RTL_LETTER.findall(text))
    letters = len(_LETTER.findall(text)) if rtl or base == "rtl" else 0
    first = _LETTER.search(text) if letters else None
    if first is None:
        return base
    most = "rtl" if 2 * rtl > letters else "ltr"
    return most if (_RTL_LETTER.match(first[0]) is not None) == (most == "rtl") else base


def is_mixed(text: str) -> bool:
    """Whether a left-to-right text has something right-to-left in it."""
    return _RTL_LETTER.search(text) is not None


def isolated(text: str, base: str) -> str:
    """A text of direction `base` in which each fragment of the other direction is kept in its own order by isolates."""
    return "".join(piece if direction == base else f"{MARKS[direction]}{piece}{END}" for piece, direction in pieces(text, base))


def typed(line: str, base: str) -> str:
    """A line of plain text as `isolated` has it; one that is foreign as a whole begins with a mark, or it would stand on the other side."""
    marked = isolated(line, base)
    return RLM + marked if base == "rtl" and marked != line and not is_mixed(line) else marked


def pieces(text: str, base: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with its direction: foreign fragments, and telephone numbers in right-to-left text, apart from the rest."""
    end = 0
    for start, stop in _left_to_right(text) if base == "rtl" else _right_to_left(text):
        if start > end:
            yield text[end:start], base
        yield text[start:stop], "ltr" if base == "rtl" else "rtl"
        end = stop
    if end < len(text):
        yield text[end:], base


def _right_to_left(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _RTL_WORDS.finditer(text))


def _left_to_right(text: str) -> Iterator[tuple[int, int]]:
    """Words from the first that has a letter on; a telephone number; of the numbers before, those that would come apart."""
    for found in _FOREIGN.finditer(text):
        start = 0
        if not found[0].startswith("+"):
            letter = _LETTER.search(found[0])
            start = found[0].rfind(" ", 0, letter.start()) + 1 if letter else len(found[0])
        yield from (number.span() for number in _NUMBER.finditer(text, found.start(), found.start() + start))
        if start < len(found[0]):
            yield found.start() + start, found.end()
