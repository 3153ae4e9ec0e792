"""What must happen together across features, downwards, in the one transaction: publishing, closing, unsubscribing, erasure, embassies.

The doors call these; features never do.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app import audit
from app.campaigns import actions as campaigns
from app.campaigns.models import Campaign
from app.campaigns.queries import list_written_to
from app.campaigns.rules import Outcome
from app.db import Database
from app.events import actions as events
from app.letters import actions as letters
from app.letters import stopping
from app.mail.file import file_name
from app.reminders import actions as reminders
from app.site import Site
from app.supporters import actions as supporters
from app.supporters import queries as supporter_queries
from app.targets import actions as targets
from app.targets import loading
from app.targets.filed import DirectoryFile
from app.targets.loading import Plan
from app.targets.queries import Entry, list_represented


def publish(session: Session, campaign: Campaign, *, actor: str, site: Site, now: datetime) -> int:
    """Open the campaign to the public. Returns how many supporters will be told. Raises Refused when something is missing."""
    return campaigns.publish(session, campaign, actor=actor, now=now)


def pause(session: Session, campaign: Campaign, *, actor: str, site: Site, now: datetime) -> int:
    """Let nothing leave until the campaign is resumed. Returns how many letters came back from the outbox."""
    campaigns.pause(session, campaign, actor=actor, now=now)
    reminders.hold(session, campaign.id, now=now)
    return stopping.hold(session, campaign, site=site, now=now)


def resume(session: Session, campaign: Campaign, *, actor: str, site: Site, now: datetime) -> None:
    campaigns.resume(session, campaign, actor=actor, now=now)


def close(
    session: Session,
    campaign: Campaign,
    *,
    outcome: Outcome,
    outcome_on: date | None,
    story: Mapping[str, str],
    actor: str,
    site: Site,
    now: datetime,
) -> int:
    """End the campaign with its outcome; nothing more goes out. Returns how many letters were kept back."""
    campaigns.close(session, campaign, outcome=outcome, outcome_on=outcome_on, story=dict(story), actor=actor, now=now)
    reminders.stop(session, campaign.id, now=now)
    return stopping.stop(session, campaign, site=site, now=now)


def extend(session: Session, campaign: Campaign, *, deadline_on: date, actor: str, site: Site, now: datetime) -> None:
    """Move the deadline. Reminders that were sent are not repeated."""
    campaigns.extend(session, campaign, deadline_on=deadline_on, actor=actor, now=now)


def stop_mail(session: Session, supporter_id: int, *, now: datetime) -> None:
    """One-click unsubscribing (RFC 8058): no reminders and no announcements to this person any more."""
    supporters.stop_mail(session, supporter_id)
    reminders.stop_for(session, supporter_id, now=now)


def load_embassies(session: Session, file: DirectoryFile, *, actor: str, now: datetime) -> Plan:
    """Load a directory of embassies. Returns what was done. Raises Conflict."""
    before = _represented(session)
    done = loading.apply(session, file, actor=actor, now=now)
    _tell_readers(session, before)
    return done


def remove_embassy(session: Session, entry: Entry, *, actor: str, now: datetime) -> None:
    """Take an embassy out of the directory. Raises Refused when letters were written to it."""
    before = _represented(session)
    targets.remove_embassy(session, entry, actor=actor, now=now)
    _tell_readers(session, before)


def _represented(session: Session) -> set[str]:
    return {one.country for one in list_represented(session)}


def _tell_readers(session: Session, before: set[str]) -> None:
    """Pages of actions say whether embassies get copies: make those anew for which that has changed."""
    for campaign in list_written_to(session, before ^ _represented(session)):
        campaigns.touch(campaign)


def erase(database: Database, email_hash: str, *, actor: str, site: Site, now: datetime) -> bool:
    """Forget a person in every feature, downwards, and every mail kept in the outbox folder. The ledger of counts survives.

    Owns its transaction, because the files may only go once it is committed. Returns whether anything was stored about them.
    """
    with database.transaction() as session:
        supporter = supporter_queries.find_supporter(session, email_hash)
        if supporter is not None:
            reminders.erase(session, supporter.id)
        reports = events.erase(session, email_hash, now=now)
        messages = letters.erase(session, email_hash)
        gone = supporters.erase(session, email_hash)
        found = bool(reports or messages or gone)
        if found:
            audit.record(session, actor=actor, verb="erase", subject="a person", now=now, mails=len(messages))
    if site.route.path is not None:
        for message_id in messages:
            (site.route.path / file_name(message_id)).unlink(missing_ok=True)
    return found
