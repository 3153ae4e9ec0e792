"""The letter on paper, as its writer sends it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app import i18n
from app.campaigns.models import Campaign
from app.letters import queries
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.pdf import PrintedLetter
from app.targets.models import Target

LATIN = frozenset({"en", "es"})
"""Interface languages in Latin letters."""


def address_lines(target: Target, language: str) -> tuple[str, ...]:
    """The postal address: name, role, organisation, lines, country.

    The country stands in capitals in the writer's language, which the post that takes the letter reads, and in English where that is not
    written in Latin letters (Universal Postal Union, addressing).
    """
    country = i18n.country_name(target.country, language if language in LATIN else "en").upper()
    return tuple(line for line in (target.name, target.role, target.organisation, *target.address_lines, country) if line)


def printed(letter: Composed, target: Target, campaign: Campaign, appeal: Appeal | None, now: datetime, *, street: str = "") -> PrintedLetter:
    """The letter for paper; without an appeal it is blank, with a line to sign on. Speaks the reader's language on the envelope.

    A `street` is printed above the address, unless the writer's safety mode keeps it out.
    """
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    date = i18n.day(today, into=letter.language)
    sender, place = _sender(appeal, letter.language, street) if appeal else ((), "")
    return PrintedLetter(
        language=letter.language,
        sender_lines=sender,
        address_lines=address_lines(target, appeal.language if appeal else i18n.current().code),
        place_and_date="" if appeal is None else ", ".join(filter(None, (place, date))),
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        signature="\n".join(letter.signature),
        note=campaign.reference or "",
    )


def _sender(appeal: Appeal, language: str, street: str) -> tuple[tuple[str, ...], str]:
    seen = queries.writer_shown(appeal)
    lines = (seen.name, *(street.split("\n") if seen.street else ()), seen.place, i18n.country_name(seen.country, language))
    return tuple(line for line in lines if line), seen.place
