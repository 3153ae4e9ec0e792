"""What is done with a campaign. What happens to its letters then is above this feature: the doors see to it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlalchemy.orm import Session

from app import audit, db
from app.campaigns import rules
from app.campaigns.models import Announcement, Campaign, Count, Edition, Text, Total
from app.campaigns.rules import Outcome, State
from app.supporters.models import Supporter

ROWS_AT_ONCE = 1000
"""Rows of one INSERT, well under the number of values either database takes."""


TEXT_FIELDS = ("language", "position", "headline", "summary", "case", "demands", "background", "subjects", "openings", "closings", "body")


class CountKey(NamedTuple):
    """A line of the ledger. `day` is in the campaign's zone, `language` that of the letter, `country` that of the writer."""

    campaign_id: int
    measure: str
    evidence: str
    day: date
    language: str
    country: str


def publish(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> int:
    """Make a draft public and plan one announcement to everybody who asked to hear of new actions; returns how many.

    Raises Refused unless it has a text, a target that is no copy, and a deadline to come.
    """
    lock(session, campaign)
    edition = campaign.editions[-1] if campaign.editions else None
    rules.may_publish(
        State(campaign.state),
        texts=len(edition.texts) if edition else 0,
        targets=sum(not link.copy for link in campaign.targets),
        deadline_on=edition.deadline_on if edition else None,
        timezone=campaign.timezone,
        now=now,
    )
    campaign.state, campaign.published_at = State.PUBLISHED, now
    touch(campaign)
    session.flush()
    told = _plan_announcements(session, campaign)
    _record(session, campaign, "publish", actor=actor, now=now, announcements=told)
    return told


def pause(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Take no sign-ups and let nothing leave until it is resumed. Raises Refused unless it is published."""
    lock(session, campaign)
    rules.may_move(State(campaign.state), State.PAUSED)
    campaign.state = State.PAUSED
    touch(campaign)
    _record(session, campaign, "pause", actor=actor, now=now)


def resume(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Go on after a pause; nobody is told a second time. Raises Refused unless it is paused."""
    lock(session, campaign)
    rules.may_resume(State(campaign.state))
    campaign.state = State.PUBLISHED
    touch(campaign)
    _record(session, campaign, "resume", actor=actor, now=now)


def close(
    session: Session,
    campaign: Campaign,
    *,
    outcome: Outcome,
    outcome_on: date | None,
    story: Mapping[str, str],
    actor: str,
    now: datetime,
) -> None:
    """End a campaign for good, with what it came to; `story` is told per language.

    Raises Refused unless it is public, or when the outcome lies in the future.
    """
    lock(session, campaign)
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    rules.may_close(State(campaign.state), outcome_on=outcome_on, today=today)
    campaign.state, campaign.closed_at = State.CLOSED, now
    campaign.outcome_kind, campaign.outcome_on = outcome, outcome_on
    campaign.outcome_story = {language: text.strip() for language, text in story.items() if text.strip()}
    touch(campaign)
    _record(session, campaign, "close", actor=actor, now=now, outcome=outcome.value)


def extend(session: Session, campaign: Campaign, *, deadline_on: date, actor: str, now: datetime) -> None:
    """Move the deadline of the edition in force to a later day; an expired campaign is open again.

    Raises Refused when the campaign is closed, or the day is not later than the old one and than today.
    """
    lock(session, campaign)
    edition = campaign.editions[-1] if campaign.editions else None
    old = edition.deadline_on if edition else None
    rules.may_extend(State(campaign.state), deadline_on=old, to=deadline_on, timezone=campaign.timezone, now=now)
    campaign.edition.deadline_on = deadline_on
    touch(campaign)
    _record(session, campaign, "extend", actor=actor, now=now, deadline_on=deadline_on.isoformat(), before=str(old))


def issue(
    session: Session,
    campaign: Campaign,
    *,
    deadline_on: date,
    asks_again: bool,
    issued_on: date | None = None,
    index_number: str = "",
    actor: str,
    now: datetime,
) -> Edition:
    """Add an edition that is in force at once, with the texts of the one before it to work on.

    With `asks_again` it opens a new round: who has written may write again. Raises Refused when the campaign is closed or the day has passed.
    """
    lock(session, campaign)
    rules.may_issue(State(campaign.state), editions=len(campaign.editions), deadline_on=deadline_on, timezone=campaign.timezone, now=now)
    before = campaign.edition
    edition = Edition(
        number=before.number + 1,
        round=before.round + asks_again,
        index_number=index_number or None,
        issued_on=issued_on,
        deadline_on=deadline_on,
        asks_again=asks_again,
        preferred_languages=list(before.preferred_languages),
        texts=[Text(**{name: getattr(text, name) for name in TEXT_FIELDS}) for text in before.texts],
    )
    campaign.editions.append(edition)
    session.flush()
    touch(campaign)
    _record(session, campaign, "issue an edition", actor=actor, now=now, number=edition.number, deadline_on=deadline_on.isoformat())
    return edition


def touch(campaign: Campaign) -> None:
    """Note that something changed which a reader could see, so that kept pages are made anew."""
    campaign.version = (campaign.version or 0) + 1


def count_announced(session: Session, campaign: Campaign) -> int:
    """How many people publishing this campaign would tell."""
    return session.scalar(select(func.count()).select_from(Supporter).where(*_to_tell(campaign))) or 0


def count(session: Session, changes: Mapping[CountKey, int]) -> None:
    """Add to lines of the ledger and to the totals above them, all at once; a change may be negative."""
    lines = {key: n for key, n in changes.items() if n}
    totals: Counter[tuple[int, str, str]] = Counter()
    for key, n in lines.items():
        totals[key[:3]] += n
    _add(session, Count, ({**key._asdict(), "n": n} for key, n in sorted(lines.items())))
    _add(session, Total, ({"campaign_id": a, "measure": b, "evidence": c, "n": n} for (a, b, c), n in sorted(totals.items()) if n))


def _add(session: Session, table: type[Count] | type[Total], rows: Iterable[dict[str, Any]]) -> None:
    every = list(rows)
    for start in range(0, len(every), ROWS_AT_ONCE):
        insert = db.insert(session, table).values(every[start : start + ROWS_AT_ONCE])
        keys = [column.name for column in table.__table__.primary_key]
        session.execute(insert.on_conflict_do_update(index_elements=keys, set_={"n": table.n + insert.excluded.n}))


def _plan_announcements(session: Session, campaign: Campaign) -> int:
    people = select(literal(campaign.id), Supporter.id).where(*_to_tell(campaign))
    insert = db.insert(session, Announcement).from_select(["campaign_id", "supporter_id"], people).on_conflict_do_nothing()
    return session.execute(insert, execution_options={"preserve_rowcount": True}).rowcount  # type: ignore[attr-defined, no-any-return]


def _to_tell(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    told = exists().where(Announcement.campaign_id == campaign.id, Announcement.supporter_id == Supporter.id)
    return Supporter.tell_new.is_(True), ~told


def lock(session: Session, campaign: Campaign) -> None:
    """Read state and version anew and keep others from changing them until the transaction ends."""
    session.flush()
    session.refresh(campaign, ["state", "version"], with_for_update=True)


def _record(session: Session, campaign: Campaign, verb: str, *, actor: str, now: datetime, **details: object) -> None:
    audit.record(session, actor=actor, verb=verb, subject=f"campaign {campaign.slug}", now=now, **details)
