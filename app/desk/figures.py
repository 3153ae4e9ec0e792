"""What the desk counts beyond the ledger: what waits, what went wrong, and what a step would touch."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.audit import AuditEntry
from app.campaigns.models import Campaign
from app.campaigns.queries import list_counts
from app.campaigns.rules import Measure
from app.deliveries.models import Delivery
from app.deliveries.rules import State as DeliveryState
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import LetterState
from app.reminders.models import Reminder
from app.reminders.rules import State as ReminderState
from app.targets.models import Target

DAYS_SHOWN = 28
UNENDED = (LetterState.PREPARED, LetterState.HELD, LetterState.WAITING, LetterState.RELEASED)
PENDING = (*UNENDED, LetterState.IN_DOUBT, LetterState.RETURNED, LetterState.REJECTED, LetterState.EXPIRED, LetterState.CANCELLED)


@dataclass
class Spread:
    """The ledger of one campaign, added up: people who have written."""

    days: Counter[date] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Turn:
    """Letters that wait for a target, and when the next one goes."""

    target: Target
    waiting: int
    next_at: datetime | None


class EmbassyTurns(NamedTuple):
    waiting: int
    offices: int


def pending(session: Session, campaign_ids: Iterable[int]) -> dict[int, Counter[str]]:
    """Letters without evidence yet, or that went wrong, by state, for many campaigns at once."""
    found: dict[int, Counter[str]] = {one: Counter() for one in campaign_ids}
    query = (
        select(Appeal.campaign_id, Letter.state, func.count())
        .join(Letter.appeal)
        .where(Letter.state.in_(PENDING), Appeal.campaign_id.in_(found))
        .group_by(Appeal.campaign_id, Letter.state)
    )
    for campaign_id, state, n in session.execute(query):
        found[campaign_id][state] = n
    return found


def spread(session: Session, campaign_id: int) -> Spread:
    """People who have written, by day, letter language and country."""
    sums = Spread()
    for line in list_counts(session, campaign_id):
        if line.measure == Measure.PEOPLE:
            sums.days[line.day] += line.n
            sums.languages[line.language] += line.n
            sums.countries[line.country] += line.n
    return sums


def last_days(days: Counter[date], until: date) -> list[tuple[date, int]]:
    """Each of the four weeks' days up to one, with its number, oldest first."""
    shown = [until - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return [(day, days[day]) for day in shown]


def turns(session: Session, campaign: Campaign) -> list[Turn]:
    """Whom letters wait for, but for embassies."""
    waiting = _waiting(session, campaign)
    paces = {pace.target_id: pace.next_at for pace in session.scalars(select(Pace).where(Pace.campaign_id == campaign.id))}
    return [Turn(link.target, waiting[link.target_id], paces.get(link.target_id)) for link in campaign.targets if link.target_id in waiting]


def embassy_turns(session: Session, campaign: Campaign) -> EmbassyTurns:
    """How many letters wait for embassies, all together: there may be one in each country."""
    listed = {link.target_id for link in campaign.targets}
    waiting = [n for target_id, n in _waiting(session, campaign).items() if target_id not in listed]
    return EmbassyTurns(waiting=sum(waiting), offices=len(waiting))


def _waiting(session: Session, campaign: Campaign) -> dict[int, int]:
    """Target id to the number of letters that wait for it."""
    query = (
        select(Letter.target_id, func.count())
        .join(Letter.appeal)
        .where(Letter.state == LetterState.WAITING, Appeal.campaign_id == campaign.id)
        .group_by(Letter.target_id)
    )
    return dict(session.execute(query).all())


def next_reminders(session: Session, campaign_id: int) -> tuple[int, datetime | None]:
    """How many reminders are planned, and when the first goes."""
    planned = (Reminder.campaign_id == campaign_id, Reminder.state == ReminderState.PLANNED)
    n, first = session.execute(select(func.count(), func.min(Reminder.due_at)).where(*planned)).one()
    return n, first


def trail(session: Session, campaign: Campaign, most: int = 30) -> list[AuditEntry]:
    """What was done to a campaign and by whom, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject == f"campaign {campaign.slug}").order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return list(session.scalars(query.limit(most)))


def count_in_doubt(session: Session) -> int:
    """Mails of which we cannot tell whether they went out."""
    return session.scalar(select(func.count()).where(Delivery.state == DeliveryState.IN_DOUBT)) or 0


def letters_of(session: Session, delivery_ids: Iterable[int]) -> dict[int, Letter]:
    """The letters that some deliveries carry, with their targets and campaigns."""
    query = select(Letter).where(Letter.delivery_id.in_(list(delivery_ids))).options(joinedload(Letter.appeal).joinedload(Appeal.campaign))
    return {letter.delivery_id: letter for letter in session.scalars(query) if letter.delivery_id is not None}
