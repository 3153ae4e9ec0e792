"""Reading appeals and their letters."""

from datetime import datetime

from sqlalchemy import Select, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.campaigns.models import Campaign
from app.campaigns.rules import Rewritten
from app.errors import NotFound
from app.letters.addressing import addressees_of
from app.letters.holding import Hold, hold
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import IN_LINE, AppealState, Channel, LetterState, expected_at

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
