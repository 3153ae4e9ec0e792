"""The ways a letter leaves by its writer's own hand: their mail program, or paper."""

import unicodedata
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import phonenumbers
from babel.languages import get_official_languages
from babel.localedata import exists

from app import i18n
from app.campaigns.models import Campaign
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.pdf import PrintedLetter
from app.paper.sizes import paper_in
from app.targets.models import Target

COMMAS = {"ar": "، ", "fa": "، ", "ur": "، ", "ps": "، ", "ckb": "، ", "ug": "، ", "zh": "，", "yue": "，", "ja": "、"}
"""What stands between place and date, where it is not a comma and a space."""
SHORT_MAILTO = 1900
"""Bytes of a mailto address that every common mail program takes."""


def mailto(letter: Composed, target: Target) -> str:
    """A mailto address (RFC 6068) with everything filled in; line ends are CRLF, as Outlook wants them."""
    to = ",".join(quote(email, safe="@") for email in target.emails)
    body = letter.body.replace("\n", "\r\n")
    return f"mailto:{to}?subject={quote(letter.subject, safe='')}&body={quote(body, safe='')}"


def fits_mailto(letter: Composed, target: Target) -> bool:
    """Whether a mail program will take the whole letter from a link; else its reader copies it."""
    return len(mailto(letter, target)) <= SHORT_MAILTO


def address_lines(target: Target, language: str, posted_in: str = "") -> tuple[str, ...]:
    """The postal address: name, role, organisation, lines, and the country in capitals, for a letter that is posted in a country (else anywhere).

    The Universal Postal Union asks for the country in the last line, in capitals, in the language of the country of posting; a letter that stays in
    its country has no such line (USPS International Mail Manual 122.1 and Publication 28, as others). Where no country of posting is known, the
    reader's `language` is taken; English where either is not written in Latin letters.
    """
    lines = [target.name, target.role, target.organisation, *target.address]
    if target.country != posted_in:
        lines.append(_country_line(target.country, _language_of_post(posted_in, language)))
    return tuple(line for line in lines if line)


def printed(
    letter: Composed,
    target: Target,
    campaign: Campaign,
    appeal: Appeal | None,
    now: datetime,
    *,
    street: str = "",
    paper: str = "",
    by_fax: bool = False,
) -> PrintedLetter:
    """The letter for paper; without an appeal it is blank, with lines to write date and name on.

    `street` is typed for this one print; `paper` is that of the writer's country unless told. `by_fax` prints the number above the address.
    """
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    country = appeal.country if appeal else ""
    sender = () if appeal is None else (appeal.name, street, appeal.place, i18n.country_name(country, letter.language))
    return PrintedLetter(
        language=letter.language,
        sender_lines=tuple(filter(None, sender)),
        address_lines=address_lines(target, appeal.language if appeal else i18n.current().code, country),
        place_and_date="" if appeal is None else place_and_date(appeal.place, today, letter.language, country),
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        signature="\n".join(letter.signature),
        note=campaign.reference or "",
        paper=paper or paper_in(country),
        fax=fax_number(target) if by_fax else "",
    )


def fax_number(target: Target) -> str:
    """The target's fax in international form, e.g. `+34 91 390 22 77`; as it was typed where that cannot be told, empty without any."""
    try:
        number = phonenumbers.parse(target.fax, target.country)
    except phonenumbers.NumberParseException:
        return target.fax
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def place_and_date(place: str, today: date, language: str, country: str) -> str:
    """Where and when a letter is written: in its language, as that is written in the writer's country.

    `Leeds, 20 August 2013` is `Boston, August 20, 2013` in America. The digits are those of the rest of the site.
    """
    there = f"{language}-{country}"
    day = i18n.day(today, into=there if exists(there.replace("-", "_")) else language)
    return COMMAS.get(language.split("-")[0], ", ").join(filter(None, (place, day)))


def _language_of_post(country: str, language: str) -> str:
    """The language of the country's post: the writer's own, if it is one of them."""
    official = get_official_languages(country, de_facto=True) if country else ()
    return language if not official or language in official else official[0]


def _country_line(country: str, language: str) -> str:
    name = i18n.country_name(country, language)
    return (name if all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha()) else i18n.country_name(country, "en")).upper()
