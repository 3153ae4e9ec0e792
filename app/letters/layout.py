"""Where the parts of a model letter stand: salutation, the writer's own lines, signature; and where they go when the text forgot them."""

from collections.abc import Iterable
from typing import NamedTuple

from app.campaigns.filling import Line, read

AS_TYPED, WITH_MARK = "salutation as typed", "salutation with its mark"
"""Names for the salutation where the text has no mark after it, and where the text has no salutation."""
TEXT_BESIDE = 30
"""Characters beside the placeholders, at most, in a line that is a salutation or a signature and not a sentence."""
LONGEST_VALEDICTION, MOST_LINES = 80, 2
SENTENCE_ENDS = (".", "!", "?", "…", "。", "？", "؟", "।", "።")

Paragraph = tuple[Line, ...]


class Layout(NamedTuple):
    """The paragraphs of a letter, with the writer's own lines between `before` and `after`."""

    head: tuple[Paragraph, ...]
    """Up to the salutation."""
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]
    signature: Paragraph
    tail: tuple[Paragraph, ...]
    """What the text has under the signature."""


def lay_out(body: str, *, opening: bool, closing: bool) -> Layout:
    """The parts of a letter's template; `opening`, `closing`: there is one to be put in.

    A text that has no place for them gets the opening as its first paragraph, the own lines and then the closing as its last ones, above
    the words of farewell. A salutation stands on a line of its own.
    """
    head, rest = _head(read(body))
    rest, signature, tail = _signature(rest)
    before, after = _around_own_lines(rest)
    if opening and not _has("opening", head + rest + tail):
        before = [_sign("opening"), *before]
    if closing and not _has("closing", head + rest + tail):
        after.insert(len(after) - int(bool(after) and _is_valediction(after[-1])), _sign("closing"))
    return Layout(tuple(head), tuple(before), tuple(after), signature, tuple(tail))


def _head(paragraphs: Iterable[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Everything up to the salutation, and the rest."""
    whole = list(paragraphs)
    for at, lines in enumerate(whole):
        for number, line in enumerate(lines):
            if _greets(line, first=at == 0):
                greeting, more = _run_in(line)
                rest = (*more, *lines[number + 1 :])
                return [*whole[:at], (*lines[:number], greeting)], [*([rest] if rest else []), *whole[at + 1 :]]
    return [_sign(WITH_MARK)], whole


def _greets(line: Line, *, first: bool) -> bool:
    """Whether a line begins with the salutation, or ends with it in the first paragraph, as `Estimada {{ salutation }}:` does."""
    if "salutation" not in line.names:
        return False
    begins = line.names[0] == "salutation" and not line.texts[0].strip()
    return begins or (first and line.names[-1] == "salutation" and not _has_words(line.texts[-1]))


def _run_in(line: Line) -> tuple[Line, list[Line]]:
    """The salutation and, apart from it, the sentence that begins on its line."""
    at = line.names.index("salutation") + 1
    if at == len(line.names) and not line.texts[at]:
        return line.put({"salutation": Line(("", ""), (AS_TYPED,))}), []
    after = line.texts[at]
    words = next((place for place, sign in enumerate(after) if sign.isalnum()), len(after))
    if not after[:words].strip() or sum(map(len, line.texts[at:])) <= TEXT_BESIDE:
        return line, []
    return Line((*line.texts[:at], after[:words].rstrip()), line.names[:at]), [Line((after[words:], *line.texts[at + 1 :]), line.names[at:])]


def _signature(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], Paragraph, list[Paragraph]]:
    """The paragraphs above the signature, its lines, and what stands under it."""
    signed = [(at, number) for at, lines in enumerate(paragraphs) for number, line in enumerate(lines) if "supporter.name" in line.names]
    if signed:
        at, number = signed[-1]
        above, lines = paragraphs[at][:number], paragraphs[at][number:]
        if sum(map(len, lines[0].texts)) <= TEXT_BESIDE:
            tail = [tuple(line for line in part if "personal_lines" not in line.names) for part in paragraphs[at + 1 :]]
            return [*paragraphs[:at], *([above] if above else [])], lines, tail
    return paragraphs, (Line(("", ""), ("supporter.name",)), Line(("", ", ", ""), ("supporter.place", "supporter.country"))), []


def _around_own_lines(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """What stands before and after the writer's own lines; nothing of the text is lost, even where it gave them no paragraph of their own."""
    for at, lines in enumerate(paragraphs):
        for number, line in enumerate(lines):
            if "personal_lines" in line.names:
                left, right = _split(line, "personal_lines")
                above, below = (*lines[:number], *left), (*right, *lines[number + 1 :])
                return [*paragraphs[:at], *([above] if above else [])], [*([below] if below else []), *paragraphs[at + 1 :]]
    cut = len(paragraphs) - int(bool(paragraphs) and _is_valediction(paragraphs[-1]))
    return paragraphs[:cut], paragraphs[cut:]


def _split(line: Line, name: str) -> tuple[list[Line], list[Line]]:
    at = line.names.index(name)
    left = Line((*line.texts[:at], line.texts[at].rstrip()), line.names[:at])
    right = Line((line.texts[at + 1].lstrip(), *line.texts[at + 2 :]), line.names[at + 1 :])
    return [left] if left != Line(("",)) else [], [right] if right != Line(("",)) else []


def _is_valediction(lines: Paragraph) -> bool:
    """Whether a last paragraph says farewell: it is short and no sentence, as `Yours sincerely,` and `Mit freundlichen Grüßen` are."""
    text = " ".join("".join(line.texts) for line in lines).strip()
    return len(lines) <= MOST_LINES and len(text) <= LONGEST_VALEDICTION and not text.endswith(SENTENCE_ENDS) and text[:1] not in "-–—•"


def _sign(name: str) -> Paragraph:
    return (Line(("", ""), (name,)),)


def _has(name: str, paragraphs: Iterable[Paragraph]) -> bool:
    return any(name in line.names for lines in paragraphs for line in lines)


def _has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)
