"""What happens to the reports of groups: counted, taken back, made nameless."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app import audit, db, secrets
from app.campaigns.actions import CountKey, count
from app.campaigns.models import Campaign
from app.campaigns.rules import Measure
from app.errors import Refused
from app.events import queries, rules
from app.events.models import EventReport
from app.events.rules import ReportState, Way
from app.i18n import N_
from app.letters.rules import LetterState, tidy_line
from app.mail.addresses import normalise


@dataclass(frozen=True)
class Told:
    """What a group says: so many letters, on that day, by that way. The rest is optional."""

    letters: int
    way: Way
    held_on: date
    place: str = ""
    group_name: str = ""
    email: str = ""


def report(session: Session, campaign: Campaign, told: Told, *, key: str, now: datetime) -> bool:
    """Store and count a report; False: the form with this `key` was counted before, and nothing changes.

    Raises Refused when the action takes no reports, or for a number, a day or an address that cannot be.
    """
    if campaign.published_at is None or not queries.takes_reports(campaign, now):
        raise Refused(N_("This action takes no reports now."))
    rules.check_letters(told.letters)
    rules.check_day(told.held_on, published_at=campaign.published_at, now=now)
    email = normalise(told.email) if told.email else None
    fresh = {
        "key": key,
        "campaign_id": campaign.id,
        "letters": told.letters,
        "channel": told.way,
        "held_on": told.held_on,
        "place": tidy_line(told.place),
        "group_name": tidy_line(told.group_name),
        "email": email,
        "email_hash": secrets.lookup(email.casefold()) if email else None,
        "reported_at": now,
        "state": ReportState.COUNTED,
    }
    stored = session.scalar(db.insert(session, EventReport).values(fresh).on_conflict_do_nothing().returning(EventReport.id))
    if stored is None:
        return False
    count(session, {_line(campaign.id, told.held_on): told.letters})
    return True


def take_back(session: Session, found: EventReport, *, slug: str, actor: str, now: datetime) -> None:
    """Take the letters of a report out of the number; the report stays and is marked. Raises Refused when that was done before."""
    changed = session.scalar(
        update(EventReport)
        .where(EventReport.id == found.id, EventReport.state == ReportState.COUNTED)
        .values(state=ReportState.TAKEN_BACK)
        .returning(EventReport.id)
    )
    if changed is None:
        raise Refused("It was taken back before.")
    count(session, {_line(found.campaign_id, found.held_on): -found.letters})
    told = {"letters": found.letters, "held_on": found.held_on.isoformat()}
    audit.record(session, actor=actor, verb="take back a report", subject=f"campaign {slug}", now=now, **told)


def erase(session: Session, email_hash: str, *, now: datetime) -> int:
    """Forget who reported, in every report with this address. The numbers stay. Returns how many there were."""
    return _scrub(session, EventReport.email_hash == email_hash, now=now)


def scrub(session: Session, *, before: datetime, now: datetime) -> int:
    """Delete place, group and address of reports that are older. Returns how many."""
    return _scrub(session, EventReport.reported_at < before, now=now)


def _scrub(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    nameless = {"place": "", "group_name": "", "email": None, "email_hash": None, "scrubbed_at": now}
    scrubbed = update(EventReport).where(which, EventReport.scrubbed_at.is_(None)).values(nameless).returning(EventReport.id)
    return len(session.scalars(scrubbed.execution_options(synchronize_session=False)).all())


def _line(campaign_id: int, held_on: date) -> CountKey:
    """The ledger line of a day's reports: they say neither language nor country."""
    return CountKey(campaign_id, Measure.EVENTS, LetterState.REPORTED, held_on, "", "")
