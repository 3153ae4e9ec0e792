"""The sheet as PDF: A4 pages set from templates/pdf/sheet.typ."""

import re
from collections.abc import Iterable
from io import BytesIO

import segno

from app import bidi
from app.i18n import direction
from app.paper import typesetting
from app.paper.typesetting import Unprintable, clean, line
from app.sheets.content import Banner, Event, Office, Sheet

TEMPLATE = "sheet.typ"
LONGEST_TEXT, MOST_PARAGRAPHS, MOST_ENTRIES = 20_000, 60, 60
MOST_SIGNS = 12
LONGEST_WORD, LONGEST_CONTACT = 28, 44
"""Letters that the narrowest column has room for."""

_LTR, _FIRST_STRONG, _END = "\u2066", "\u2068", "\u2069"
_ARABIC = re.compile("[\u0600-\u06ff]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_LONG_WORD = re.compile(rf"[^\s/\u2010-\u2014\u200b\u2e80-\u9fff\uac00-\ud7ff-]{{{LONGEST_WORD + 1},}}")
_PIECE = re.compile(r"\S{12}(?=\S)")
_CONTACT_PART = re.compile(r"[@.](?=\S)")


def sheet_pdf(sheet: Sheet) -> bytes:
    """PDF/UA of two pages, more if the texts are long; the same bytes for the same input. Raises Unprintable."""
    return typesetting.pdf(TEMPLATE, document(sheet), made_at=sheet.made_at)


def missing(problem: Unprintable) -> str:
    """The signs that no font has, the first few of them."""
    return " ".join(problem.characters[:MOST_SIGNS]) + (" …" if len(problem.characters) > MOST_SIGNS else "")


def document(sheet: Sheet) -> dict[str, object]:
    """The sheet as the template reads it: clean, capped, each text with its direction."""
    language = sheet.language
    base = direction(language)
    code, _, region = language.partition("-")
    words = {name: _one(text, base)["text"] for name, text in vars(sheet.labels).items()}
    return {
        "title": line(sheet.title) or "Sheet",
        "lang": code if re.fullmatch("[a-z]{2,3}", code) else "und",
        "region": region.lower() if re.fullmatch("[A-Za-z]{2}", region) else None,
        "dir": base,
        "arabic": base == "rtl" and _ARABIC.search(sheet.headline) is not None,
        "labels": words,
        "kicker": _one(sheet.kicker, base),
        "about": [_one(text, base) for text in sheet.about],
        "banner": _banner(sheet.banner, base) if sheet.banner else None,
        "writing": sheet.writing,
        "headline": _one(sheet.headline, base),
        "summary": _paragraphs(sheet.summary, base),
        "deadline": sheet.deadline
        and {
            "label": _one(sheet.deadline.label, base),
            "day": _one(sheet.deadline.day, base),
            "left": _one(sheet.deadline.left, base),
            "lights": sheet.deadline.lights,
        },
        "people": [{"name": _one(name, base), "note": _one(note, base)} for name, note in sheet.people[:MOST_ENTRIES]],
        "case": _paragraphs(sheet.case, base),
        "ask": _one(sheet.ask, base),
        "demands": [paragraph for demand in sheet.demands[:MOST_ENTRIES] for paragraph in _paragraphs(demand, base)],
        "languages": _one(sheet.languages, base),
        "write_to": _one(sheet.write_to, base),
        "offices": [_office(office, base) for office in sheet.offices[:MOST_ENTRIES]],
        "copies": [_office(office, base) for office in sheet.copies[:MOST_ENTRIES]],
        "embassy": _one(sheet.embassy, base),
        "background": _paragraphs(sheet.background, base),
        "events": [_event(event, base) for event in sheet.events[:MOST_ENTRIES]],
        "facts": [{"label": _one(label, base), "value": _one(value, base)} for label, value in sheet.facts[:MOST_ENTRIES]],
        "how": _one(sheet.how, base),
        "address": sheet.address,
        "address_shown": clean(sheet.address.removeprefix("https://")),
        "qr": _qr(sheet.address),
        "publisher": [_one(text, base) for part in sheet.publisher for text in part.splitlines() if line(text)],
    }


def _banner(banner: Banner, base: str) -> dict[str, object]:
    story = banner.story
    return {
        "title": _one(banner.title, base),
        "advice": _one(banner.advice, base),
        "outcome": _one(banner.outcome, base),
        "story": _paragraphs(story.words, direction(story.language)) if story else [],
    }


def _office(office: Office, base: str) -> dict[str, object]:
    return {
        "name": _one(office.name, base),
        "lines": [_one(text, base) for text in office.lines[:MOST_ENTRIES]],
        "contacts": [{"label": _one(label, base), "value": _contact(value, base)} for label, value in office.contacts[:MOST_ENTRIES]],
        "salutations": [_one(told.words, base) for told in office.salutations[:MOST_ENTRIES]],
    }


def _event(event: Event, base: str) -> dict[str, object]:
    return {"day": _one(event.day, base), "texts": _paragraphs(event.told.words, base)}


def _one(text: str, base: str) -> dict[str, str]:
    """One line, aligned as the sheet is; one that runs the other way is kept apart as a whole."""
    text = _breakable(line(text))
    side = bidi.side(text, base) if re.search(r"[^\W\d_]", text) else "ltr"
    return {"dir": side, "text": bidi.isolated(text, side) if side == base or not text else f"{_FIRST_STRONG}{text}{_END}"}


def _paragraphs(text: str, base: str) -> list[dict[str, str]]:
    """The paragraphs of a text, each with the direction most of its letters have."""
    parts: Iterable[str] = (part.strip() for part in _PARAGRAPHS.split(clean(text[:LONGEST_TEXT])))
    return [{"dir": side, "text": bidi.isolated(part, side)} for part in map(_breakable, filter(None, parts)) for side in [bidi.side(part, base)]][
        :MOST_PARAGRAPHS
    ]


def _breakable(text: str) -> str:
    """Words too long for a narrow column may break; languages that write without blanks break anywhere already."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)


def _contact(value: str, base: str) -> dict[str, str]:
    """An address or number, to be typed or copied as it is; only one that no column has room for may break."""
    shown = line(value)
    if len(shown) > LONGEST_CONTACT:
        shown = _breakable(_CONTACT_PART.sub("\\g<0>\u200b", shown))
    return {"dir": "ltr", "text": f"{_LTR}{shown}{_END}" if base == "rtl" else shown}


def _qr(address: str) -> str:
    """The address as a picture to scan, as SVG."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#121b24")
    return drawn.getvalue().decode()
