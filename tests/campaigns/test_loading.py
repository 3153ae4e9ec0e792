from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.campaigns import loading
from app.campaigns.filed import CampaignFile, FiledEdition
from app.campaigns.models import Announcement, Campaign
from app.campaigns.queries import find_campaign, get_campaign
from app.campaigns.rules import Outcome, Standing, State
from app.db import Database
from app.errors import Refused
from app.letters.rules import Channel
from app.targets.models import Salutation, Target
from config import ROOT
from tests import make


@pytest.fixture
def lopez() -> CampaignFile:
    return loading.read((ROOT / "tests/data/lopez.toml").read_text())


def store(database: Database, file: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        loading.apply(session, file, actor="test", now=now)


def load(session: Session, file: CampaignFile, now: datetime) -> Campaign:
    return loading.apply(session, file, actor="test", now=now)


def public(file: CampaignFile) -> CampaignFile:
    return replace(file, state=State.PUBLISHED)


def another(edition: FiledEdition, **changes: object) -> FiledEdition:
    return replace(edition, **changes)  # type: ignore[arg-type]


def test_new_campaign_is_stored_whole(database: Database, lopez: CampaignFile, now: datetime) -> None:
    store(database, lopez, now)
    with database.reading() as session:
        campaign = get_campaign(session, "lopez-eviction")
        assert (campaign.reference, campaign.country, campaign.timezone, campaign.topics) == ("UA 101/26", "PT", "Europe/Lisbon", ["eviction"])
        assert (campaign.state, campaign.created_at, campaign.published_at, campaign.version) == (State.DRAFT, now, None, 1)
        assert [person.name for person in campaign.people] == ["Marta López"]
        assert [(link.target.name, link.copy) for link in campaign.targets] == [("Beatriz Modelo", False), ("Duarte Amostra", True)]
        assert {one.language: one.text for one in campaign.targets[0].target.salutations} == {"en": "Dear Minister", "es": "Sra. Ministra"}
        assert (campaign.edition.number, campaign.edition.round, campaign.edition.deadline_on) == (1, 1, date(2026, 12, 6))
        assert [text.language for text in campaign.edition.texts] == ["en", "es"]
        assert campaign.timeline[0].on == date(2026, 10, 12)


def test_loading_leaves_a_line_in_the_audit_trail(database: Database, lopez: CampaignFile, now: datetime) -> None:
    store(database, lopez, now)
    store(database, lopez, now)
    with database.reading() as session:
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(line.verb, line.subject, line.actor) for line in lines] == [
            ("create", "campaign lopez-eviction", "test"),
            ("load", "campaign lopez-eviction", "test"),
        ]


def test_published_file_is_public_at_once_and_tells_nobody(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        make.supporter(session, tell_new=True)
        campaign = load(session, public(lopez), now)
        assert (campaign.published_at, campaign.standing(now)) == (now, Standing.OPEN)
        assert session.scalar(select(func.count()).select_from(Announcement)) == 0


def test_closed_file_ended_on_the_day_of_its_outcome(database: Database, now: datetime) -> None:
    store(database, loading.read((ROOT / "demo/pavlov.toml").read_text()), now)
    with database.reading() as session:
        campaign = get_campaign(session, "pavlov-extradition")
        assert (campaign.state, campaign.outcome_kind, campaign.outcome_on) == (State.CLOSED, Outcome.GOOD, date(2014, 7, 29))
        assert campaign.closed_at == datetime(2014, 7, 28, 22, tzinfo=UTC)
        assert campaign.published_at == campaign.closed_at
        assert campaign.deadline_at == datetime(2013, 9, 5, 22, tzinfo=UTC)
        assert campaign.edition.index_number is None
        assert campaign.reference is None


def test_closed_file_without_outcome_ends_now(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        campaign = load(session, replace(lopez, state=State.CLOSED), now)
        assert (campaign.closed_at, campaign.published_at) == (now, now)


def test_loading_again_keeps_the_rows_of_targets_and_editions(database: Database, lopez: CampaignFile, now: datetime) -> None:
    store(database, lopez, now)
    with database.reading() as session:
        before = get_campaign(session, lopez.slug)
        targets, edition_id, version = {link.target.name: link.target_id for link in before.targets}, before.edition.id, before.version
    first, second = lopez.targets
    changed = replace(
        lopez,
        reference="",
        people=(replace(lopez.people[0], name="Marta L."), *lopez.people),
        targets=(replace(second, copy=False, salutations={"pt": "Sr."}), replace(first, organisation="Office", emails=())),
        editions=(another(lopez.editions[0], deadline_on=date(2026, 12, 24), texts=lopez.editions[0].texts[1:]),),
        timeline=(),
    )
    store(database, changed, now + timedelta(hours=1))
    with database.reading() as session:
        after = get_campaign(session, lopez.slug)
        assert {link.target.name: link.target_id for link in after.targets} == targets
        assert [link.target.name for link in after.targets] == ["Duarte Amostra", "Beatriz Modelo"]
        assert [(one.language, one.text) for one in after.targets[0].target.salutations] == [("pt", "Sr.")]
        assert (after.targets[1].target.organisation, after.targets[1].target.emails) == ("Office", [])
        assert (after.edition.id, after.edition.deadline_on) == (edition_id, date(2026, 12, 24))
        assert [text.language for text in after.edition.texts] == ["es"]
        assert [person.name for person in after.people] == ["Marta L.", "Marta López"]
        assert (after.reference, after.timeline, after.version) == (None, [], version + 1)
        assert after.created_at == now


def test_target_and_edition_without_letters_may_go(database: Database, lopez: CampaignFile, now: datetime) -> None:
    two = replace(lopez, editions=(*lopez.editions, another(lopez.editions[0], deadline_on=date(2026, 12, 30))))
    store(database, two, now)
    store(database, replace(lopez, targets=lopez.targets[:1]), now)
    with database.reading() as session:
        campaign = get_campaign(session, lopez.slug)
        assert [link.target.name for link in campaign.targets] == ["Beatriz Modelo"]
        assert [edition.number for edition in campaign.editions] == [1]
        assert session.scalar(select(func.count()).select_from(Target)) == 1
        assert session.scalar(select(func.count()).select_from(Salutation)) == 2


def test_target_that_another_campaign_writes_to_stays(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        campaign = load(session, lopez, now)
        make.campaign(session, targets=[campaign.targets[1].target])
    store(database, replace(lopez, targets=lopez.targets[:1]), now)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Target)) == 2


def test_target_with_letters_cannot_be_taken_out(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        make.appeal(session, load(session, public(lopez), now), make.supporter(session), channels=[Channel.POST])
    with pytest.raises(Refused, match=r"Duarte Amostra, Provedor de Justiça has letters"):
        store(database, replace(public(lopez), reference="changed", targets=lopez.targets[:1]), now)
    with database.reading() as session:
        campaign = get_campaign(session, lopez.slug)
        assert (campaign.reference, len(campaign.targets)) == ("UA 101/26", 2)


def test_edition_with_letters_cannot_be_taken_out(database: Database, lopez: CampaignFile, now: datetime) -> None:
    two = replace(public(lopez), editions=(*lopez.editions, another(lopez.editions[0], deadline_on=date(2026, 12, 30))))
    with database.transaction() as session:
        make.appeal(session, load(session, two, now), make.supporter(session))
    with pytest.raises(Refused, match="Edition 2 has letters"):
        store(database, public(lopez), now)


def test_content_of_what_has_letters_may_change(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        make.appeal(session, load(session, public(lopez), now), make.supporter(session), channels=[Channel.POST])
    store(database, replace(public(lopez), editions=(another(lopez.editions[0], deadline_on=date(2026, 12, 7)),)), now)
    with database.reading() as session:
        assert get_campaign(session, lopez.slug).edition.deadline_on == date(2026, 12, 7)


def test_editions_that_ask_again_open_rounds(database: Database, lopez: CampaignFile, now: datetime) -> None:
    first = lopez.editions[0]
    store(database, replace(lopez, editions=(first, first, another(first, asks_again=True))), now)
    with database.reading() as session:
        assert [edition.round for edition in get_campaign(session, lopez.slug).editions] == [1, 1, 2]


def test_round_of_a_public_edition_stays(database: Database, lopez: CampaignFile, now: datetime) -> None:
    first = lopez.editions[0]
    store(database, replace(public(lopez), editions=(first, first)), now)
    with pytest.raises(Refused):
        store(database, replace(public(lopez), editions=(first, another(first, asks_again=True))), now)
    store(database, replace(public(lopez), editions=(first, first, another(first, asks_again=True))), now)
    with database.reading() as session:
        assert get_campaign(session, lopez.slug).edition.round == 2


def test_public_campaign_does_not_become_a_draft(database: Database, lopez: CampaignFile, now: datetime) -> None:
    store(database, public(lopez), now)
    with pytest.raises(Refused, match="the file says draft"):
        store(database, lopez, now)


def test_file_without_state_keeps_the_stored_one(database: Database, lopez: CampaignFile, now: datetime) -> None:
    store(database, public(lopez), now)
    store(database, replace(lopez, state=None), now + timedelta(days=1))
    with database.reading() as session:
        campaign = get_campaign(session, lopez.slug)
        assert (campaign.state, campaign.published_at) == (State.PUBLISHED, now)


def test_file_without_state_makes_a_draft(database: Database, lopez: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        assert load(session, replace(lopez, state=None), now).state == State.DRAFT


def test_refused_file_leaves_no_trace(database: Database, lopez: CampaignFile, now: datetime) -> None:
    bad_round = replace(public(lopez), editions=lopez.editions * 2)
    with database.transaction() as session:
        load(session, replace(bad_round, slug="other"), now)
    asks = replace(lopez.editions[0], asks_again=True)
    with pytest.raises(Refused):
        store(database, replace(bad_round, slug="other", reference="new", people=(), editions=(lopez.editions[0], asks)), now)
    with database.reading() as session:
        campaign = get_campaign(session, "other")
        assert (campaign.reference, len(campaign.people), campaign.version) == ("UA 101/26", 1, 1)
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_failed_load_creates_nothing(database: Database, lopez: CampaignFile, now: datetime) -> None:
    nameless = replace(lopez, people=(replace(lopez.people[0], name=""),))
    with pytest.raises(IntegrityError):
        store(database, nameless, now)
    with database.reading() as session:
        assert find_campaign(session, lopez.slug) is None
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
