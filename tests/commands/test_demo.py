from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.audit import AuditEntry
from app.campaigns import actions
from app.campaigns.models import Announcement, Count
from app.campaigns.queries import get_campaign, get_terms
from app.campaigns.rules import Outcome, Standing
from app.commands import demo
from app.db import Database
from app.site import Site
from app.targets.models import Target
from app.wiring import Wiring
from config import Config, Environment
from tests import make


@pytest.fixture
def wiring(config: Config, site: Site, database: Database) -> Wiring:
    return Wiring(config, site, database)


def test_demo_is_a_closed_and_an_open_campaign(wiring: Wiring, now: datetime) -> None:
    result = CliRunner().invoke(demo.group, ["load"], obj=wiring, catch_exceptions=False)
    assert result.output == "pavlov-extradition: loaded, closed.\namaranta-quishpe: loaded, published.\nembassies: 5 loaded.\n"
    with wiring.database.reading() as session:
        closed, opened = get_campaign(session, "pavlov-extradition"), get_campaign(session, "amaranta-quishpe")
        assert (closed.standing(now), opened.standing(now)) == (Standing.CLOSED, Standing.OPEN)
        assert (opened.days_left(now), opened.edition.deadline_on) == (14, date(2026, 3, 24))
        assert opened.edition.issued_on == date(2026, 3, 10)
        assert [(link.copy, link.target.has_email) for link in opened.targets] == [(False, True), (False, True), (True, False)]
        assert [text.language for text in opened.edition.texts] == ["es", "en", "fr", "ru", "ar"]
        assert closed.outcome_kind == Outcome.GOOD


def test_demo_invents_no_numbers_and_tells_nobody(wiring: Wiring, now: datetime) -> None:
    with wiring.database.transaction() as session:
        make.supporter(session, tell_new=True)
    demo.load(wiring, now)
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Count)) == 0
        assert session.scalar(select(func.count()).select_from(Announcement)) == 0


def test_all_addresses_of_the_demo_are_examples(wiring: Wiring, now: datetime) -> None:
    demo.load(wiring, now)
    with wiring.database.reading() as session:
        emails = [email for target in session.scalars(select(Target)) for email in target.emails]
    assert len(emails) == 8
    assert all(email.endswith(".example") for email in emails)


def test_supporters_in_five_countries_write_to_an_embassy_of_the_demo(wiring: Wiring, now: datetime) -> None:
    demo.load(wiring, now)
    with wiring.database.reading() as session:
        terms = get_terms(session, "amaranta-quishpe", now)
    assert {country for country in ("ES", "CH", "LI", "DE", "EG", "GB", "FR", "EC") if len(terms.mailed_from(country)) == 3} == {
        "ES",
        "CH",
        "LI",
        "DE",
        "EG",
    }


def test_second_load_changes_nothing(wiring: Wiring, now: datetime) -> None:
    demo.load(wiring, now)
    with wiring.database.transaction() as session:
        get_campaign(session, "amaranta-quishpe").reference = "mine"
    said = demo.load(wiring, now + timedelta(days=14))
    assert said == ["pavlov-extradition: there already, closed.", "amaranta-quishpe: there already, published.", "embassies: there already."]
    with wiring.database.reading() as session:
        campaign = get_campaign(session, "amaranta-quishpe")
        assert (campaign.reference, campaign.edition.deadline_on, campaign.version) == ("mine", date(2026, 3, 24), 1)
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 3


def test_demo_that_expired_gets_two_more_weeks(wiring: Wiring, now: datetime) -> None:
    demo.load(wiring, now)
    later = now + timedelta(days=40)
    assert demo.load(wiring, later)[1] == "amaranta-quishpe: there already; its deadline had passed and is now 2026-05-03."
    with wiring.database.reading() as session:
        campaign = get_campaign(session, "amaranta-quishpe")
        assert (campaign.standing(later), campaign.days_left(later)) == (Standing.OPEN, 14)


def test_demo_that_somebody_closed_stays_closed(wiring: Wiring, now: datetime) -> None:
    demo.load(wiring, now)
    with wiring.database.transaction() as session:
        campaign = get_campaign(session, "amaranta-quishpe")
        actions.close(session, campaign, outcome=Outcome.GOOD, outcome_on=None, story={}, actor="test", now=now)
    assert demo.load(wiring, now + timedelta(days=40))[1] == "amaranta-quishpe: there already, closed."


def test_demo_is_refused_in_production(wiring: Wiring) -> None:
    live = replace(wiring, config=replace(wiring.config, environment=Environment.PRODUCTION))
    result = CliRunner().invoke(demo.group, ["load"], obj=live)
    assert result.exit_code == 1
    assert result.stderr == "Error: demo data is for trying Vigil out: VIGIL_ENV is production, so nothing was loaded.\n"
