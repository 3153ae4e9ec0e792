"""Reading appeals and their letters."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.campaigns.models import Campaign, Edition, Text
from app.errors import NotFound
from app.letters.composing import Composed, Writer, compose
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, Channel
from app.targets.copies import copies_line, copy_note
from app.targets.models import Target
from app.targets.rules import choose_embassy


class Addressee(NamedTuple):
    """A target as a letter addresses it."""

    target: Target
    copy: bool
    embassy: bool = False
    """It is the embassy in the writer's country."""

    @property
    def target_id(self) -> int:
        return self.target.id

    @property
    def title(self) -> str:
        """The target in one line; an embassy with its name, since any country has ambassadors."""
        own = self.target.title
        return f"{own}, {self.target.organisation}" if self.embassy and self.target.organisation else own


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
            selectinload(Appeal.embassy),
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


def addressees(campaign: Campaign) -> list[Addressee]:
    """Whom everybody writes to: main targets first, copies last."""
    links = sorted(campaign.targets, key=lambda link: (link.copy, link.position))
    return [Addressee(link.target, link.copy) for link in links]


def addressees_of(appeal: Appeal) -> list[Addressee]:
    """Whom an appeal is addressed to: main targets first, copies after them, and last the embassy in the writer's country if it gets a copy.

    For many appeals load `Appeal.embassy` with them.
    """
    links = addressees(appeal.campaign)
    embassy = choose_embassy(
        {appeal.country: appeal.embassy} if appeal.embassy else {},
        government=appeal.campaign.country,
        living_in=appeal.country,
        wanted=appeal.campaign.embassies,
        listed=[link.target for link in links],
    )
    return links if embassy is None else [*links, Addressee(embassy, copy=True, embassy=True)]


def copying_line(addressees: Sequence[Addressee], target: Target, language: str) -> str:
    """What the letter to a target says at its end of the others: to a copy, whom it is addressed to; to a main target, who has a copy."""
    mine = next((one for one in addressees if one.target_id == target.id), None)
    if mine is not None and mine.copy:
        return copy_note(language, [one.title for one in addressees if not one.copy])
    return copies_line(language, [one.title for one in addressees if one.copy])


def find_letter(appeal: Appeal, target_id: int, channel: Channel) -> Letter | None:
    return next((letter for letter in appeal.letters if letter.target_id == target_id and letter.channel == channel), None)


def get_target(appeal: Appeal, target_id: int) -> Target:
    """A target that the appeal is addressed to. Raises NotFound for any other."""
    for link in addressees_of(appeal):
        if link.target_id == target_id:
            return link.target
    raise NotFound


def composed(appeal: Appeal, target: Target, now: datetime) -> Composed:
    """The letter of an appeal to one target, in the appeal's letter language, as it stands now."""
    text = choose_text(appeal.edition, appeal.letter_language)
    writer = Writer(appeal.name, appeal.place, appeal.country, appeal.personal_lines, appeal.subject)
    return compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=_pick(appeal.key))


def sample(campaign: Campaign, text: Text, target: Target, now: datetime) -> Composed:
    """The model letter to one target with nobody's name, to read, copy or print."""
    return compose(campaign, text, target, Writer(), on=_today(campaign, now))


def _today(campaign: Campaign, now: datetime) -> date:
    return now.astimezone(ZoneInfo(campaign.timezone)).date()


def _pick(key: str) -> int:
    return sum(key.encode())
