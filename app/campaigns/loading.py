"""Storing a campaign file: a new campaign, or the new content of a stored one."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.campaigns import rules
from app.campaigns.actions import lock, touch
from app.campaigns.filed import BadCampaignFile, CampaignFile, FiledEdition, FiledTarget, Problem
from app.campaigns.models import Campaign, CampaignTarget, Edition, Person, Text, TimelineEvent
from app.campaigns.parsing import decode, read, read_document
from app.campaigns.queries import find_campaign
from app.campaigns.rules import State
from app.errors import Conflict, Refused
from app.targets.models import Salutation, Target
from app.targets.postal import PostalAddress

__all__ = ["BadCampaignFile", "CampaignFile", "Problem", "apply", "decode", "read", "read_document"]


def apply(session: Session, file: CampaignFile, *, actor: str, now: datetime) -> Campaign:
    """Create the campaign, or replace the content of the one with its slug; nobody is told by mail.

    Targets with the same role and name, and editions with the same number, stay the same rows. Raises Refused when a target or an edition
    would go that has letters, when what is public would become a draft or change its state otherwise, and Conflict when somebody else is
    creating the same campaign.
    """
    campaign = find_campaign(session, file.slug)
    if campaign is None:
        campaign, verb = _create(session, file, now), "create"
    else:
        lock(session, campaign)
        rules.may_load(State(campaign.state), file.state)
        touch(campaign)
        verb = "load"
    _fill(campaign, file)
    _replace_people_and_timeline(session, campaign, file)
    _replace_targets(session, campaign, file.targets)
    _replace_editions(session, campaign, file.editions)
    session.flush()
    audit.record(session, actor=actor, verb=verb, subject=f"campaign {file.slug}", now=now, state=campaign.state)
    return campaign


def _create(session: Session, file: CampaignFile, now: datetime) -> Campaign:
    campaign = Campaign(slug=file.slug, country=file.country, timezone=file.timezone, created_at=now, **_dates(file, now))
    try:
        with session.begin_nested():
            session.add(campaign)
    except IntegrityError:
        raise Conflict(f"Somebody else has just made a campaign “{file.slug}”.") from None
    return campaign


def _dates(file: CampaignFile, now: datetime) -> dict[str, Any]:
    """State and its times for a campaign that is new here; one that ended elsewhere did so on the day of its outcome."""
    state = file.state or State.DRAFT
    if state is State.DRAFT:
        return {"state": state}
    if state is not State.CLOSED:
        return {"state": state, "published_at": now}

    closed_at = _start_of(file.outcome.on if file.outcome else None, file.timezone, now)
    issued_at = _start_of(file.editions[0].issued_on, file.timezone, now)
    return {"state": state, "published_at": min(issued_at, closed_at), "closed_at": closed_at}


def _start_of(day: date | None, timezone: str, now: datetime) -> datetime:
    return min(now, datetime.combine(day, time(0), ZoneInfo(timezone))) if day else now


def _fill(campaign: Campaign, file: CampaignFile) -> None:
    campaign.reference = file.reference or None
    campaign.country = file.country
    campaign.timezone = file.timezone
    campaign.topics = list(file.topics)
    campaign.cap_per_hour = file.cap_per_hour
    campaign.reply_to = file.reply_to
    campaign.rewritten = file.rewritten
    campaign.postage = dict(file.postage)
    campaign.reminders = list(file.reminders)
    campaign.embassies = file.embassies
    campaign.outcome_kind = file.outcome.kind if file.outcome else None
    campaign.outcome_on = file.outcome.on if file.outcome else None
    campaign.outcome_story = dict(file.outcome.story) if file.outcome else {}


def _replace_people_and_timeline(session: Session, campaign: Campaign, file: CampaignFile) -> None:
    campaign.people, campaign.timeline = [], []
    session.flush()  # the old rows leave their positions before the new ones take them
    campaign.people = [Person(position=at, name=one.name, gender=one.gender, note=one.note) for at, one in enumerate(file.people)]
    campaign.timeline = [TimelineEvent(position=at, on=one.on, text=dict(one.text), source=one.source) for at, one in enumerate(file.timeline)]


def _replace_targets(session: Session, campaign: Campaign, targets: tuple[FiledTarget, ...]) -> None:
    stored = {(link.target.role, link.target.name): link for link in campaign.targets}
    kept = []
    for position, filed in enumerate(targets):
        link = stored.pop((filed.role, filed.name), None) or CampaignTarget(target=Target(role=filed.role, name=filed.name))
        link.position, link.copy = position, filed.copy
        _fill_target(link.target, filed)
        kept.append(link)
    gone = [link.target for link in stored.values()]
    campaign.targets = kept
    session.flush()
    shared = set(session.scalars(select(CampaignTarget.target_id).where(CampaignTarget.target_id.in_([target.id for target in gone]))))
    for target in (target for target in gone if target.id not in shared):
        _remove(session, target, f"{target.title} has letters and cannot be taken out: keep this target in the file with the same role and name.")


def _fill_target(target: Target, filed: FiledTarget) -> None:
    target.organisation, target.country, target.fax, target.phone = filed.organisation, filed.country, filed.fax, filed.phone
    target.address = filed.address.table() if isinstance(filed.address, PostalAddress) else list(filed.address)
    target.emails, target.languages = list(filed.emails), list(filed.languages)
    target.salutations = _salutations(target, filed.salutations)


def _salutations(target: Target, filed: Mapping[str, str]) -> list[Salutation]:
    stored = {one.language: one for one in target.salutations}
    kept = [stored.get(language) or Salutation(language=language) for language in filed]
    for position, (salutation, text) in enumerate(zip(kept, filed.values(), strict=True)):
        salutation.position, salutation.text = position, text
    return kept


def _replace_editions(session: Session, campaign: Campaign, editions: tuple[FiledEdition, ...]) -> None:
    stored = {edition.number: edition for edition in campaign.editions}
    rounds = rules.rounds([filed.asks_again for filed in editions])
    state = State(campaign.state)
    for number, (filed, round_) in enumerate(zip(editions, rounds, strict=True), 1):
        edition = stored.pop(number, None)
        if edition is None:
            edition = Edition(number=number, asks_again=filed.asks_again)
            campaign.editions.append(edition)
        rules.may_load_edition(state, number=number, asks_again=edition.asks_again, wanted=filed.asks_again)
        edition.round, edition.asks_again = round_, filed.asks_again
        edition.index_number, edition.issued_on, edition.deadline_on = filed.index or None, filed.issued_on, filed.deadline_on
        edition.preferred_languages = list(filed.preferred_languages)
        edition.texts = _texts(edition, filed)
    session.flush()
    for edition in stored.values():
        _remove(session, edition, f"Edition {edition.number} has letters and cannot be taken out: keep it in the file.")
        campaign.editions.remove(edition)


def _texts(edition: Edition, filed: FiledEdition) -> list[Text]:
    stored = {text.language: text for text in edition.texts}
    kept = [stored.get(text.language) or Text(language=text.language) for text in filed.texts]
    for position, (text, words) in enumerate(zip(kept, filed.texts, strict=True)):
        text.position = position
        text.headline, text.summary, text.case, text.background, text.body = (
            words.headline,
            words.summary,
            words.case,
            words.background,
            words.body,
        )
        text.demands, text.subjects, text.openings, text.closings = (
            list(words.demands),
            list(words.subjects),
            list(words.openings),
            list(words.closings),
        )
    return kept


def _remove(session: Session, row: Target | Edition, reason: str) -> None:
    try:
        with session.begin_nested():
            session.delete(row)
    except IntegrityError:
        raise Refused(reason) from None
