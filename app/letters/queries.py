"""Reading appeals and their letters."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import i18n
from app.campaigns.models import Campaign, CampaignTarget, Edition, Text
from app.errors import NotFound
from app.letters.composing import Composed, Writer, compose, picked
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, Channel
from app.targets.models import Target


class LetterLanguage(NamedTuple):
    code: str
    preferred: bool
    """The officials read it best."""


def get_appeal(session: Session, key: str) -> Appeal:
    """The appeal with this key, its campaign, edition, targets and letters loaded. Raises NotFound."""
    found = session.scalar(
        select(Appeal)
        .where(Appeal.key == key)
        .options(
            joinedload(Appeal.edition),
            joinedload(Appeal.supporter),
            joinedload(Appeal.campaign).options(
                selectinload(Campaign.targets), selectinload(Campaign.people), selectinload(Campaign.editions), selectinload(Campaign.timeline)
            ),
        )
    )
    if found is None:
        raise NotFound
    return found


def find_rival(session: Session, appeal: Appeal) -> Appeal | None:
    """The proven appeal of the same address in the same round, if there is another."""
    found = session.scalar(
        select(Appeal).where(
            Appeal.campaign_id == appeal.campaign_id,
            Appeal.round == appeal.round,
            Appeal.email_hash == appeal.email_hash,
            Appeal.state == AppealState.PROVEN,
            Appeal.id != appeal.id,
        )
    )
    return get_appeal(session, found.key) if found else None


def list_appeals(session: Session, supporter_id: int) -> list[Appeal]:
    """What a person has written, newest first."""
    rows = session.scalars(
        select(Appeal)
        .where(Appeal.supporter_id == supporter_id, Appeal.state == AppealState.PROVEN)
        .options(joinedload(Appeal.campaign).selectinload(Campaign.editions), joinedload(Appeal.edition))
        .order_by(Appeal.created_at.desc())
    )
    return list(rows)


def letter_languages(edition: Edition) -> list[LetterLanguage]:
    """The languages one may write in: those the officials prefer first, the rest in the edition's order."""
    have = [text.language for text in edition.texts]
    preferred = [code for code in edition.preferred_languages if code in have]
    return [LetterLanguage(code, True) for code in preferred] + [LetterLanguage(code, False) for code in have if code not in preferred]


def choose_text(edition: Edition, *wanted: str) -> Text:
    """The first wanted language there is a text in; else English, else the edition's first text."""
    for code in (*wanted, "en"):
        text = edition.text(code)
        if text is not None:
            return text
    return edition.texts[0]


class Fallback(StrEnum):
    """Why a letter is in another language than the one that was wanted."""

    READ = "read"
    """The target reads it."""
    ENGLISH = "english"
    FIRST = "first"
    """It is the first one there is."""


class Chosen(NamedTuple):
    """The text a letter is made of."""

    text: Text
    wanted: str
    instead: Fallback | None
    """None: the text is in the language that was wanted."""


def choose_letter(edition: Edition, wanted: str, target: Target) -> Chosen:
    """The text for a letter to one target: in the wanted language, else in the first of the target's that there is, else in English, else the first.

    A region counts as its language: `pt-BR` is served by `pt`.
    """
    have = [text.language for text in edition.texts]
    steps = [(None, (wanted,)), (Fallback.READ, target.languages), (Fallback.ENGLISH, ("en",))]
    for instead, codes in steps:
        for code in codes:
            near = i18n.same_language(code, have)
            if near is not None:
                return Chosen(edition.texts[have.index(near)], wanted, instead)
    return Chosen(edition.texts[0], wanted, Fallback.FIRST)


def addressees(campaign: Campaign) -> list[CampaignTarget]:
    """Whom one writes to: main targets first, copies last."""
    return sorted(campaign.targets, key=lambda link: (link.copy, link.position))


def find_letter(appeal: Appeal, target_id: int, channel: Channel) -> Letter | None:
    return next((letter for letter in appeal.letters if letter.target_id == target_id and letter.channel == channel), None)


def get_target(appeal: Appeal, target_id: int) -> Target:
    """A target of the appeal's campaign. Raises NotFound for any other."""
    for link in appeal.campaign.targets:
        if link.target_id == target_id:
            return link.target
    raise NotFound


def composed(appeal: Appeal, target: Target, now: datetime) -> Composed:
    """The letter of an appeal to one target as it stands now, in the appeal's letter language or the nearest to it that the target reads."""
    text = choose_letter(appeal.edition, appeal.letter_language, target).text
    writer = Writer(appeal.name, appeal.place, appeal.country, appeal.personal_lines, appeal.subject)
    return compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=picked(appeal.key))


def sample(campaign: Campaign, text: Text, target: Target, now: datetime) -> Composed:
    """The model letter to one target with nobody's name, to read, copy or print."""
    return compose(campaign, text, target, Writer(), on=_today(campaign, now))


def _today(campaign: Campaign, now: datetime) -> date:
    return now.astimezone(ZoneInfo(campaign.timezone)).date()
