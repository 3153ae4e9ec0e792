"""The work on letters that waits for no request: their turn, their news, their deadline, their writers' thanks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app import i18n
from app.campaigns.models import Campaign
from app.db import Database
from app.deliveries import actions as deliveries
from app.deliveries.actions import Prepared
from app.deliveries.rules import Kind
from app.deliveries.rules import State as DeliveryState
from app.errors import Refused
from app.letters import due, emails, rules, wording
from app.letters.counting import count_letters, recount_all
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import AFTER_DELIVERY, LetterState
from app.site import Site

log = structlog.get_logger()
MAIL = "letter"
"""What the outbox calls a letter to a target."""
LONGEST_WAIT = timedelta(hours=24)
"""After this long the thank-you goes out even if letters still wait."""


def release(database: Database, site: Site, now: datetime) -> int:
    """Put each target's next letters into the outbox, as many as its pace allows now."""
    with database.reading() as session:
        paces = [(pace.campaign_id, pace.target_id) for pace in due.due_paces(session, now)]
    return sum(_release_to(database, site, campaign_id, target_id, now) for campaign_id, target_id in paces)


def _release_to(database: Database, site: Site, campaign_id: int, target_id: int, now: datetime) -> int:
    released = 0
    while True:
        with database.reading() as session:
            campaign = due.get_open_campaign(session, campaign_id, now)
            pace = session.get(Pace, (campaign_id, target_id))
            if campaign is None or pace is None:
                return released
            letters = due.waiting_letters(session, campaign_id, target_id, limit=site.batch)
            letters = [letter for letter in letters if letter.target.has_email]
            turn = rules.turn(pace.next_at, len(letters), campaign.cap_per_hour, now)
            ready = [(letter.id, _prepare(letter, campaign, site=site, now=now)) for letter in letters[: turn.letters]]
            seen = pace.next_at
        if not ready:
            return released
        with database.transaction() as session:
            if not due.take_turn(session, campaign_id, target_id, seen=seen, next_at=turn.next_at):
                return released
            released += _into_outbox(session, campaign_id, ready, site=site, now=now)
        if len(ready) < site.batch:
            return released


def _prepare(letter: Letter, campaign: Campaign, *, site: Site, now: datetime) -> Prepared | None:
    """The letter's bytes; None for one that no mail can be made of, so that it stops nobody else's."""
    try:
        with i18n.speaking(letter.appeal.language):
            composed = wording.composed(letter.appeal, letter.target, now)
            message = emails.letter(site, letter.appeal, letter.target, composed)
        return deliveries.prepare(message, kind=Kind.LETTER, mail=MAIL, site=site, now=now, expires_at=campaign.deadline_at)
    except Refused as refusal:
        log.error("no mail can be made of a letter", letter=letter.id, reason=refusal.reason)
        return None


def _into_outbox(session: Session, campaign_id: int, ready: list[tuple[int, Prepared | None]], *, site: Site, now: datetime) -> int:
    """Of the letters made ready, queue those that still wait, while the campaign is still open."""
    if due.get_open_campaign(session, campaign_id, now, lock=True) is None:
        return 0
    letters = {letter.id: letter for letter in due.still_waiting(session, [letter_id for letter_id, _ in ready])}
    going = [(letters[letter_id], prepared) for letter_id, prepared in ready if letter_id in letters and prepared is not None]
    queued = deliveries.queue_all(session, [prepared for _, prepared in going])
    for (letter, _), delivery in zip(going, queued, strict=True):
        letter.state, letter.state_at, letter.delivery_id = LetterState.RELEASED, now, delivery.id
    for letter_id in (letter_id for letter_id, prepared in ready if prepared is None and letter_id in letters):
        letters[letter_id].state, letters[letter_id].state_at = LetterState.REJECTED, now
    session.flush()
    recount_all(session, _appeals(letter for letter, _ in going), site=site, now=now)
    return len(going)


def absorb(database: Database, site: Site, now: datetime) -> int:
    """Enter what became of letters in the outbox: state and counts in one transaction."""
    done = 0
    while True:
        with database.transaction() as session:
            news = {delivery.id: delivery for delivery in deliveries.claim_news(session, site.batch, mails=[MAIL])}
            letters = due.letters_of(session, list(news))
            for letter in letters:
                delivery = news[letter.delivery_id or 0]
                state = AFTER_DELIVERY[DeliveryState(delivery.state)]
                letter.state = LetterState.CAPTURED if delivery.captured and state is LetterState.HANDED_OVER else state
                letter.state_at, letter.reason = delivery.state_at, delivery.reason
            session.flush()
            count_letters(session, letters, now=now)
            recount_all(session, _appeals(letters), site=site, now=now)
        done += len(news)
        if len(news) < site.batch:
            return done


def lapse(database: Database, site: Site, now: datetime) -> int:
    """Mark letters that missed the deadline, and tell their writers once how to send them another way."""
    with database.transaction() as session:
        for campaign in due.campaigns_past_deadline_with_waiting(session, now):
            due.expire_waiting(session, campaign, now=now)
    with database.reading() as session:
        mails = [
            (appeal.id, deliveries.prepare(emails.missed(site, appeal), kind=Kind.NOTICE, mail="missed", site=site, now=now))
            for appeal in due.appeals_to_console(session, limit=site.batch)
        ]
    with database.transaction() as session:
        deliveries.queue_all(session, [mail for appeal_id, mail in mails if due.mark_missed(session, appeal_id, now=now)])
    return len(mails)


def thank(database: Database, site: Site, now: datetime) -> int:
    """Tell writers once what became of their letters: when all have ended, or a day after they were proven."""
    with database.reading() as session:
        mails = [
            (appeal.id, deliveries.prepare(emails.thanks(site, appeal), kind=Kind.NOTICE, mail="thanks", site=site, now=now))
            for appeal in due.appeals_to_thank(session, waited_since=now - LONGEST_WAIT, limit=site.batch)
        ]
    with database.transaction() as session:
        deliveries.queue_all(session, [mail for appeal_id, mail in mails if due.mark_thanked(session, appeal_id, now=now)])
    return len(mails)


def retain(database: Database, site: Site, now: datetime) -> int:
    """Forget drafts that were never proven, and the words of letters whose last change is old."""
    with database.transaction() as session:
        gone = due.forget_drafts(session, before=now - timedelta(days=site.unconfirmed_days))
        return gone + due.scrub_words(session, before=now - timedelta(days=site.text_days), now=now)


def _appeals(letters: Iterable[Letter]) -> list[Appeal]:
    return list({letter.appeal_id: letter.appeal for letter in letters}.values())
