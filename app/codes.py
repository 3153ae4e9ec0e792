"""Checking codes of languages, countries and zones, and guessing what was meant."""

import difflib
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from langcodes import standardize_tag, tag_is_valid

from app import i18n


def language_problem(code: str) -> str | None:
    """What is wrong with a language code and how to mend it; None when it is good."""
    if "_" not in code and i18n.is_language(code):
        return None
    near = _language_names().get(code.casefold())
    if near is None and tag_is_valid(code) and i18n.is_language(standardize_tag(code)):
        near = standardize_tag(code)
    return f"“{code}” is not a language code.{_meant(near) or ' Use one like “es” or “pt-BR”.'}"


def country_problem(code: str) -> str | None:
    """What is wrong with a country code and how to mend it; None when it is good."""
    if i18n.is_country(code):
        return None
    near = code.upper() if i18n.is_country(code.upper()) else _country_names().get(code.casefold())
    return f"“{code}” is not a country code.{_meant(near) or ' Use the two letters of ISO 3166, e.g. “PT”.'}"


def timezone_problem(name: str) -> str | None:
    """What is wrong with the name of a zone and how to mend it; None when it is good."""
    if name in available_timezones():
        return None
    wanted = name.replace(" ", "_").casefold()
    near = next((zone for zone in sorted(available_timezones()) if wanted in {zone.casefold(), zone.rpartition("/")[2].casefold()}), None)
    near = near or next(iter(difflib.get_close_matches(name, available_timezones(), n=1, cutoff=0.8)), None)
    return f"“{name}” is not a time zone.{_meant(near) or ' Use a name like “Europe/Lisbon”.'}"


def _meant(near: str | None) -> str:
    return f" Did you mean “{near}”?" if near else ""


@cache
def _language_names() -> dict[str, str]:
    return {name.casefold(): code.replace("_", "-") for code, name in Locale("en").languages.items()}


@cache
def _country_names() -> dict[str, str]:
    return {name.casefold(): code for code, name in Locale("en").territories.items() if i18n.is_country(code)}
