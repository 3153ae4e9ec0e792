"""The print pack as plain values, and as a PDF made in a process of its own: it ends, and its memory goes back."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import BoundedSemaphore

import segno

from app import bidi
from app.errors import Refused
from app.i18n import N_, direction
from app.letters.pdf import PrintedLetter, letter_data
from app.paper import fonts, typesetting
from app.paper.typesetting import Unprintable, clean

TEMPLATE = "pack.typ"
AT_ONCE = 2
"""Packs one process has made at the same moment: each takes a core and up to some hundred megabytes while it lasts."""
SECONDS = 30.0
"""How long a pack may take; a thousand letters take two. No longer than a web server that stops waits for what is under way."""
LONGEST = 1_000
"""Characters of one piece of text on the organiser's page and the sheet."""

_places = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many packs as may be made at once are being made; it is worth asking again in a minute."""


@dataclass(frozen=True)
class Fact:
    """What stands at a glance on the organiser's page."""

    name: str
    told: str
    more: str = ""


@dataclass(frozen=True)
class Code:
    """An address as a picture that telephones read, with what one finds there."""

    name: str
    url: str

    @property
    def matrix(self) -> tuple[tuple[int, ...], ...]:
        """The modules of the QR code, rows from the top, without the quiet zone; 1 = dark."""
        return tuple(tuple(row) for row in self._drawn().matrix)

    @property
    def drawing(self) -> str:
        """The same as an SVG."""
        picture = io.BytesIO()
        self._drawn().save(picture, kind="svg", border=0, xmldecl=False)
        return picture.getvalue().decode()

    def _drawn(self) -> segno.QRCode:
        return segno.make(self.url, error="m", micro=False)


@dataclass(frozen=True)
class Addressee:
    """Somebody the letters go to: name, role and address as lines, and what is to be known of them."""

    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Cover:
    """The organiser's page."""

    kicker: str
    headline: str
    facts: tuple[Fact, ...]
    steps_name: str
    steps: tuple[str, ...]
    postage: str
    codes: tuple[Code, ...]
    targets_name: str
    targets: tuple[Addressee, ...]


@dataclass(frozen=True)
class Sheet:
    """The sign-up sheet: who wants to hear of the action puts a line of their own on it."""

    name: str
    headline: str
    consent: str
    keep: str
    columns: tuple[str, ...]
    code: Code
    pages: int
    rows: int
    """On each page."""


@dataclass(frozen=True)
class Pack:
    """Everything that is printed for one event. Letters are kept once each; `order` says which one each writer gets."""

    language: str
    """Of the organiser's page and the sheet; each letter has its own."""
    paper: str
    """`a4` or `us-letter`."""
    title: str
    cover: Cover
    letters: tuple[PrintedLetter, ...]
    order: tuple[int, ...]
    sheet: Sheet


def pack_pdf(pack: Pack, *, made_at: datetime) -> bytes:
    """The pack as PDF/UA, made here; the same bytes for the same input. Raises Unprintable."""
    return typesetting.pdf(TEMPLATE, document(pack), made_at=made_at)


def make_apart(pack: Pack, *, made_at: datetime, seconds: float = SECONDS) -> bytes:
    """The same, made in a child process. Raises Busy, Unprintable, and Refused when it takes too long."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return _in_child(pack, made_at, seconds)
    finally:
        _places.release()


def _in_child(pack: Pack, made_at: datetime, seconds: float) -> bytes:
    spawning = get_context("spawn")  # a fork would hang once a page was set here
    ours, theirs = spawning.Pipe(duplex=False)
    child = spawning.Process(target=_work, args=(theirs, pack, made_at), daemon=True)
    with ours:
        child.start()
        theirs.close()
        try:
            if not ours.poll(seconds):
                raise Refused(N_("This pack takes too long to make. Please ask for fewer letters at a time."))
            made: bytes | tuple[str, ...] = ours.recv()
        except EOFError:
            raise RuntimeError("the process that makes a pack ended without one") from None
        finally:
            child.kill()
            child.join()
            child.close()
    if isinstance(made, tuple):
        raise Unprintable(made)
    return made


def _work(answer: Connection, pack: Pack, made_at: datetime) -> None:
    """What the child does: bytes for a pack, the characters no font has for one that cannot be set."""
    try:
        answer.send(pack_pdf(pack, made_at=made_at))
    except Unprintable as problem:
        answer.send(problem.characters)


def document(pack: Pack) -> dict[str, object]:
    """The pack as the template reads it."""
    base = direction(pack.language)
    own = _own_pages(pack, base)
    return {
        **own,
        "fonts": fonts.families(json.dumps(own, ensure_ascii=False), pack.language),
        "letters": [letter_data(replace(letter, paper=pack.paper)) for letter in pack.letters],
        "order": list(pack.order),
    }


def _own_pages(pack: Pack, base: str) -> dict[str, object]:
    """The organiser's page and the sheet."""
    cover, sheet = pack.cover, pack.sheet
    return {
        "title": clean(pack.title)[:LONGEST].strip() or "Letters",
        "lang": pack.language,
        "dir": base,
        "paper": pack.paper,
        "cover": {
            "kicker": _said(cover.kicker, base),
            "headline": _told(cover.headline, base),
            "facts": [{"name": fact.name, "told": _told(fact.told, base), "more": _told(fact.more, base)} for fact in cover.facts],
            "steps": {"name": cover.steps_name, "told": [_said(step, base) for step in cover.steps]},
            "postage": _told(cover.postage, base),
            "codes": [{"name": code.name, "url": code.url, "drawing": code.drawing} for code in cover.codes],
            "targets": {
                "name": cover.targets_name,
                "told": [{"lines": _lines(one.lines, base), "note": _said(one.note, base)} for one in cover.targets],
            },
        },
        "sheet": {
            "name": sheet.name,
            "headline": _told(sheet.headline, base),
            "consent": _said(sheet.consent, base),
            "keep": _said(sheet.keep, base),
            "columns": list(sheet.columns),
            "code": {"name": sheet.code.name, "drawing": sheet.code.drawing},
            "pages": sheet.pages,
            "rows": sheet.rows,
        },
    }


def _lines(lines: Iterable[str], base: str) -> list[dict[str, str]]:
    return [_told(line, base) for line in lines if line.strip()]


def _said(text: str, base: str) -> str:
    """Words of ours, in the direction of the page."""
    return bidi.isolated(clean(text)[:LONGEST].strip(), base)


def _told(text: str, base: str) -> dict[str, str]:
    """Text with the direction most of its letters have, foreign fragments kept in their own order."""
    side = bidi.side(text, base)
    return {"dir": side, "text": bidi.isolated(clean(text)[:LONGEST].strip(), side)}
