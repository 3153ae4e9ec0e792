from datetime import date, datetime

import pytest

from app.campaigns.emails import announcement
from app.db import Database
from app.links import unsubscribe
from app.mail.message import Message
from app.site import Site
from tests import make


def mail(database: Database, site: Site, now: datetime, *, language: str = "en", **campaign: object) -> Message:
    with database.transaction() as session:
        made = make.campaign(session, slug="lopez", **campaign)  # type: ignore[arg-type]
        return announcement(site, make.supporter(session, email="ana@mail.example", language=language), made, now)


def test_announcement_tells_what_until_when_and_where(database: Database, site: Site, now: datetime) -> None:
    message = mail(database, site, now)
    assert message.to == ("ana@mail.example",)
    assert message.subject == "New urgent action: Stop the eviction of the López family (en)"
    assert "A family of five is to lose its home." in message.text
    assert "Tuesday, 24 March 2026" in message.text.replace("Tuesday 24", "Tuesday, 24")
    assert "14 days are left." in message.text
    assert f"{site.public_url}/en/actions/lopez/" in message.text
    assert message.html is not None
    assert f'href="{site.public_url}/en/actions/lopez/"' in message.html
    assert "no text in your language" not in message.text


def test_one_click_stops_announcements(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        person = make.supporter(session)
        message = announcement(site, person, make.campaign(session), now)
        headers = dict(message.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith(f"<{site.public_url}/unsubscribe/")
    assert unsubscribe(site, person.id).rpartition("/")[0] in message.text


@pytest.mark.parametrize(("days", "said"), [(0, "Today is the last day."), (1, "1 day is left.")])
def test_last_days_are_said_in_words(database: Database, site: Site, now: datetime, days: int, said: str) -> None:
    assert said in mail(database, site, now, deadline_on=date(2026, 3, 10 + days)).text


@pytest.mark.parametrize(
    ("language", "has", "headline", "foreign"),
    [("es", ["en", "es"], "(es)", False), ("es", ["ar", "en"], "(en)", True), ("en", ["ar", "ru"], "(ar)", True)],
)
def test_case_is_told_in_the_readers_language_or_it_says_which(
    database: Database, site: Site, now: datetime, language: str, has: list[str], headline: str, foreign: bool
) -> None:
    message = mail(database, site, now, language=language, languages=has)
    assert headline in message.subject
    assert message.language == language
    assert f"/{language}/actions/lopez/" in message.text
    shown = headline.strip("()")
    assert message.html is not None
    assert f'<h1 lang="{shown}" dir="{"rtl" if shown == "ar" else "ltr"}">' in message.html
    assert (message.html.count('class="small"') == 1) is foreign


def test_markup_in_a_headline_is_shown_as_text(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        made = make.campaign(session, languages=["en"])
        made.edition.texts[0].headline = "<b>Stop & help</b>"
        message = announcement(site, make.supporter(session, language="en"), made, now)
    assert message.html is not None
    assert "&lt;b&gt;Stop &amp; help&lt;/b&gt;" in message.html
    assert "<b>Stop & help</b>" in message.text
