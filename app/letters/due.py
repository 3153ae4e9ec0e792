"""What is due for letters: the selects and the bulk changes of their jobs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.campaigns.models import Campaign, Edition
from app.campaigns.rules import Standing
from app.campaigns.rules import State as CampaignState
from app.deliveries.models import Delivery
from app.deliveries.rules import CANCELLABLE
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import SENT, AppealState, Channel, LetterState

_FOR_LETTERS = (
    selectinload(Campaign.targets),
    selectinload(Campaign.people),
    selectinload(Campaign.editions),
)
NOT_LEFT = (LetterState.HELD, LetterState.WAITING, LetterState.RELEASED)
_IN_LINE = (LetterState.HELD, LetterState.WAITING)


def due_paces(session: Session, now: datetime) -> list[Pace]:
    """Targets of published campaigns whose turn has come and that have a letter waiting."""
    waiting = exists().where(
        *(Letter.target_id == Pace.target_id, Letter.state == LetterState.WAITING),
        *(Letter.appeal_id == Appeal.id, Appeal.campaign_id == Pace.campaign_id),  # campaigns share embassies
    )
    rows = session.scalars(
        select(Pace)
        .join(Campaign, Campaign.id == Pace.campaign_id)
        .where(Pace.next_at <= now, Campaign.state == CampaignState.PUBLISHED, waiting)
        .order_by(Pace.next_at)
    )
    return list(rows)


def get_open_campaign(session: Session, campaign_id: int, now: datetime, *, lock: bool = False) -> Campaign | None:
    """The campaign if letters may leave; `lock` keeps it from being closed until the transaction ends."""
    query = select(Campaign).where(Campaign.id == campaign_id).options(*_FOR_LETTERS)
    campaign = session.scalars(query.with_for_update(read=True) if lock else query).one_or_none()
    return campaign if campaign is not None and campaign.standing(now) is Standing.OPEN else None


def waiting_letters(session: Session, campaign_id: int, target_id: int, *, limit: int) -> list[Letter]:
    """The letters next in line for a target, first come first, with their appeals."""
    rows = session.scalars(
        select(Letter)
        .join(Letter.appeal)
        .where(Letter.target_id == target_id, Letter.state == LetterState.WAITING, Appeal.campaign_id == campaign_id)
        .options(contains_eager(Letter.appeal).options(joinedload(Appeal.edition), selectinload(Appeal.embassy)))
        .order_by(Letter.waiting_at, Letter.id)
        .limit(limit)
    )
    return list(rows)


def still_waiting(session: Session, letter_ids: list[int]) -> list[Letter]:
    """Those of the letters that still wait, locked until the transaction ends."""
    rows = session.scalars(
        select(Letter)
        .where(Letter.id.in_(letter_ids), Letter.state == LetterState.WAITING)
        .options(selectinload(Letter.appeal).options(joinedload(Appeal.campaign).options(*_FOR_LETTERS)))
        .order_by(Letter.id)
        .with_for_update(of=Letter)
    )
    return list(rows)


def take_turn(session: Session, campaign_id: int, target_id: int, *, seen: datetime, next_at: datetime) -> bool:
    """Compare-and-set on a target's turn: of two processes that saw the same one, one gets it."""
    taken = session.scalar(
        update(Pace)
        .where(Pace.campaign_id == campaign_id, Pace.target_id == target_id, Pace.next_at == seen)
        .values(next_at=next_at)
        .returning(Pace.target_id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def letters_of(session: Session, delivery_ids: Sequence[int]) -> list[Letter]:
    """The letters that travel in these deliveries."""
    rows = session.scalars(
        select(Letter)
        .where(Letter.delivery_id.in_(delivery_ids))
        .options(selectinload(Letter.appeal).options(joinedload(Appeal.campaign).options(*_FOR_LETTERS)))
        .order_by(Letter.id)
    )
    return list(rows)


def campaigns_past_deadline_with_waiting(session: Session, now: datetime) -> list[Campaign]:
    """Published or paused campaigns past their deadline that have letters waiting or held."""
    waiting = exists().where(Letter.appeal_id == Appeal.id, Letter.state.in_(_IN_LINE), Appeal.campaign_id == Campaign.id)
    rows = session.scalars(
        select(Campaign)
        .where(Campaign.state.in_([CampaignState.PUBLISHED, CampaignState.PAUSED]), waiting, _may_be_past(now))
        .options(selectinload(Campaign.editions))
    )
    return [campaign for campaign in rows if campaign.standing(now) is Standing.EXPIRED]


def _may_be_past(now: datetime) -> ColumnElement[bool]:
    """No zone is more than a day ahead: rows that cannot be past are left out before Python looks at the zone."""
    return exists().where(Edition.campaign_id == Campaign.id, Edition.deadline_on <= now.date())


def expire_waiting(session: Session, campaign: Campaign, *, now: datetime) -> int:
    return _move_waiting(session, campaign, LetterState.EXPIRED, now)


def cancel_waiting(session: Session, campaign: Campaign, *, now: datetime) -> int:
    return _move_waiting(session, campaign, LetterState.CANCELLED, now)


def _move_waiting(session: Session, campaign: Campaign, state: LetterState, now: datetime) -> int:
    mine = select(Appeal.id).where(Appeal.campaign_id == campaign.id)
    moved = session.scalars(
        update(Letter)
        .where(Letter.state.in_(_IN_LINE), Letter.appeal_id.in_(mine))
        .values(state=state, state_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(moved)


def released_letters(session: Session, campaign: Campaign) -> list[Letter]:
    """Letters in the outbox whose mail can still be taken back."""
    rows = session.scalars(
        select(Letter)
        .join(Letter.appeal)
        .join(Delivery, Delivery.id == Letter.delivery_id)
        .where(Appeal.campaign_id == campaign.id, Letter.state == LetterState.RELEASED, Delivery.state.in_(CANCELLABLE))
        .options(contains_eager(Letter.appeal).options(joinedload(Appeal.campaign).options(*_FOR_LETTERS)))
    )
    return list(rows)


def _platform(state: LetterState | tuple[LetterState, ...]) -> ColumnElement[bool]:
    states = (state,) if isinstance(state, LetterState) else state
    return exists().where(Letter.appeal_id == Appeal.id, Letter.channel == Channel.PLATFORM, Letter.state.in_(states))


def appeals_to_thank(session: Session, *, waited_since: datetime, limit: int) -> list[Appeal]:
    """Proven, unthanked appeals whose platform letters have all ended, or that were proven before `waited_since`."""
    said = (*SENT - {LetterState.RELEASED}, LetterState.CAPTURED, LetterState.REJECTED)
    done = and_(~_platform(NOT_LEFT), _platform(said))
    late = and_(Appeal.proven_at <= waited_since, _platform((*NOT_LEFT, *said)))
    rows = session.scalars(
        select(Appeal)
        .where(Appeal.state == AppealState.PROVEN, Appeal.thanked_at.is_(None), or_(done, late))
        .options(joinedload(Appeal.campaign).options(*_FOR_LETTERS), joinedload(Appeal.edition), selectinload(Appeal.embassy))
        .order_by(Appeal.id)
        .limit(limit)
    )
    return list(rows)


def appeals_to_console(session: Session, *, limit: int) -> list[Appeal]:
    """Appeals with a letter that missed the deadline and whose writer has not been told."""
    rows = session.scalars(
        select(Appeal)
        .where(Appeal.state == AppealState.PROVEN, Appeal.missed_at.is_(None), _platform(LetterState.EXPIRED))
        .options(joinedload(Appeal.campaign).options(*_FOR_LETTERS), joinedload(Appeal.edition))
        .order_by(Appeal.id)
        .limit(limit)
    )
    return list(rows)


def mark_thanked(session: Session, appeal_id: int, *, now: datetime) -> bool:
    """Compare-and-set: True for the one process that may thank."""
    query = update(Appeal).where(Appeal.id == appeal_id, Appeal.thanked_at.is_(None)).values(thanked_at=now).returning(Appeal.id)
    return session.scalar(query) is not None


def mark_missed(session: Session, appeal_id: int, *, now: datetime) -> bool:
    """Compare-and-set: True for the one process that may tell; whoever is told needs no thanks that say the same."""
    query = (
        update(Appeal)
        .where(Appeal.id == appeal_id, Appeal.missed_at.is_(None))
        .values(missed_at=now, thanked_at=func.coalesce(Appeal.thanked_at, now))
        .returning(Appeal.id)
    )
    return session.scalar(query) is not None


def forget_drafts(session: Session, *, before: datetime) -> int:
    """Delete sign-ups that were never proven, with their letters."""
    forgotten = delete(Appeal).where(Appeal.state.in_([AppealState.DRAFT, AppealState.SUPERSEDED]), Appeal.created_at < before)
    return len(session.scalars(forgotten.returning(Appeal.id)).all())


def scrub_words(session: Session, *, before: datetime, now: datetime) -> int:
    """Delete the writers' own words once every letter's last change is older than `before`."""
    changed_since = exists().where(Letter.appeal_id == Appeal.id, or_(Letter.state_at >= before, Letter.state.in_(NOT_LEFT)))
    scrubbed = session.scalars(
        update(Appeal)
        .where(Appeal.state == AppealState.PROVEN, Appeal.scrubbed_at.is_(None), Appeal.proven_at < before, ~changed_since)
        .values(subject="", personal_lines="", rewritten=None, scrubbed_at=now)
        .returning(Appeal.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(scrubbed)
