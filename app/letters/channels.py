"""The letter on paper, as its writer sends it."""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.languages import get_official_languages
from babel.localedata import exists

from app import i18n
from app.campaigns.models import Campaign
from app.letters import wording
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.pdf import PrintedLetter
from app.paper.sizes import paper_in
from app.targets.models import Target

COMMAS = {"ar": "، ", "fa": "، ", "ur": "، ", "ps": "، ", "ckb": "، ", "ug": "، ", "zh": "，", "yue": "，", "ja": "、"}
"""What stands between place and date, where it is not a comma and a space."""


def address_lines(target: Target, language: str, posted_in: str = "") -> tuple[str, ...]:
    """The postal address: name, role, organisation, lines, and the country in capitals, for a letter that is posted in a country (else anywhere).

    The Universal Postal Union asks for the country in the last line, in capitals, in the language of the country of posting; a letter that stays in
    its country has no such line (USPS International Mail Manual 122.1 and Publication 28, as others). Where no country of posting is known, the
    reader's `language` is taken; English where either is not written in Latin letters.
    """
    lines = [target.name, target.role, target.organisation, *target.address_lines]
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

    `street` is typed for this one print, and left out where the writer's safety mode keeps it out. `paper` is that of the writer's country
    unless told. `by_fax` prints the number above the address.
    """
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    country = appeal.country if appeal else ""
    sender, place = _sender(appeal, letter.language, street) if appeal else ((), "")
    return PrintedLetter(
        language=letter.language,
        sender_lines=sender,
        address_lines=address_lines(target, appeal.language if appeal else i18n.current().code, country),
        place_and_date="" if appeal is None else place_and_date(place, today, letter.language, country),
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        signature="\n".join(letter.signature),
        copies=letter.note,
        note=campaign.reference or "",
        paper=paper or paper_in(country),
        fax=target.fax_number if by_fax else "",
    )


def _sender(appeal: Appeal, language: str, street: str) -> tuple[tuple[str, ...], str]:
    seen = wording.writer_shown(appeal)
    lines = (seen.name, *(street.split("\n") if seen.street else ()), seen.place, i18n.country_name(seen.country, language))
    return tuple(line for line in lines if line), seen.place


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
