"""The printed letter: one A4 page for a window envelope, set from templates/pdf/letter.typ."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import bidi
from app.i18n import direction
from app.paper import typesetting
from app.paper.typesetting import LONGEST_LINE, clean, line

TEMPLATE = "letter.typ"
LONGEST_PARAGRAPH, MOST_LINES, MOST_PARAGRAPHS = 5_000, 12, 40


@dataclass(frozen=True)
class PrintedLetter:
    """One letter as it goes on paper; a missing date or signature leaves a line to write on. Paragraphs and signature may hold \\n."""

    language: str
    sender_lines: tuple[str, ...]
    address_lines: tuple[str, ...]
    place_and_date: str
    subject: str
    paragraphs: tuple[str, ...]
    signature: str
    note: str = ""


def letters_pdf(letters: Sequence[PrintedLetter], *, title: str, made_at: datetime) -> bytes:
    """One PDF/UA in which each letter begins a page; the same bytes for the same input. Raises Unprintable."""
    if not letters:
        raise ValueError("no letters to print")
    return typesetting.pdf(TEMPLATE, _document(letters, title), made_at=made_at)


def letter_png(letter: PrintedLetter, ppi: int = 72) -> bytes:
    """A picture of the letter's first page; a character that no font has is a box in it."""
    return typesetting.png(TEMPLATE, _document([letter], letter.subject), ppi=ppi)


def _document(letters: Sequence[PrintedLetter], title: str) -> dict[str, object]:
    return {"title": line(title) or "Letter", "letters": [letter_data(letter) for letter in letters]}


def letter_data(letter: PrintedLetter) -> dict[str, object]:
    """The letter as the template reads it: clean, capped, each part with its direction."""
    code, _, region = letter.language.partition("-")
    base = direction(letter.language)
    address = [line(text) for text in letter.address_lines[:MOST_LINES]]
    sender = [text for text in map(line, letter.sender_lines[:MOST_LINES]) if text]
    paragraphs = [clean(text)[:LONGEST_PARAGRAPH].strip() for text in letter.paragraphs[:MOST_PARAGRAPHS]]
    return {
        "lang": code if re.fullmatch("[a-z]{2,3}", code) else "und",
        "region": region.lower() if re.fullmatch("[A-Za-z]{2}", region) else None,
        "dir": base,
        "sender": _part("  ·  ".join(f"\u2068{text}\u2069" if base == "rtl" else text for text in sender), "ltr"),
        "address": _part("\n".join(address), "ltr"),
        "place": bidi.isolated(line(letter.place_and_date), base),
        "subject": bidi.isolated(line(letter.subject), base),
        "paragraphs": [_part(text, base) for text in paragraphs if text],
        "signature": clean(letter.signature)[:LONGEST_LINE].strip(),
        "note": bidi.isolated(line(letter.note), base),
    }


def _part(text: str, base: str) -> dict[str, str]:
    """Text with the direction most of its letters have."""
    side = bidi.side(text, base)
    return {"dir": side, "text": bidi.isolated(text, side)}
