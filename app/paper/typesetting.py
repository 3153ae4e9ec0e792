"""What is printed, set by typst from templates/pdf/: compilers, and text made fit to be set."""

import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from app.paper import fonts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
LONGEST_LINE = 200

_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_ENDLESS_WORD = re.compile(rf"[^\s{fonts.UNSPACED}]{{60}}(?=[^\s{fonts.UNSPACED}])")
_SPACES = re.compile("[ \n]+")
_MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.*?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{(\w+)\}")

_mine = threading.local()


class Unprintable(Exception):
    """No font here can draw these `characters` of what was to be printed."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__("No font has " + ", ".join(f"{text} ({' '.join(f'U+{ord(c):04X}' for c in text)})" for text in self.characters))


def pdf(template: str, data: Mapping[str, object], *, made_at: datetime) -> bytes:
    """PDF/UA from a template of templates/pdf/, which reads `data` as data.json; the same bytes for the same input. Raises Unprintable."""
    try:
        made = _compile(template, data, format="pdf", pdf_standards="ua-1", timestamp=int(made_at.timestamp()))
    except typst.TypstError as error:
        missing = dict.fromkeys(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _MISSING.findall(error.diagnostic))
        if not missing:
            raise
        raise Unprintable(missing) from None
    assert isinstance(made, bytes)
    return made


def png(template: str, data: Mapping[str, object], *, ppi: int = 72) -> bytes:
    """A picture of the first page; a character that no font has is a box in it."""
    made = _compile(template, data, format="png", ppi=ppi)
    assert made is not None
    return made[0] if isinstance(made, list) else made


def line(text: str) -> str:
    """One line of at most LONGEST_LINE characters, clean."""
    return _SPACES.sub(" ", clean(text)[:LONGEST_LINE]).strip()


def clean(text: str) -> str:
    """Without control characters, direction controls and lone surrogates; all line breaks alike; endless words may break."""
    text = _UNSEEN.sub("", _BREAK.sub("\n", text)).replace("\t", " ")
    return _ENDLESS_WORD.sub("\\g<0>\u200b", unicodedata.normalize("NFC", text))


def _compile(template: str, data: Mapping[str, object], **options: Any) -> bytes | list[bytes] | None:
    """The template's words and a person's never meet in one source: the data is a file of its own beside it, kept in memory."""
    text = json.dumps(data, ensure_ascii=False)
    files = {**_templates(), "main.typ": _templates()[template], "data.json": text.encode(errors="replace")}
    made: bytes | list[bytes] | None = _compiler(fonts.packages(text)).compile(input=files, **options)
    return made


@cache
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}


def _compiler(packages: tuple[str, ...]) -> typst.Compiler:
    """This thread's own: a compiler cannot be shared, and none is made before the first page (a fork would hang)."""
    compilers: dict[tuple[str, ...], typst.Compiler] = _mine.__dict__.setdefault("compilers", {})
    if packages not in compilers:
        compilers[packages] = typst.Compiler(root=TEMPLATES, font_paths=fonts.fonts(packages), ignore_system_fonts=True)
    return compilers[packages]
