from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from app import links, tokens
from app.campaigns.models import Campaign
from app.db import Database
from app.mail.message import Message
from app.reminders.emails import reminder
from app.site import Site
from app.tokens import Purpose
from tests import make
from tests.reminders.world import at


def written(session: Session, site: Site, campaign: Campaign, now: datetime, language: str = "en") -> Message:
    supporter = make.supporter(session, language=language, name="Ana <Pérez>")
    return reminder(site, campaign, supporter, "the-key", now)


@pytest.mark.parametrize(
    ("now", "subject"),
    [
        ("2026-03-17T10:00", "7 days left to write: Stop the eviction of the López family (en)"),
        ("2026-03-23T10:00", "1 day left to write: Stop the eviction of the López family (en)"),
        ("2026-03-24T10:00", "Last day to write: Stop the eviction of the López family (en)"),
    ],
)
def test_subject_says_how_long_there_is(database: Database, site: Site, now: str, subject: str) -> None:
    with database.transaction() as session:
        assert written(session, site, make.campaign(session), at(now)).subject == subject


def test_text_has_one_way_to_the_letter_and_one_to_say_it_was_sent(database: Database, site: Site) -> None:
    with database.transaction() as session:
        mail = written(session, site, make.campaign(session), at("2026-03-21T10:00"))
    assert mail.html is not None
    for part in (mail.text, mail.html):
        assert part.count(links.appeal(site, "en", "the-key").rpartition(".")[0].rpartition(".")[0]) == 1
        assert "/en/reminder/" in part
        assert "Tuesday" in part and "24 March 2026" in part and "Lisbon" in part
    assert "There are 3 days left" in mail.text
    assert "you asked us to remind you" in mail.text
    assert "Dear Ana <Pérez>," in mail.text
    assert "Dear Ana &lt;Pérez&gt;," in mail.html
    assert max(len(line) for line in mail.text.splitlines() if "http" not in line) <= 78


def test_link_to_say_it_was_sent_opens_nothing_else(site: Site) -> None:
    token = links.already_sent(site, "es", "the-key").split("/reminder/")[1].removesuffix("/sent")
    assert tokens.read(site, Purpose.REMINDER, token) == "the-key"


def test_one_click_unsubscribing_is_offered_in_the_head(database: Database, site: Site) -> None:
    with database.transaction() as session:
        headers = dict(written(session, site, make.campaign(session), at("2026-03-21T10:00")).headers)
    assert headers["List-Unsubscribe"].startswith(f"<{site.public_url}/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("language", "headline"), [("es", "(es)"), ("ar", "(ar)"), ("fr", "(en)")])
def test_headline_is_in_the_reader_s_language_where_there_is_such_a_text(database: Database, site: Site, language: str, headline: str) -> None:
    with database.transaction() as session:
        mail = written(session, site, make.campaign(session, languages=("es", "en", "ar")), at("2026-03-21T10:00"), language)
    assert headline in mail.subject
    assert mail.html is not None
    assert ('dir="rtl"' in mail.html) is (language == "ar")


def test_headline_falls_back_to_the_first_text(database: Database, site: Site) -> None:
    with database.transaction() as session:
        mail = written(session, site, make.campaign(session, languages=("pt", "fr"), deadline_on=date(2026, 3, 24)), at("2026-03-21T10:00"), "ar")
    assert "(pt)" in mail.subject
