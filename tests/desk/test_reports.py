"""Reports of groups at the desk: listed, their names for those who may read mail, taken back after a question."""

from datetime import date, datetime

import pytest

from app.accounts.rules import RoleName
from app.campaigns.queries import get_campaign, get_totals
from app.db import Database
from app.events import actions
from app.events.actions import Told
from app.events.rules import Way
from tests import make
from tests.desk.conftest import Enter
from tests.desk.visitor import Visitor

NAMES = ("Tetuán", "Coro del barrio", "eva@mail.example")


@pytest.fixture
def path(database: Database, now: datetime) -> str:
    """Where the one report of the campaign is taken back."""
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez")
        told = Told(12, Way.FAX, date(2026, 3, 9), place=NAMES[0], group_name=NAMES[1], email=NAMES[2])
        actions.report(session, campaign, told, key="a", now=now)
        report_id = session.connection().exec_driver_sql("SELECT id FROM event_report").scalar_one()
    return f"/desk/campaigns/lopez/reports/{report_id}/take-back"


def counted(database: Database) -> int:
    with database.reading() as session:
        return get_totals(session, get_campaign(session, "lopez").id).events


def test_report_is_listed_with_all_that_was_told(coordinator: Visitor, path: str) -> None:
    coordinator.get("/desk/campaigns/lopez/")
    for words in ("12 letters</b> by fax, written on 9 March 2026", "12 letters on paper, counted apart from all others", *NAMES, path):
        assert words in coordinator.page


def test_campaign_without_reports_says_nothing_of_them(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="quiet")
    coordinator.get("/desk/campaigns/quiet/")
    assert "Letters reported by groups" not in coordinator.page


@pytest.mark.parametrize("role", [RoleName.REVIEWER, RoleName.TRANSLATOR])
def test_who_may_not_read_mail_sees_the_number_and_nobodys_name(enter: Enter, path: str, database: Database, role: RoleName) -> None:
    visitor = enter(role)
    visitor.get("/desk/campaigns/lopez/")
    assert "12 letters</b> by fax" in visitor.page
    assert not [name for name in NAMES if name in visitor.page]
    assert path not in visitor.page
    assert visitor.get(path).status_code == 403
    assert visitor.send(path).status_code == 403
    assert counted(database) == 12


def test_report_is_taken_back_only_after_the_question(coordinator: Visitor, path: str, database: Database) -> None:
    coordinator.get(path)
    assert "12 letters by fax, written on 9 March 2026" in coordinator.page
    assert counted(database) == 12
    answer = coordinator.send(path)
    assert answer.status_code == 302
    assert counted(database) == 0
    coordinator.get(answer.headers["Location"])
    for words in ("Taken back. Its letters are in no number any more.", ": taken back", "take back a report"):
        assert words in coordinator.page
    assert path not in coordinator.page


def test_taking_back_twice_says_that_it_is_done(coordinator: Visitor, path: str, database: Database) -> None:
    coordinator.get(path)
    coordinator.send(path)
    coordinator.get(path)
    coordinator.get(coordinator.send(path).headers["Location"])
    assert "It was taken back before." in coordinator.page
    assert counted(database) == 0


def test_report_of_another_campaign_is_not_found(coordinator: Visitor, path: str, database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="other")
    assert coordinator.get(path.replace("/lopez/", "/other/")).status_code == 404
    coordinator.get("/desk/")
    assert coordinator.send(path.replace("/lopez/", "/other/")).status_code == 404
    assert counted(database) == 12
