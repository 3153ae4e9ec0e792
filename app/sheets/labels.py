"""The fixed words of a sheet, in the sheet's own language: they are read on paper, far from the interface and its catalogues.

A language is a file of translations/sheets/, with every word that `Labels` names and no other.
"""

import tomllib
from dataclasses import dataclass
from functools import cache

from app.i18n import CATALOGUES

FOLDER = CATALOGUES / "sheets"
FALLBACK = "en"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Words in one language; {day}, {days}, {country} and {number} in them are filled in."""

    language: str
    """The sheet's language where there are words in it or in its base language, else English: dates and countries are written in it too."""

    urgent_action: str
    update: str
    at_risk: str
    case: str
    ask: str
    asked: str
    own_words: str
    languages: str
    own_language: str
    write_by: str
    left: str
    last_day: str
    write_to: str
    written_to: str
    copies: str
    salutation: str
    email: str
    fax: str
    phone: str
    embassy: str
    embassy_here: str
    check_later: str
    information: str
    events: str
    name: str
    female: str
    male: str
    reference: str
    index: str
    issued: str
    deadline: str
    take_part: str
    how: str
    follow: str
    notes: str
    published_by: str
    draft: str
    draft_advice: str
    paused: str
    paused_advice: str
    expired: str
    expired_advice: str
    ended: str
    ended_advice: str
    good: str
    partly: str
    bad: str
    unknown: str


def languages() -> list[str]:
    """The languages a sheet has words in."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def labels_in(language: str) -> Labels:
    """The words for a sheet in a language, else in its base language (`pt` for `pt-BR`), else in English."""
    base = language.split("-")[0]
    known = next((code for code in (language, base) if code in languages()), None)
    words = tomllib.loads((FOLDER / f"{known or FALLBACK}.toml").read_text())
    return Labels(language=language if known else FALLBACK, **words)
