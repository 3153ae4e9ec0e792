"""Reading campaigns, their lists and their counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, select, true
from sqlalchemy.orm import Session, aliased, selectinload

from app.campaigns import rules
from app.campaigns.models import Announcement, Campaign, CampaignTarget, Count, Edition, Text, Total
from app.campaigns.rules import Measure, Outcome, Standing, State
from app.errors import NotFound
from app.supporters.models import Supporter
from app.targets.models import Target
from app.targets.queries import KnownOffice, offices_of
from app.targets.rules import choose_embassy

TO_TELL = (Announcement.sent_at.is_(None), Supporter.tell_new.is_(True))
EVERYTHING = (
    selectinload(Campaign.people),
    selectinload(Campaign.targets),
    selectinload(Campaign.editions),
    selectinload(Campaign.timeline),
)


@dataclass(frozen=True)
class Totals:
    """People who have written, by how we know of it, and letters by evidence."""

    sent: int
    reported: int
    letters: Mapping[str, int]
    own_words: Mapping[str, int]
    """People by how much of the letter was theirs: `none`, `some`, `much`."""
    events: int = 0
    """Letters that groups report; in no other number."""

    @property
    def people(self) -> int:
        """The public number."""
        return self.sent + self.reported


class Headline(NamedTuple):
    language: str
    headline: str
    summary: str


@dataclass(frozen=True)
class Listed:
    """What a list shows of a campaign; the deadline and the headlines are those of the edition in force."""

    id: int
    slug: str
    reference: str | None
    country: str
    timezone: str
    topics: Sequence[str]
    state: State
    version: int
    standing: Standing
    created_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    deadline_on: date | None
    deadline_at: datetime | None
    days_left: int | None
    outcome_kind: Outcome | None
    outcome_on: date | None
    outcome_story: Mapping[str, str]
    headlines: Sequence[Headline]
    totals: Totals

    def headline(self, language: str) -> Headline | None:
        """Headline and summary in `language`, else in English, else in the first language; None when no text is written yet."""
        by_language = {one.language: one for one in self.headlines}
        return by_language[rules.nearest(list(by_language), language)] if by_language else None

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, else when its deadline passed or passes."""
        return self.closed_at or self.deadline_at


class Glance(NamedTuple):
    """All that a reader's page depends on and that may change from one moment to the next."""

    id: int
    version: int
    standing: Standing
    days_left: int
    sent: int
    reported: int
    events: int = 0
    """Letters that groups report; no part of the public number."""

    @property
    def people(self) -> int:
        """The public number."""
        return self.sent + self.reported


_GLANCE = (
    select(Campaign.id, Campaign.version, Campaign.state, Campaign.timezone, Edition.deadline_on)
    .add_columns(Total.measure, Total.evidence, Total.n)
    .join(Edition, Edition.campaign_id == Campaign.id)
    .outerjoin(Total, and_(Total.campaign_id == Campaign.id, Total.measure.in_((Measure.PEOPLE, Measure.EVENTS))))
    .where(Campaign.slug == bindparam("slug"))
    .order_by(Edition.number.desc())
)


def get_glance(session: Session | Connection, slug: str, now: datetime) -> Glance:
    """How a campaign stands now, in one small query: asked for its page again and again, for which a bare connection will do.

    Raises NotFound.
    """
    rows = session.execute(_GLANCE, {"slug": slug}).all()
    if not rows:
        raise NotFound
    campaign_id, version, state, timezone, deadline_on, *_ = rows[0]
    numbers = {(row.measure, row.evidence): row.n for row in rows}
    standing = rules.standing(State(state), deadline_on, timezone, now)
    days = rules.days_left(deadline_on, timezone, now)
    sent, reported, events = (numbers.get(line, 0) for line in ((Measure.PEOPLE, "sent"), (Measure.PEOPLE, "reported"), (Measure.EVENTS, "reported")))
    return Glance(campaign_id, version, standing, days, sent, reported, events)


class Terms(NamedTuple):
    """What a sign-up needs to know of a campaign, and no more: it is asked for with every sign-up."""

    campaign_id: int
    edition_id: int
    round: int
    standing: Standing
    headlines: Mapping[str, str]
    """By language, in the order of the edition's texts."""
    government: str
    """The country that is written to."""
    listed: tuple[KnownOffice, ...]
    """Its targets, main ones and copies."""
    embassies: Mapping[str, KnownOffice]
    """Those that may get a copy, by the country they are accredited to; none where the campaign wants none."""

    def mailed_from(self, country: str) -> list[int]:
        """Whom the platform writes to for a supporter in a country: each target with an e-mail address, and last the embassy there."""
        embassy = choose_embassy(self.embassies, government=self.government, living_in=country, wanted=True, listed=self.listed)
        return [office.id for office in (*self.listed, embassy) if office is not None and office.emails]


_later = aliased(Edition)
_TEXTS_IN_FORCE = (
    select(Campaign.id, Campaign.state, Campaign.timezone, Edition.id.label("edition_id"), Edition.round, Edition.deadline_on)
    .add_columns(Text.language, Text.headline, Campaign.country, Campaign.embassies)
    .join(Edition, Edition.campaign_id == Campaign.id)
    .join(Text, Text.edition_id == Edition.id)
    .where(Campaign.slug == bindparam("slug"))
    .where(~exists().where(_later.campaign_id == Edition.campaign_id, _later.number > Edition.number))
    .order_by(Text.position)
)
_LISTED = (
    select(Target.id, Target.role, Target.name, Target.organisation, Target.country, Target.emails)
    .join(CampaignTarget, CampaignTarget.target_id == Target.id)
    .where(CampaignTarget.campaign_id == bindparam("campaign_id"))
    .order_by(CampaignTarget.position)
)


def get_terms(session: Session, slug: str, now: datetime) -> Terms:
    """What a sign-up needs, in three small queries. Raises NotFound, also for a campaign without any text."""
    connection = session.connection()
    texts = connection.execute(_TEXTS_IN_FORCE, {"slug": slug}).all()
    if not texts:
        raise NotFound
    here = texts[0]
    listed = connection.execute(_LISTED, {"campaign_id": here.id})
    return Terms(
        campaign_id=here.id,
        edition_id=here.edition_id,
        round=here.round,
        standing=rules.standing(State(here.state), here.deadline_on, here.timezone, now),
        headlines={row.language: row.headline for row in texts},
        government=here.country,
        listed=tuple(KnownOffice(*row) for row in listed),
        embassies=offices_of(session, here.country) if here.embassies else {},
    )


def find_campaign(session: Session, slug: str) -> Campaign | None:
    return session.scalar(select(Campaign).where(Campaign.slug == slug).options(*EVERYTHING))


def get_campaign(session: Session, slug: str) -> Campaign:
    """The campaign with its people, targets, editions, texts and timeline loaded. Raises NotFound."""
    campaign = find_campaign(session, slug)
    if campaign is None:
        raise NotFound
    return campaign


def list_public(session: Session, now: datetime) -> tuple[list[Listed], list[Listed]]:
    """The open campaigns, most urgent first, and the ended ones (closed or past their deadline), newest first. Paused ones are in neither."""
    listed = _listed(session, Campaign.state != State.DRAFT, now)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    urgent = sorted((one for one in listed if one.standing is Standing.OPEN), key=lambda one: (one.deadline_at or last, one.slug))
    ended = [one for one in listed if one.standing in {Standing.EXPIRED, Standing.CLOSED}]
    return urgent, sorted(ended, key=lambda one: (one.ended_at or first, one.slug), reverse=True)


def list_campaigns(session: Session, now: datetime) -> list[Listed]:
    """Every campaign for the desk, drafts too, the newest first."""
    return sorted(_listed(session, true(), now), key=lambda one: (one.created_at, one.id), reverse=True)


def get_totals(session: Session, campaign_id: int) -> Totals:
    return _totals({(row.measure, row.evidence): row.n for row in session.scalars(select(Total).where(Total.campaign_id == campaign_id))})


def list_counts(session: Session, campaign_id: int) -> list[Count]:
    """The lines of a campaign's ledger that say something, oldest first."""
    order = (Count.day, Count.measure, Count.evidence, Count.language, Count.country)
    return list(session.scalars(select(Count).where(Count.campaign_id == campaign_id, Count.n != 0).order_by(*order)))


def count_announcements(session: Session, campaign_id: int) -> tuple[int, int]:
    """How many people were told of a campaign, and how many still are to be."""
    of_campaign = Announcement.campaign_id == campaign_id
    told = session.scalar(select(func.count()).where(of_campaign, Announcement.sent_at.is_not(None)))
    waiting = select(func.count()).select_from(Announcement).join(Supporter, Supporter.id == Announcement.supporter_id)
    return told or 0, session.scalar(waiting.where(of_campaign, *TO_TELL)) or 0


def campaigns_to_announce(session: Session) -> list[Campaign]:
    """Campaigns that somebody is still to be told of."""
    waiting = select(Announcement.campaign_id).where(Announcement.sent_at.is_(None)).distinct()
    return list(session.scalars(select(Campaign).where(Campaign.id.in_(waiting)).options(selectinload(Campaign.editions)).order_by(Campaign.id)))


def people_to_tell(session: Session, campaign_id: int, *, limit: int) -> list[Supporter]:
    """The next people who are to be told of a campaign and still want to hear of new actions."""
    waiting = select(Supporter).join(Announcement, Announcement.supporter_id == Supporter.id)
    return list(session.scalars(waiting.where(Announcement.campaign_id == campaign_id, *TO_TELL).order_by(Supporter.id).limit(limit)))


def list_written_to(session: Session, countries: Collection[str]) -> list[Campaign]:
    """Campaigns that write to the government of one of the countries."""
    return list(session.scalars(select(Campaign).where(Campaign.country.in_(countries)).order_by(Campaign.id))) if countries else []


def find_open(session: Session, campaign_id: int, now: datetime, *, lock: bool = False) -> Campaign | None:
    """The campaign if it is open; `lock` keeps it from being paused or closed until the transaction ends."""
    query = select(Campaign).where(Campaign.id == campaign_id).options(selectinload(Campaign.editions))
    campaign = session.scalar(query.with_for_update(read=True) if lock else query)
    return campaign if campaign is not None and campaign.standing(now) is Standing.OPEN else None


def _listed(session: Session, which: ColumnElement[bool], now: datetime) -> list[Listed]:
    """Three queries, however many campaigns; the letters themselves stay where they are."""
    last = aliased(Edition)
    number_in_force = select(func.max(last.number)).where(last.campaign_id == Campaign.id).scalar_subquery()
    in_force = and_(Edition.campaign_id == Campaign.id, Edition.number == number_in_force)
    found = session.execute(select(Campaign, Edition.id, Edition.deadline_on).outerjoin(Edition, in_force).where(which))
    rows: list[tuple[Campaign, int | None, date | None]] = [(campaign, edition_id, deadline_on) for campaign, edition_id, deadline_on in found]
    headlines = _headlines(session, [edition_id for _, edition_id, _ in rows if edition_id is not None])
    numbers = _numbers(session, [campaign.id for campaign, _, _ in rows])
    return [_row(campaign, deadline_on, headlines[edition_id], _totals(numbers[campaign.id]), now) for campaign, edition_id, deadline_on in rows]


def _row(campaign: Campaign, deadline_on: date | None, headlines: Sequence[Headline], totals: Totals, now: datetime) -> Listed:
    state = State(campaign.state)
    return Listed(
        id=campaign.id,
        slug=campaign.slug,
        reference=campaign.reference,
        country=campaign.country,
        timezone=campaign.timezone,
        topics=campaign.topics,
        state=state,
        version=campaign.version,
        standing=rules.standing(state, deadline_on, campaign.timezone, now),
        created_at=campaign.created_at,
        published_at=campaign.published_at,
        closed_at=campaign.closed_at,
        deadline_on=deadline_on,
        deadline_at=rules.deadline_at(deadline_on, campaign.timezone) if deadline_on else None,
        days_left=rules.days_left(deadline_on, campaign.timezone, now) if deadline_on else None,
        outcome_kind=Outcome(campaign.outcome_kind) if campaign.outcome_kind else None,
        outcome_on=campaign.outcome_on,
        outcome_story=campaign.outcome_story,
        headlines=headlines,
        totals=totals,
    )


def _headlines(session: Session, edition_ids: Sequence[int]) -> Mapping[int | None, list[Headline]]:
    texts = select(Text.edition_id, Text.language, Text.headline, Text.summary).where(Text.edition_id.in_(edition_ids))
    found: defaultdict[int | None, list[Headline]] = defaultdict(list)
    for edition_id, *headline in session.execute(texts.order_by(Text.edition_id, Text.position)):
        found[edition_id].append(Headline(*headline))
    return found


def _numbers(session: Session, campaign_ids: Sequence[int]) -> Mapping[int, dict[tuple[str, str], int]]:
    found: defaultdict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    totals = select(Total.campaign_id, Total.measure, Total.evidence, Total.n).where(Total.campaign_id.in_(campaign_ids))
    for campaign_id, measure, evidence, n in session.execute(totals):
        found[campaign_id][measure, evidence] = n
    return found


def _totals(numbers: Mapping[tuple[str, str], int]) -> Totals:
    return Totals(
        sent=numbers.get((Measure.PEOPLE, "sent"), 0),
        reported=numbers.get((Measure.PEOPLE, "reported"), 0),
        letters={evidence: n for (measure, evidence), n in numbers.items() if measure == Measure.LETTERS},
        own_words={evidence: n for (measure, evidence), n in numbers.items() if measure == Measure.OWN_WORDS},
        events=numbers.get((Measure.EVENTS, "reported"), 0),
    )
