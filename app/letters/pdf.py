"""The printed letter: one A4 page for a window envelope, set by typst from templates/pdf/letter.typ."""

import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

import typst

from app.i18n import direction

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "pdf" / "letter.typ"
FONT_PACKAGES = ("fontpkg_noto_sans", "fontpkg_amiri")
LONGEST_LINE, LONGEST_PARAGRAPH, MOST_LINES, MOST_PARAGRAPHS = 200, 5_000, 12, 40

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL_LETTER = re.compile(f"[{_RTL}]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_WORD = rf"[^\W{_RTL}][^\s{_RTL}\u2066-\u2069]*"
_FOREIGN = re.compile(rf"\+?{_FOREIGN_WORD}(?: {_FOREIGN_WORD})*(?<=\w)")
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_ENDLESS_WORD = re.compile(r"\S{60}(?=\S)")
_SPACES = re.compile("[ \n]+")
_MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.*?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{(\w+)\}")

_mine = threading.local()


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


class Unprintable(Exception):
    """No font here can draw these `characters` of a letter."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__("No font has " + ", ".join(f"{text} ({' '.join(f'U+{ord(c):04X}' for c in text)})" for text in self.characters))


def letters_pdf(letters: Sequence[PrintedLetter], *, title: str, made_at: datetime) -> bytes:
    """One PDF/UA in which each letter begins a page; the same bytes for the same input. Raises Unprintable."""
    if not letters:
        raise ValueError("no letters to print")
    made = int(made_at.timestamp())
    try:
        pdf = _compiler().compile(format="pdf", sys_inputs=_inputs(letters, title), pdf_standards="ua-1", timestamp=made)
    except typst.TypstError as error:
        missing = dict.fromkeys(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _MISSING.findall(error.diagnostic))
        if not missing:
            raise
        raise Unprintable(missing) from None
    assert isinstance(pdf, bytes)
    return pdf


def letter_png(letter: PrintedLetter, ppi: int = 72) -> bytes:
    """A picture of the letter's first page; a character that no font has is a box in it."""
    png = _compiler().compile(format="png", sys_inputs=_inputs([letter], letter.subject), ppi=ppi)
    assert png is not None
    return png[0] if isinstance(png, list) else png


def _inputs(letters: Sequence[PrintedLetter], title: str) -> dict[str, str]:
    data = {"title": _line(title) or "Letter", "letters": [_data(letter) for letter in letters]}
    return {"data": json.dumps(data, ensure_ascii=False)}


def _data(letter: PrintedLetter) -> dict[str, object]:
    """The letter as the template reads it: clean, capped, each part with its direction."""
    code, _, region = letter.language.partition("-")
    base = direction(letter.language)
    address = [_line(text) for text in letter.address_lines[:MOST_LINES]]
    sender = [text for text in map(_line, letter.sender_lines[:MOST_LINES]) if text]
    paragraphs = [_clean(text)[:LONGEST_PARAGRAPH].strip() for text in letter.paragraphs[:MOST_PARAGRAPHS]]
    return {
        "lang": code if re.fullmatch("[a-z]{2,3}", code) else "und",
        "region": region.lower() if re.fullmatch("[A-Za-z]{2}", region) else None,
        "dir": base,
        "sender": _part("  ·  ".join(f"\u2068{text}\u2069" if base == "rtl" else text for text in sender), "ltr"),
        "address": _part("\n".join(address), "ltr"),
        "place": _isolated(_line(letter.place_and_date), base),
        "subject": _isolated(_line(letter.subject), base),
        "paragraphs": [_part(text, base) for text in paragraphs if text],
        "signature": _clean(letter.signature)[:LONGEST_LINE].strip(),
        "note": _isolated(_line(letter.note), base),
    }


def _part(text: str, base: str) -> dict[str, str]:
    """Text with the direction most of its letters have."""
    rtl = len(_RTL_LETTER.findall(text))
    letters = len(_LETTER.findall(text)) if rtl or base == "rtl" else 0
    side = base if not letters else "rtl" if 2 * rtl > letters else "ltr"
    return {"dir": side, "text": _isolated(text, side)}


def _isolated(text: str, side: str) -> str:
    """In right-to-left text, fragments of other scripts and telephone numbers kept in their own order."""
    return _FOREIGN.sub(_isolate, text) if side == "rtl" else text


def _isolate(found: re.Match[str]) -> str:
    """From the first word that has a letter; numbers before it belong to the text around. A telephone number is whole."""
    text, start = found[0], 0
    if not text.startswith("+"):
        letter = _LETTER.search(text)
        if not letter:
            return text
        start = text.rfind(" ", 0, letter.start()) + 1
    return f"{text[:start]}\u2066{text[start:]}\u2069"


def _line(text: str) -> str:
    return _SPACES.sub(" ", _clean(text)[:LONGEST_LINE]).strip()


def _clean(text: str) -> str:
    """Without control characters, direction overrides and lone surrogates; all line breaks alike; endless words may break."""
    text = _UNSEEN.sub("", _BREAK.sub("\n", text)).replace("\t", " ")
    return _ENDLESS_WORD.sub("\\g<0>\u200b", unicodedata.normalize("NFC", text))


@cache
def _fonts() -> typst.Fonts:
    folders = [Path(str(resources.files(package))) / "files" for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def _compiler() -> typst.Compiler:
    """This thread's own: a compiler cannot be shared, and none is made before the first letter (a fork would hang)."""
    if not hasattr(_mine, "compiler"):
        _mine.compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True)
    compiler: typst.Compiler = _mine.compiler
    return compiler
