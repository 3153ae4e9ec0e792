"""The printed letter: a page for a window envelope, A4 or US Letter, set from templates/pdf/letter.typ."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from app import bidi
from app.i18n import direction
from app.paper import fonts, typesetting
from app.paper.typesetting import LONGEST_LINE, clean, line

TEMPLATE = "letter.typ"
LONGEST_PARAGRAPH, MOST_LINES, MOST_PARAGRAPHS = 5_000, 12, 40

ROOM = {"a4": 33, "us-letter": 30}
"""Lines of the first size that a page has under the address."""
LINE, WIDE_LINE = 70, 40
"""Characters of the first size that surely fit in a line: of most scripts, and of the wide ones."""
AROUND, BETWEEN = 6.5, 0.45
"""Lines that the date and the gaps at subject and signature take, and the gap between paragraphs."""
ADDRESS_ROOM = {"a4": 6, "us-letter": 5}
ADDRESS_LINE, WIDE_ADDRESS_LINE = 30, 20
"""The same of an address in its field."""


@dataclass(frozen=True)
class PrintedLetter:
    """One letter as it goes on paper; a missing date or signature leaves a line to write on. Paragraphs and signature may hold \\n.

    `paper` is `a4` or `us-letter`. With the number of a `fax` it is made to be faxed: that line above the address, no grey, no marks to fold at.
    """

    language: str
    sender_lines: tuple[str, ...]
    address_lines: tuple[str, ...]
    place_and_date: str
    subject: str
    paragraphs: tuple[str, ...]
    signature: str
    note: str = ""
    copies: tuple[str, ...] = ()
    """Paragraphs under the signature: who else has the letter."""
    paper: str = "a4"
    fax: str = ""


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
    """The letter as `letter` of templates/pdf/letters.typ reads it: clean, capped, each part with its direction."""
    base = direction(letter.language)
    address = [line(text) for text in letter.address_lines[:MOST_LINES]]
    sender = [text for text in map(line, letter.sender_lines[:MOST_LINES]) if text]
    paragraphs = [clean(text)[:LONGEST_PARAGRAPH].strip() for text in letter.paragraphs[:MOST_PARAGRAPHS]]
    subject = line(letter.subject)
    signature = clean(letter.signature)[:LONGEST_LINE].strip()
    fax = line(letter.fax)
    copies = [text for text in (clean(text)[:LONGEST_PARAGRAPH].strip() for text in letter.copies[:MOST_LINES]) if text]
    place, note = line(letter.place_and_date), line(letter.note)
    everything = "\n".join((*address, *sender, *paragraphs, *copies, subject, signature, place, note))
    return {
        **_language(letter.language, everything),
        "dir": base,
        "paper": letter.paper,
        "fax": f"Fax: {fax}" if fax else "",
        "sender": _part("  ·  ".join(f"\u2068{text}\u2069" if base == "rtl" else text for text in sender), "ltr"),
        "address": {**_address(address), "short": _lines(address, ADDRESS_LINE, WIDE_ADDRESS_LINE) <= ADDRESS_ROOM[letter.paper]},
        "place": bidi.isolated(place, base),
        "subject": bidi.isolated(subject, base),
        "paragraphs": [_part(text, base) for text in paragraphs if text],
        "signature": signature,
        "copies": [_part(text, base) for text in copies],
        "note": bidi.isolated(note, base),
        "short": _is_short([subject, *paragraphs, signature, *(f"\n{text}" for text in copies)], ROOM[letter.paper]),
    }


def _language(language: str, text: str) -> dict[str, object]:
    """What typst must know of a letter's language and script: hyphens, quotes and shapes go by it."""
    code, *parts = language.split("-")
    region = next((part for part in parts if re.fullmatch("[A-Za-z]{2}", part)), "TW" if "Hant" in parts else "")
    arabic = direction(language) == "rtl" and fonts.has_arabic(text)
    return {
        "lang": code if re.fullmatch("[a-z]{2,3}", code) else "und",
        "region": region.lower() or None,
        "fonts": fonts.families(text, language),
        "script": "arabic" if arabic else "cjk" if code in fonts.CJK_LANGUAGES else "latin",
    }


def _is_short(paragraphs: Sequence[str], room: int) -> bool:
    """Whether a letter surely fits on its page in the first size; one that does not is measured, which takes as long as setting it."""
    return AROUND + BETWEEN * len(paragraphs) + _lines(paragraphs, LINE, WIDE_LINE) <= room


def _lines(texts: Sequence[str], fitting: int, wide: int) -> int:
    """The lines that texts take at most, so many characters in each."""
    everything = "\n".join(texts)
    width = wide if fonts.beyond(everything) or everything.isupper() else fitting
    return sum(ceil(len(text) / width) or 1 for text in everything.split("\n"))


def _address(lines: Sequence[str]) -> dict[str, object]:
    """The address as a part: lines of another direction than most of it has keep their own."""
    part = _part("\n".join(lines), "ltr")
    return {**part, "text": "\n".join(map(_own_way, lines))} if part["dir"] == "rtl" else part


def _own_way(text: str) -> str:
    return bidi.isolated(text, "rtl") if bidi.side(text, "rtl") == "rtl" else f"\u2066{text}\u2069"


def _part(text: str, base: str) -> dict[str, object]:
    """Text with the direction most of its letters have."""
    side = bidi.side(text, base)
    return {"dir": side, "text": bidi.isolated(text, side), "arabic": side == "rtl" and fonts.has_arabic(text)}
