from datetime import date, datetime

import pytest
from flask.testing import FlaskClient

from app.campaigns.models import Total
from app.campaigns.rules import Outcome, State
from app.db import Database
from tests import make
from tests.pages.visitor import read


@pytest.mark.parametrize(
    ("wanted", "language"), [("es-MX,es;q=0.9", "es"), ("ar", "ar"), ("kk,ar;q=0.5", "ar"), ("kk", "en"), ("", "en"), ("!!", "en")]
)
def test_first_visit_goes_to_the_language_the_browser_asks_for(client: FlaskClient, wanted: str, language: str) -> None:
    answer = client.get("/", headers={"Accept-Language": wanted} if wanted else {})
    assert (answer.status_code, answer.location) == (302, f"/{language}/")
    assert "Accept-Language" in answer.vary


def test_open_actions_stand_most_urgent_first_and_ended_ones_with_their_outcome(client: FlaskClient, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="later", deadline_on=date(2026, 4, 24))
        urgent = make.campaign(session, slug="urgent", deadline_on=date(2026, 3, 13))
        session.add(Total(campaign_id=urgent.id, measure="people", evidence="sent", n=1200))
        session.add(Total(campaign_id=urgent.id, measure="people", evidence="reported", n=34))
        make.campaign(session, slug="freed", state=State.CLOSED, outcome_kind=Outcome.GOOD, outcome_on=date(2026, 3, 1))
        make.campaign(session, slug="hidden", state=State.DRAFT)
    page = read(client, "/en/")
    assert page.index("/en/actions/urgent/") < page.index("/en/actions/later/") < page.index("/en/actions/freed/")
    assert "/actions/hidden/" not in page
    assert "1,234 people have written" in page
    assert "<b>3</b> days left" in page
    assert "It ended well" in page


def test_last_day_is_called_so(client: FlaskClient, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        make.campaign(session, deadline_on=date(2026, 3, 10))
    assert "is the last day" in read(client, "/en/")


def test_without_actions_the_page_says_so(client: FlaskClient) -> None:
    assert "No action is open at the moment." in read(client, "/en/")


def test_every_page_offers_itself_in_the_other_languages(client: FlaskClient) -> None:
    page = read(client, "/es/privacy")
    assert 'href="/en/privacy" lang="en" hreflang="en" dir="ltr">English<' in page
    assert 'href="/ar/privacy" lang="ar" hreflang="ar" dir="rtl">العربية<' in page


def test_unknown_language_is_a_page_not_found_that_leads_on(client: FlaskClient) -> None:
    answer = client.get("/xx/")
    assert answer.status_code == 404
    assert 'href="/en/"' in answer.get_data(as_text=True)


def test_privacy_names_the_times_that_are_kept(client: FlaskClient) -> None:
    page = read(client, "/en/privacy")
    assert "deleted after 7 days" in page
    assert "Vigil Lisboa" in page
