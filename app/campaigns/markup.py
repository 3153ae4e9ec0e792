"""What looks like HTML in a text that is shown as it stands: letters are plain text, so a tag or an entity would be read as it was typed."""

import re
from html import unescape
from html.entities import html5
from typing import NamedTuple

TAG = re.compile(
    r"<(?:!--|!doctype\b|/?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|[a-z][a-z0-9-]*\s+[a-z-]+\s*=)",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]*);", re.IGNORECASE)
LONGEST_SHOWN = 40


class Found(NamedTuple):
    at: int
    message: str


def find_markup(text: str) -> list[Found]:
    """Every tag and entity in a text with a way out; `a < b`, `<3`, `R&D` and an address in angle brackets are text."""
    tags = [Found(tag.start(), _about_tag(tag[0])) for tag in TAG.finditer(text)]
    entities = [Found(one.start(), _about_entity(one[0])) for one in ENTITY.finditer(text) if _is_entity(one[0])]
    return sorted(tags + entities)


def _about_tag(tag: str) -> str:
    shown = tag if len(tag) <= LONGEST_SHOWN else tag[:LONGEST_SHOWN] + "…"
    return (
        f"“{shown}” is HTML, and a letter is plain text: take it out. An empty line begins a new paragraph; a “<” that is meant has a blank after it."
    )


def _about_entity(entity: str) -> str:
    sign = unescape(entity)
    way_out = f"write “{sign}” itself" if sign.isprintable() and not sign.isspace() else "write a plain blank, or nothing"
    return f"“{entity}” is HTML, and a letter is plain text: {way_out}."


def _is_entity(found: str) -> bool:
    return found.startswith("&#") or found[1:] in html5
