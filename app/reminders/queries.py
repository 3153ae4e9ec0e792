"""Reading who is to be reminded, and when."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select, text, tuple_
from sqlalchemy.orm import Session, aliased, selectinload

from app.campaigns.models import Campaign, CampaignTarget
from app.campaigns.rules import Standing
from app.campaigns.rules import State as CampaignState
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState
from app.reminders.models import Reminder
from app.reminders.rules import PLAN_AHEAD, UNDER_WAY, Case, State, may_plan, slot_of, slots
from app.supporters.models import Supporter

ASKED = text("appeal.state = 'proven' AND appeal.remind AND appeal.counted IS NULL")
"""Proven, to be reminded, not written. In the very words of `ix_appeal_reminded`: SQLite uses a partial index for no other."""


LAST_ID = 2**63 - 1


class Step(NamedTuple):
    """One step of a campaign: so many days before its deadline."""

    campaign_id: int
    round: int
    deadline_on: date
    campaign_zone: str
    days: int


class Place(NamedTuple):
    """Where to go on reading what is due."""

    due_at: datetime
    id: int


@dataclass(frozen=True)
class Due:
    """A planned reminder whose time has come, with what decides over it and what its mail needs."""

    id: int
    campaign_id: int
    supporter_id: int
    appeal_key: str
    language: str
    due_at: datetime
    case: Case


def list_steps(session: Session, now: datetime) -> list[Step]:
    """The steps of every campaign that is open or paused and whose day is near."""
    running = Campaign.state.in_([CampaignState.PUBLISHED, CampaignState.PAUSED])
    campaigns = session.scalars(select(Campaign).where(running).options(selectinload(Campaign.editions)).order_by(Campaign.id))
    return [
        Step(one.id, one.edition.round, one.edition.deadline_on, one.timezone, days)
        for one in campaigns
        if one.standing(now) in {Standing.OPEN, Standing.PAUSED}
        for days in one.reminders
        if may_plan(one.deadline_at, days, now)
    ]


def unplanned(step: Step) -> tuple[ColumnElement[bool], ...]:
    """The conditions, on Appeal, of those who have no reminder of this step yet, or an unsent one for another deadline.

    A scalar subquery, not NOT EXISTS: PostgreSQL would make that a join, and while the table grows from empty it joins the slow way.
    """
    done = select(Reminder.id).where(
        Reminder.campaign_id == step.campaign_id,
        Reminder.supporter_id == Appeal.supporter_id,
        Reminder.round == step.round,
        Reminder.step == step.days,
        or_(Reminder.state == State.SENT, Reminder.deadline_on == step.deadline_on),
    )
    return Appeal.campaign_id == step.campaign_id, Appeal.round == step.round, ASKED, done.scalar_subquery().is_(None)  # type: ignore[return-value]


def list_zones(session: Session, step: Step) -> list[str]:
    """The zones of those without a reminder of this step, that of most people first."""
    zones = select(Supporter.timezone).join(Appeal, Appeal.supporter_id == Supporter.id).where(*unplanned(step)).group_by(Supporter.timezone)
    return list(session.scalars(zones.order_by(func.count().desc(), Supporter.timezone)))


def list_stretches(session: Session, step: Step, *, size: int) -> Iterator[tuple[int, int]]:
    """Everybody without a reminder of this step, in stretches of up to `size` people: supporter ids after the first, up to the second."""
    people = select(Appeal.supporter_id).where(*unplanned(step), Appeal.supporter_id > bindparam("after")).order_by(Appeal.supporter_id)
    after, upto = 0, session.scalar(people.offset(size - 1).limit(1), {"after": 0})
    while upto is not None:
        yield after, upto
        after, upto = upto, session.scalar(people.offset(size - 1).limit(1), {"after": upto})
    yield after, LAST_ID


def list_left_planned(session: Session, now: datetime) -> Sequence[int]:
    """Reminders still planned of campaigns that were closed; later than PLAN_AHEAD after the closing there are none."""
    closed = select(Campaign.id).where(Campaign.state == CampaignState.CLOSED, Campaign.closed_at > now - PLAN_AHEAD)
    return session.scalars(select(Reminder.id).where(Reminder.campaign_id.in_(closed), Reminder.state == State.PLANNED)).all()


def list_due(session: Session, now: datetime, *, after: Place | None, limit: int) -> list[Due]:
    """Planned reminders whose time has come, the longest due first. Those of paused campaigns wait and are left out."""
    due = _facts().where(text("reminder.state = 'planned'"), Reminder.due_at <= now, Campaign.state != CampaignState.PAUSED)
    if after is not None:
        due = due.where(tuple_(Reminder.due_at, Reminder.id) > tuple_(after.due_at, after.id))
    rows = session.execute(due.order_by(Reminder.due_at, Reminder.id).limit(limit)).all()
    return _judged(session, rows, now)


def lock_due(session: Session, ids: Collection[int], now: datetime) -> list[Due]:
    """Those of these reminders that are still planned, as things stand now; nobody else changes them before the transaction ends.

    What another transaction holds at this moment is left out.
    """
    held = _facts().where(Reminder.id.in_(ids), Reminder.state == State.PLANNED).order_by(Reminder.id)
    rows = session.execute(held.with_for_update(of=[Reminder, Appeal, Supporter], skip_locked=True)).all()
    return _judged(session, rows, now)


def count_by_state(session: Session, campaign_id: int) -> dict[State, int]:
    """How many reminders of a campaign are in each state."""
    rows = session.execute(select(Reminder.state, func.count()).where(Reminder.campaign_id == campaign_id).group_by(Reminder.state))
    return {State(state): n for state, n in rows}


def _facts() -> Select[*tuple[Any, ...]]:
    newer = aliased(Reminder)
    copies = select(CampaignTarget.target_id).where(CampaignTarget.campaign_id == Appeal.campaign_id, CampaignTarget.copy).correlate(Appeal)
    under_way = select(Letter.id).where(Letter.appeal_id == Appeal.id, Letter.state.in_(UNDER_WAY), Letter.target_id.not_in(copies))
    newer_at = select(func.min(newer.due_at)).where(
        newer.campaign_id == Reminder.campaign_id,
        newer.supporter_id == Reminder.supporter_id,
        newer.round == Reminder.round,
        newer.step < Reminder.step,
        newer.deadline_on == Reminder.deadline_on,
        newer.state != State.SKIPPED,
    )
    return (
        select(
            Reminder.id,
            Reminder.campaign_id,
            Reminder.supporter_id,
            Reminder.round,
            Reminder.step,
            Reminder.deadline_on,
            Reminder.due_at,
            Appeal.key,
            Appeal.remind,
            Appeal.state.label("appeal_state"),
            or_(Appeal.counted.is_not(None), under_way.exists()).label("written"),
            Supporter.timezone,
            Supporter.language,
            Supporter.mailed_at,
            newer_at.scalar_subquery().label("newer_at"),
        )
        .join(Appeal, Appeal.id == Reminder.appeal_id)
        .join(Supporter, Supporter.id == Reminder.supporter_id)
        .join(Campaign, Campaign.id == Reminder.campaign_id)
    )


def _judged(session: Session, rows: Sequence[Row[Any]], now: datetime) -> list[Due]:
    campaigns = get_campaigns(session, {row.campaign_id for row in rows})
    return [_due(row, campaigns[row.campaign_id], now) for row in rows]


def get_campaigns(session: Session, ids: Collection[int]) -> dict[int, Campaign]:
    """Campaigns by id, with their editions and texts."""
    found = session.scalars(select(Campaign).where(Campaign.id.in_(ids)).options(selectinload(Campaign.editions)))
    return {campaign.id: campaign for campaign in found}


def _due(row: Row[Any], campaign: Campaign, now: datetime) -> Due:
    edition = campaign.edition
    case = Case(
        written=bool(row.written),
        wanted=row.remind and row.appeal_state == AppealState.PROVEN,
        standing=campaign.standing(now),
        as_planned=(row.round, row.deadline_on) == (edition.round, edition.deadline_on) and row.step in campaign.reminders,
        deadline_at=campaign.deadline_at,
        timezone=row.timezone,
        planned_for=_slot(row, campaign, row.deadline_on, row.step),
        newer_at=_newer_at(row, campaign, now),
        mailed_at=row.mailed_at,
    )
    return Due(row.id, row.campaign_id, row.supporter_id, row.key, row.language, row.due_at, case)


def _newer_at(row: Row[Any], campaign: Campaign, now: datetime) -> datetime | None:
    """The next step's planned moment; one that is not planned yet will be, unless it is over."""
    if row.newer_at is not None:
        return row.newer_at  # type: ignore[no-any-return]
    steps = [step for step in campaign.reminders if step < row.step]
    coming = (_slot(row, campaign, campaign.edition.deadline_on, step) for step in steps)
    return min((moment for moment in coming if moment > now), default=None)


def _slot(row: Row[Any], campaign: Campaign, deadline_on: date, step: int) -> datetime:
    return slots(deadline_on, campaign.timezone, step, row.timezone)[slot_of(row.supporter_id)]
