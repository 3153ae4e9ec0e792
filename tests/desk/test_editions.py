"""A new edition: in force at once, with the old texts to work on; a new round lets everybody write again."""

from datetime import date, datetime

import pytest

from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign, get_terms
from app.db import Database
from app.letters import actions, queries
from app.letters.rules import SignUp
from app.site import Site
from tests import make
from tests.desk.visitor import Visitor


def stored(database: Database, slug: str) -> Campaign:
    with database.reading() as session:
        return get_campaign(session, slug)


@pytest.fixture
def slug(database: Database) -> str:
    with database.transaction() as session:
        return make.campaign(session, slug="lopez", languages=("en", "ar"), deadline_on=date(2026, 3, 9)).slug


def test_new_edition_reopens_an_expired_action_and_opens_a_round(coordinator: Visitor, database: Database, slug: str, now: datetime) -> None:
    coordinator.get(f"/desk/campaigns/{slug}/edition")
    answer = coordinator.send(f"/desk/campaigns/{slug}/edition", deadline_on="2026-03-30", index="EUR 41/002/2026", asks_again="yes")
    assert (answer.status_code, answer.location) == (302, f"/desk/campaigns/{slug}/edit")
    campaign = stored(database, slug)
    edition = campaign.edition
    assert (edition.number, edition.round, edition.index_number, edition.deadline_on) == (2, 2, "EUR 41/002/2026", date(2026, 3, 30))
    assert [text.headline for text in edition.texts] == [text.headline for text in campaign.editions[0].texts]
    assert campaign.standing(now) == "open"


def test_day_that_has_passed_is_refused_and_what_was_typed_is_kept(coordinator: Visitor, database: Database, slug: str) -> None:
    coordinator.get(f"/desk/campaigns/{slug}/edition")
    answer = coordinator.send(f"/desk/campaigns/{slug}/edition", deadline_on="2026-03-01", index="EUR 41/002/2026")
    assert answer.status_code == 422
    assert "2026-03-01 has passed" in coordinator.page
    assert "EUR 41/002/2026" in coordinator.page
    assert len(stored(database, slug).editions) == 1


def test_who_wrote_in_the_first_round_may_write_in_the_second(coordinator: Visitor, database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, slug="dias").slug
    keys = []
    for asks_again in (None, "yes"):
        if asks_again:
            coordinator.get(f"/desk/campaigns/{slug}/edition")
            coordinator.send(f"/desk/campaigns/{slug}/edition", deadline_on="2026-03-30", asks_again="yes")
        wish = SignUp("eva@mail.example", "Eva", "ES", "en", "en")
        with database.reading() as session:
            plan = actions.plan_sign_up(get_terms(session, slug, now), wish, site=site, now=now)
        with database.transaction() as session:
            key = actions.sign_up(session, plan, site=site, now=now)
        with database.transaction() as session:
            keys.append(actions.confirm(session, queries.get_appeal(session, key), take_over=True, site=site, now=now).key)
    assert len(set(keys)) == 2
