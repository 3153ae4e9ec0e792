"""What an official sees of the writer, by the safety mode of the appeal (design section 7)."""

import unicodedata
from dataclasses import dataclass

from app.letters.rules import Safety


@dataclass(frozen=True)
class Shown:
    """The writer as the official sees them; what is empty is not shown."""

    name: str
    latin_name: str
    place: str
    country: str
    """An ISO code."""
    street: bool
    """Whether a street may stand on a printed letter."""


def shown(safety: Safety, *, name: str, latin_name: str, place: str, country: str) -> Shown:
    """The writer in a safety mode: everything, everything but a street, or initials and country alone."""
    if safety is Safety.INITIALS:
        return Shown(initials(name), initials(latin_name), "", country, street=False)
    return Shown(name, latin_name, place, country, street=safety is Safety.FULL)


def initials(name: str) -> str:
    """The first letter of each word of a name, e.g. `M. F.`; parts joined by a hyphen stay joined, e.g. `J.-L. P.`"""
    return " ".join("-".join(filter(None, map(_initial, word.split("-")))) for word in name.split() if _initial(word.strip("-")))


def _initial(word: str) -> str:
    """The first letter with the marks that belong to it; empty for a word that has no letter."""
    start = next((at for at, sign in enumerate(word) if sign.isalpha()), None)
    if start is None:
        return ""
    end = start + 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    return f"{word[start:end].upper()}."
