"""The ways a letter leaves by its writer's own hand: their mail program, or paper."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from app import i18n
from app.campaigns.models import Campaign
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.pdf import PrintedLetter
from app.targets.models import Target

LATIN = frozenset({"en", "es"})
"""Interface languages in Latin letters."""
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


def address_lines(target: Target, language: str) -> tuple[str, ...]:
    """The postal address: name, role, organisation, lines, country.

    The country stands in capitals in the writer's language, which the post that takes the letter reads, and in English where that is not
    written in Latin letters (Universal Postal Union, addressing).
    """
    country = i18n.country_name(target.country, language if language in LATIN else "en").upper()
    return tuple(line for line in (target.name, target.role, target.organisation, *target.address_lines, country) if line)


def printed(letter: Composed, target: Target, campaign: Campaign, appeal: Appeal | None, now: datetime) -> PrintedLetter:
    """The letter for paper; without an appeal it is blank, with a line to sign on. Speaks the reader's language on the envelope."""
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    date = i18n.day(today, into=letter.language)
    sender = () if appeal is None else tuple(filter(None, (appeal.name, appeal.place, i18n.country_name(appeal.country, letter.language))))
    return PrintedLetter(
        language=letter.language,
        sender_lines=sender,
        address_lines=address_lines(target, appeal.language if appeal else i18n.current().code),
        place_and_date="" if appeal is None else ", ".join(filter(None, (appeal.place, date))),
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        signature="\n".join(letter.signature),
        note=campaign.reference or "",
    )
