"""The interface languages: messages, directions, dates. Outside `speaking` there is no language: nothing falls back in silence."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.localedata import exists
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from langcodes import Language as Tag
from langcodes import closest_supported_match, tag_is_valid

INTERFACE = ("en", "es", "ar")
"""Languages every public page and mail is complete in; the first is the source of all messages."""

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
RTL = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "ug", "dv", "yi"})

Y_BEFORE_I = re.compile(r" y (?=h?[ií](?!e))", re.IGNORECASE)

_current: ContextVar["Language"] = ContextVar("language")


@dataclass(frozen=True, eq=False)
class Language:
    """One interface language with its messages."""

    code: str
    messages: NullTranslations

    @property
    def dir(self) -> str:
        return direction(self.code)

    @property
    def locale(self) -> Locale:
        return locale_of(self.code)


def N_(message: str) -> str:  # noqa: N802 (the name every gettext tool knows)
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


def _(message: str, **values: object) -> str:
    """The message in the current language, `%(name)s` filled in."""
    text = current().messages.ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """The right plural form for `n`, which is also available as `%(n)s`, written in the language's digits grouping."""
    text = current().messages.ungettext(singular, plural, n)
    return text % {"n": number(n), **values}


def current() -> Language:
    """The language being spoken. Raises LookupError outside `speaking`."""
    return _current.get()


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Speak an interface language; one that has no catalogue speaks the first of INTERFACE."""
    language = load(code if code in INTERFACE else INTERFACE[0])
    token = _current.set(language)
    try:
        yield language
    finally:
        _current.reset(token)


def speak(code: str) -> Language:
    """Speak a language for the rest of this context (one web request)."""
    language = load(code)
    _current.set(language)
    return language


@cache
def load(code: str) -> Language:
    """The language with its catalogue, compiled in memory."""
    path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if code == INTERFACE[0]:
        return Language(code, NullTranslations())
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Language(code, Translations(compiled))


def negotiate(accept_language: list[str]) -> str:
    """The interface language nearest to what a browser asks for, in its order; the first of INTERFACE if none is near."""
    for wanted in accept_language:
        if wanted != "*" and tag_is_valid(wanted):
            near = closest_supported_match(wanted, list(INTERFACE), max_distance=10)
            if near:
                return near
    return INTERFACE[0]


def direction(code: str) -> str:
    """`rtl` or `ltr` for a language code."""
    return "rtl" if code.split("-")[0] in RTL else "ltr"


@cache
def script(code: str) -> str:
    """The script a language is most likely written in (ISO 15924), e.g. `Latn`; empty for a code that is none."""
    return Tag.get(code).maximize().script or "" if tag_is_valid(code) else ""


def same_language(code: str, available: Iterable[str]) -> str | None:
    """Of the languages there are, `code` itself, else its base (`pt` for `pt-BR`), else another region's in the same script; None if none is."""
    have = list(available)
    base = code.split("-")[0]
    near = (one for one in have if one.split("-")[0] == base and script(one) == script(code))
    return next((one for one in (code, base) if one in have and script(one) == script(code)), None) or next(near, None)


def language_name(code: str, into: str | None = None) -> str:
    """The name of a language, in the language `into` (default: the current one), e.g. `Spanish`."""
    name = locale_of(into or current().code).languages.get(code.replace("-", "_"))
    return name or code


def own_name(code: str) -> str:
    """The name of a language in itself, e.g. `español`."""
    return language_name(code, code)


@cache
def languages() -> list[tuple[str, str]]:
    """(code, name in itself) of the languages with a two-letter code that Babel has words for, sorted by name."""
    codes = [code for code in map(str, Locale("en").languages) if len(code) == 2 and exists(code)]
    return sorted(((code, own_name(code)) for code in codes), key=lambda pair: _sort_key(pair[1]))


def country_name(code: str, into: str | None = None) -> str:
    """The name of a country in the language `into` (default: the current one)."""
    return str(locale_of(into or current().code).territories.get(code, code))


def countries() -> list[tuple[str, str]]:
    """(code, name) of every country, sorted by name in the current language."""
    locale = current().locale
    return sorted(((code, locale.territories[code]) for code in _country_codes()), key=lambda pair: _sort_key(pair[1]))


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166 alpha-2 code that Babel knows."""
    return code in _country_codes()


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES)


def _sort_key(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def is_language(code: str) -> bool:
    """Whether this is a language code (BCP 47) whose name Babel knows."""
    return tag_is_valid(code) and code.replace("-", "_") in Locale("en").languages


@cache
def locale_of(code: str) -> Locale:
    """How a language writes dates, lists and names; English, as the world outside America writes it, for one Babel does not know."""
    try:
        return Locale.parse("en-GB" if code == "en" else code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def day(value: date, style: str = "long", into: str | None = None) -> str:
    """A date in words, e.g. `5 September 2013`."""
    return format_date(value, format=style, locale=locale_of(into) if into else current().locale)


def weekday(value: date) -> str:
    """A date with its day of the week."""
    return format_date(value, format="full", locale=current().locale)


def moment(value: datetime, zone: str = "UTC") -> str:
    """Date and time in a zone, with the zone's name."""
    return f"{format_datetime(value, 'd MMM y, HH:mm', tzinfo=ZoneInfo(zone), locale=current().locale)} ({zone_name(zone)})"


def clock_time(value: datetime, zone: str) -> str:
    return format_time(value, "HH:mm", tzinfo=ZoneInfo(zone), locale=current().locale)


def zone_name(zone: str) -> str:
    """A zone as people call it: the city at the end of its name."""
    return get_timezone_location(ZoneInfo(zone), locale=current().locale, return_city=True)


def number(value: float) -> str:
    """A number grouped as the current language writes it; Spanish leaves four digits together."""
    together = current().code == "es" and abs(value) < 10_000
    return format_decimal(value, locale=current().locale, group_separator=not together)


def percent(value: int) -> str:
    """Hundredths with the sign where the current language has it, e.g. `15%`, in Spanish `15 %`."""
    return format_percent(value / 100, locale=current().locale)


def days(n: int, into: str) -> str:
    """A number of days in words of the language `into`, in its plural form, e.g. `14 days`."""
    return format_timedelta(timedelta(days=n), granularity="day", threshold=n + 1, locale=locale_of(into))


def either(items: Iterable[str], into: str) -> str:
    """Items to choose from, in words of the language `into`, e.g. `Spanish, French or English`."""
    return format_list(list(items), style="or", locale=locale_of(into))


def listed(items: Iterable[str], into: str | None = None) -> str:
    """Items as a list in words, e.g. `Spanish, French and English`; Spanish `y` becomes `e` before the sound of i."""
    text = format_list(list(items), locale=locale_of(into) if into else current().locale)
    return Y_BEFORE_I.sub(" e ", text) if (into or current().code).startswith("es") else text
