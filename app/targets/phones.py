"""Telephone and fax numbers: kept as they were typed, shown as one dials them from abroad."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
"""The (0) that is dialled inside a country alone, as in +34 (0) 91."""


def international(number: str, country: str) -> str:
    """The number as it is dialled from any country, e.g. `+34 911 23 45 67`; what was typed where it is no number."""
    found = _parsed(number, country)
    return phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL) if found else number


def telephone_link(number: str, country: str) -> str:
    """The address of a link that calls the number (RFC 3966), e.g. `tel:+34-911-23-45-67`; "" where it is no number."""
    found = _parsed(number, country)
    return phonenumbers.format_number(found, PhoneNumberFormat.RFC3966) if found else ""


def number_problem(number: str, country: str) -> str | None:
    """What looks wrong with a number; None for one that can be, also where nobody has it."""
    if not number or _parsed(number, country):
        return None
    return f"“{number}” cannot be a telephone number there: write it as from abroad, e.g. “{_example(country)}”. It is shown as it stands."


@lru_cache(4096)
def _parsed(number: str, country: str) -> PhoneNumber | None:
    typed = number.strip()
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    if typed.startswith("+"):
        typed = TRUNK_ZERO.sub(" ", typed)
    try:
        found = phonenumbers.parse(typed, country)
    except NumberParseException:
        return None
    return found if phonenumbers.is_possible_number(found) else None


def _example(country: str) -> str:
    found = phonenumbers.example_number(country)
    return phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL) if found else "+44 20 7946 0000"
