"""Letter templates filled in: each placeholder replaced in one pass, and no trace left of one whose value is empty.

The gaps are closed in the template, before any value is put in: values come out as they are, whatever they hold.

| empty | in | gives |
|---|---|---|
| place | Ana, {{ place }} | Ana |
| place | {{ place }}, 5 May | 5 May |
| reference | Re: {{ reference }} – Case | Re: Case |
| reference | Reference: {{ reference }} | no line |
| reference | the case ({{ reference }}) of | the case of |
| name | Dear {{ name }}, | Dear, |
| place | a, {{ place }}, b | a, b |
| place | of {{ place }}. | of. |
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from app.campaigns.placeholders import signs_in, with_plain_ends

STOPS, COLONS, SEMICOLONS, COMMAS = ".!?…。！？؟।።", ":：", ";؛；፤", ",،，、፣–—-·•|/"
STRENGTH = {sign: strength for strength, signs in enumerate((COMMAS, SEMICOLONS, COLONS, STOPS), 1) for sign in signs}
"""Where two marks meet over a gap, the stronger one stays."""
STOP, COLON = STRENGTH["."], STRENGTH[":"]
OPENING = dict(zip("([（［【「『《〈«‹¿¡", ")]）］】」』》〉»›?!", strict=True))
PAIRS = {**OPENING, "“": "”", "„": "“”", "‘": "’", "‚": "‘’"}
"""Brackets and quotation marks with nothing in them go; some of these open in one language and close in another."""
SAME = "\"'"
"""The same on both sides: these go where they stand close around the empty value."""
CLOSING = frozenset(")]）］】」』》〉»›”’")
LONGEST_LABEL = 30
"""Characters of a line such as `Reference:`, which goes where nothing follows."""

_MARKS = "".join(STRENGTH)
_AT_START, _AT_END = re.compile(f"[\\s{re.escape(_MARKS)}]*"), re.compile(f"[\\s{re.escape(_MARKS)}]*\\Z")


class Line(NamedTuple):
    """Text with values still to be put in: `texts` has one piece more than `names`, and the values go between them."""

    texts: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        """The text to be filled in by `format % values`, the fastest way there is."""
        signs = [f"%({name})s" for name in self.names]
        texts = [text.replace("%", "%%") for text in self.texts]
        return "".join(piece for pair in zip(texts, [*signs, ""], strict=True) for piece in pair)

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with all values put in."""
        return self.format % values

    def put(self, known: Mapping[str, "Line"]) -> "Line":
        """The same with some of its names replaced, each by text that may have names of its own.

        After a value that ends with a full stop (`9 ноября 2026 г.`) the template's own is left out.
        """
        texts = [self.texts[0]]
        names: list[str] = []
        for name, text in zip(self.names, self.texts[1:], strict=True):
            inner = known.get(name, Line(("", ""), (name,)))
            texts[-1] += inner.texts[0]
            texts += inner.texts[1:]
            names += inner.names
            texts[-1] += text[1:] if inner.texts[-1].endswith(".") and text.startswith(".") and not text.startswith("..") else text
        return Line(tuple(texts), tuple(names))

    def only(self, have: Collection[str]) -> "Line | None":
        """The same without the names that have no value, and without the gaps they would leave; None when nothing is left of it."""
        return self if all(name in have for name in self.names) else _closed(self, have)


def read(template: str) -> tuple[tuple[Line, ...], ...]:
    """The paragraphs of a template, each with its lines. Blank lines part paragraphs, and blanks at the ends of lines are cut off."""
    return _read(with_plain_ends(template))


def join(lines: Iterable[Line], mark: str = "\n") -> Line:
    """Several lines in one value."""
    texts: list[str] = [""]
    names: list[str] = []
    for number, line in enumerate(lines):
        texts[-1] += (mark if number else "") + line.texts[0]
        texts += line.texts[1:]
        names += line.names
    return Line(tuple(texts), tuple(names))


def fill(template: str, values: Mapping[str, str]) -> str:
    """The text of a template with its values put in and no gap where one is missing or blank; paragraphs are one empty line apart."""
    have = {name: Line((value,)) for name, value in values.items() if value.strip()}
    paragraphs = []
    for lines in read(template):
        kept = [line.only(have.keys()) for line in lines]
        if filled := [line.put(have).texts[0] for line in kept if line is not None]:
            paragraphs.append("\n".join(filled))
    return "\n\n".join(paragraphs)


@lru_cache(1024)
def _read(template: str) -> tuple[tuple[Line, ...], ...]:
    paragraphs: list[tuple[Line, ...]] = []
    lines: list[Line] = []
    for text in template.split("\n"):
        if text.strip():
            lines.append(_line(text))
        elif lines:
            paragraphs.append(tuple(lines))
            lines = []
    return (*paragraphs, tuple(lines)) if lines else tuple(paragraphs)


def _line(text: str) -> Line:
    signs = signs_in(text)
    ends = [0, *(sign.end for sign in signs)]
    starts = [*(sign.start for sign in signs), len(text)]
    texts = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    texts[-1] = texts[-1].rstrip()
    return Line(tuple(texts), tuple(sign.name for sign in signs))


def _closed(line: Line, have: Collection[str]) -> Line | None:
    texts = [line.texts[0]]
    names: list[str] = []
    for at, name in enumerate(line.names, 1):
        text = line.texts[at]
        if name in have:
            names.append(name)
            texts.append(text)
            continue
        follows = any(name in have for name in line.names[at:]) or any(map(_has_words, line.texts[at + 1 :]))
        left, right = _without_pairs(texts[-1], text)
        if not names and not follows and _is_label(left, right):
            return None
        texts[-1] = _merged(left, right, first=not names, last=not follows)
    return Line(tuple(texts), tuple(names)) if names or _has_words(texts[0]) else None


def _without_pairs(left: str, right: str) -> tuple[str, str]:
    """Both sides of a gap without brackets and quotation marks that now hold nothing but marks and blanks."""
    if left and right and left[-1] == right[0] and right[0] in SAME:
        return _without_pairs(left[:-1], right[1:])
    for opened, closed in ((left.rstrip(), right.lstrip()), (_ended(left)[0], _begun(right)[1])):
        if opened and closed and closed[0] in PAIRS.get(opened[-1], ""):
            return _without_pairs(opened[:-1], closed[1:])
    return left, right


def _merged(left: str, right: str, *, first: bool, last: bool) -> str:
    """The two sides of a gap brought together; `first` and `last`: nothing else stands before or after them on the line.

    Each side has marks and blanks towards the gap: one of the two joints stays, the one with the stronger mark.
    """
    before, joint = _ended(left)
    other, after = _begun(right)
    closes = after[:1] in CLOSING
    if before[-1:] in OPENING and not _strength(joint):
        kept = joint
    elif (last and not after) or (closes and not other):
        kept = joint if _strength(joint) == STOP else other if _strength(other) else ""
    elif first and not before:
        kept = joint
    elif _strength(joint) == STOP or _strength(joint) > _strength(other):
        kept = joint.rstrip() + (_blank_after(joint) or _blank_after(other))
    else:
        kept = other if _strength(other) else joint or other
    return before + (kept.rstrip() if closes or (last and not after) else kept) + after


def _ended(text: str) -> tuple[str, str]:
    """A text and the joint at its end."""
    found = _AT_END.search(text)
    at = found.start() if found else len(text)
    return text[:at], text[at:]


def _begun(text: str) -> tuple[str, str]:
    """The joint at the start of a text, and the text."""
    found = _AT_START.match(text)
    at = found.end() if found else 0
    return text[:at], text[at:]


def _is_label(left: str, right: str) -> bool:
    """`Reference: ` with nothing after it on the line."""
    joint = _ended(left)[1]
    return len(left) <= LONGEST_LABEL and _strength(joint) == COLON and not right.strip()


def _has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _strength(joint: str) -> int:
    return max((STRENGTH.get(sign, 0) for sign in joint), default=0)


def _blank_after(joint: str) -> str:
    return joint[len(joint.rstrip()) :]
