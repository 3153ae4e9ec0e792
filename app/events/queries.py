"""Reading the reports of groups, and whether an action takes any."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign
from app.errors import NotFound
from app.events import rules
from app.events.models import EventReport


def takes_reports(campaign: Campaign, now: datetime) -> bool:
    """Whether groups may report letters to this action now."""
    deadline_at = campaign.deadline_at if campaign.editions else None
    return rules.takes_reports(campaign.standing(now), rules.ended_at(deadline_at, campaign.closed_at), now)


def list_reports(session: Session, campaign_id: int) -> list[EventReport]:
    """Every report of an action, also those taken back, the newest first."""
    newest = (EventReport.reported_at.desc(), EventReport.id.desc())
    return list(session.scalars(select(EventReport).where(EventReport.campaign_id == campaign_id).order_by(*newest)))


def get_report(session: Session, campaign_id: int, report_id: int) -> EventReport:
    """A report of this action. Raises NotFound for any other."""
    found = session.scalar(select(EventReport).where(EventReport.campaign_id == campaign_id, EventReport.id == report_id))
    if found is None:
        raise NotFound
    return found
