"""Keeping letters back when a campaign closes or pauses."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.campaigns.models import Campaign
from app.deliveries import actions as deliveries
from app.letters import due
from app.letters.counting import recount_all
from app.letters.rules import LetterState
from app.site import Site


def stop(session: Session, campaign: Campaign, *, site: Site, now: datetime) -> int:
    """A campaign closes: letters that have not left never will. Returns how many."""
    return due.cancel_waiting(session, campaign, now=now) + _back(session, campaign, LetterState.CANCELLED, site=site, now=now)


def hold(session: Session, campaign: Campaign, *, site: Site, now: datetime) -> int:
    """A campaign pauses: letters in the outbox that have not left go back to waiting. Returns how many."""
    return _back(session, campaign, LetterState.WAITING, site=site, now=now)


def _back(session: Session, campaign: Campaign, state: LetterState, *, site: Site, now: datetime) -> int:
    back = [letter for letter in due.released_letters(session, campaign) if deliveries.cancel(session, letter.delivery_id or 0, now=now)]
    for letter in back:
        letter.state, letter.state_at, letter.delivery_id = state, now, None
    session.flush()
    recount_all(session, {letter.appeal_id: letter.appeal for letter in back}.values(), site=site, now=now)
    return len(back)
