"""Reading appeals and their letters."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import i18n
from app.campaigns.models import Campaign, Edition, Text
from app.campaigns.rules import Rewritten
from app.errors import NotFound
from app.letters import own_words
from app.letters.composing import Composed, Writer, compose, compose_own, picked
from app.letters.holding import Hold, hold
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import IN_LINE, AppealState, Channel, LetterState, Safety, expected_at
from app.letters.safety import Shown, shown
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


_WHOLE = (
    joinedload(Appeal.edition),
    joinedload(Appeal.supporter),
    selectinload(Appeal.embassy),
    joinedload(Appeal.campaign).options(
        selectinload(Campaign.targets), selectinload(Campaign.people), selectinload(Campaign.editions), selectinload(Campaign.timeline)
    ),
)


def get_appeal(session: Session, key: str) -> Appeal:
    """The appeal with this key, its campaign, edition, targets and letters loaded. Raises NotFound."""
    found = session.scalar(select(Appeal).where(Appeal.key == key).options(*_WHOLE))
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


def more_languages(edition: Edition) -> list[tuple[str, str]]:
    """(code, name in itself) of the languages there is no text in, by name: a letter in them is written freely."""
    return [(code, name) for code, name in i18n.languages() if edition.text(code) is None]


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


def in_line(appeal: Appeal) -> list[Letter]:
    """The letters that are to go through the platform and are not in the outbox yet, of those the appeal is addressed to."""
    addressed = {link.target_id for link in addressees_of(appeal)}
    return [letter for letter in appeal.letters if letter.channel == Channel.PLATFORM and letter.state in IN_LINE and letter.target_id in addressed]


MOST_AHEAD = 10_000
"""Nobody needs to know the place in a longer line."""


def list_expected(session: Session, appeal: Appeal, now: datetime) -> dict[int, datetime]:
    """When each of the appeal's waiting letters should leave, by letter id; a letter behind MOST_AHEAD others is left out."""
    waiting = [letter for letter in appeal.letters if letter.state == LetterState.WAITING]
    paces = {pace.target_id: pace.next_at for pace in session.scalars(select(Pace).where(Pace.campaign_id == appeal.campaign_id))} if waiting else {}
    expected = {}
    for letter in waiting:
        ahead = session.scalar(select(func.count()).select_from(_before(letter, appeal.campaign_id).limit(MOST_AHEAD).subquery())) or 0
        if ahead < MOST_AHEAD:
            expected[letter.id] = expected_at(paces.get(letter.target_id, now), ahead, appeal.campaign.cap_per_hour, now)
    return expected


def _before(letter: Letter, campaign_id: int) -> Select[int]:
    since = letter.waiting_at or letter.state_at
    first = or_(Letter.waiting_at < since, and_(Letter.waiting_at == since, Letter.id < letter.id))
    same = (Letter.target_id == letter.target_id, Letter.state == LetterState.WAITING, Appeal.campaign_id == campaign_id)
    return select(Letter.id).join(Letter.appeal).where(*same, first)


def list_held(session: Session) -> list[Appeal]:
    """Appeals with a letter that waits for a coordinator's glance, in the order of their proof."""
    held = select(Letter.appeal_id).where(Letter.state == LetterState.HELD)
    rows = session.scalars(select(Appeal).where(Appeal.id.in_(held)).options(*_WHOLE).order_by(Appeal.proven_at, Appeal.id))
    return list(rows)


def count_held(session: Session) -> int:
    """Appeals with a letter that waits for a coordinator's glance."""
    return session.scalar(select(func.count(distinct(Letter.appeal_id))).where(Letter.state == LetterState.HELD)) or 0


def find_hold(appeal: Appeal) -> Hold | None:
    """Why a coordinator looks at the letters of this appeal before they go out; None = they may go."""
    campaign = appeal.campaign
    return hold(
        rewritten=appeal.rewritten or "",
        policy=Rewritten(campaign.rewritten),
        name=appeal.name,
        words=appeal.rewritten or appeal.personal_lines,
        others=[*(link.target.name for link in addressees_of(appeal)), *(person.name for person in campaign.people)],
    )


def get_target(appeal: Appeal, target_id: int) -> Target:
    """A target that the appeal is addressed to. Raises NotFound for any other."""
    for link in addressees_of(appeal):
        if link.target_id == target_id:
            return link.target
    raise NotFound


def writer_shown(appeal: Appeal) -> Shown:
    """The writer as an official sees them."""
    return shown(Safety(appeal.safety), name=appeal.name, latin_name=appeal.latin_name or "", place=appeal.place, country=appeal.country)


def composed(appeal: Appeal, target: Target, now: datetime) -> Composed:
    """The letter of an appeal to one target as it stands now.

    It is in the appeal's letter language, or the nearest to it that the target reads; in one there is no text in, it is all the writer's own.
    """
    seen = writer_shown(appeal)
    writer = Writer(seen.name, seen.place, seen.country, appeal.personal_lines, appeal.subject, seen.latin_name, appeal.rewritten or "")
    if appeal.rewritten and i18n.same_language(appeal.letter_language, [text.language for text in appeal.edition.texts]) is None:
        headline = choose_text(appeal.edition, appeal.letter_language).headline
        others = copying_line(addressees_of(appeal), target, appeal.letter_language)
        return compose_own(appeal.letter_language, target, writer, headline=headline, copy_note=others)
    text = choose_letter(appeal.edition, appeal.letter_language, target).text
    others = copying_line(addressees_of(appeal), target, text.language)
    return compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=picked(appeal.key), copy_note=others)


def own_share(appeal: Appeal, now: datetime) -> int:
    """Percent of the letter that is the writer's own."""
    return own_words.own_share(composed(appeal, addressees_of(appeal)[0].target, now))


def model_text(appeal: Appeal, language: str, now: datetime) -> str:
    """What stands between salutation and signature of the model letter in a language, to begin a letter of one's own with."""
    text = choose_text(appeal.edition, language, appeal.letter_language)
    seen, target = writer_shown(appeal), addressees_of(appeal)[0].target
    writer = Writer(seen.name, seen.place, seen.country, latin_name=seen.latin_name)
    letter = compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=picked(appeal.key))
    return "\n\n".join(letter.words)


def sample(campaign: Campaign, text: Text, target: Target, now: datetime) -> Composed:
    """The model letter to one target with nobody's name, to read, copy or print."""
    others = copying_line(addressees(campaign), target, text.language)
    return compose(campaign, text, target, Writer(), on=_today(campaign, now), copy_note=others)


def _today(campaign: Campaign, now: datetime) -> date:
    return now.astimezone(ZoneInfo(campaign.timezone)).date()
