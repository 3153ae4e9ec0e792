"""What is printed, set by typst from templates/pdf/: fonts, compilers, and text made fit to be set."""

import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

import typst

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONT_PACKAGES = ("fontpkg_noto_sans", "fontpkg_amiri")
LONGEST_LINE = 200

_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_ENDLESS_WORD = re.compile(r"\S{60}(?=\S)")
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
    """PDF/UA from a template of templates/pdf/, which reads `data` as JSON; the same bytes for the same input. Raises Unprintable."""
    made = int(made_at.timestamp())
    try:
        made_pdf = _compiler(template).compile(format="pdf", sys_inputs=_inputs(data), pdf_standards="ua-1", timestamp=made)
    except typst.TypstError as error:
        missing = dict.fromkeys(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _MISSING.findall(error.diagnostic))
        if not missing:
            raise
        raise Unprintable(missing) from None
    assert isinstance(made_pdf, bytes)
    return made_pdf


def png(template: str, data: Mapping[str, object], *, ppi: int = 72) -> bytes:
    """A picture of the first page; a character that no font has is a box in it."""
    made_png = _compiler(template).compile(format="png", sys_inputs=_inputs(data), ppi=ppi)
    assert made_png is not None
    return made_png[0] if isinstance(made_png, list) else made_png


def line(text: str) -> str:
    """One line of at most LONGEST_LINE characters, clean."""
    return _SPACES.sub(" ", clean(text)[:LONGEST_LINE]).strip()


def clean(text: str) -> str:
    """Without control characters, direction overrides and lone surrogates; all line breaks alike; endless words may break."""
    text = _UNSEEN.sub("", _BREAK.sub("\n", text)).replace("\t", " ")
    return _ENDLESS_WORD.sub("\\g<0>\u200b", unicodedata.normalize("NFC", text))


def _inputs(data: Mapping[str, object]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}


@cache
def _fonts() -> typst.Fonts:
    folders = [Path(str(resources.files(package))) / "files" for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def _compiler(template: str) -> typst.Compiler:
    """This thread's own: a compiler cannot be shared, and none is made before the first page (a fork would hang)."""
    compilers: dict[str, typst.Compiler] = _mine.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    return compilers[template]
