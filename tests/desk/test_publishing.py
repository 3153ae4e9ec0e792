"""The steps that reach people: what is said before, and what is true after."""

from datetime import date, timedelta

import pytest

from app.campaigns.models import Campaign
from app.campaigns.queries import find_campaign
from app.db import Database
from app.letters.models import Letter
from app.letters.rules import Channel, LetterState
from tests import make
from tests.desk.visitor import Visitor


def _stored(database: Database, slug: str) -> Campaign:
    with database.reading() as session:
        found = find_campaign(session, slug)
        session.expunge_all()
    assert found
    return found


def test_page_before_publishing_names_every_address_and_how_many_are_told(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        targets = [make.target(session, emails=["minister@x.example", "office@x.example"]), make.target(session, role="Mayor", emails=[])]
        copy = make.target(session, role="Ombudsman", emails=["copy@x.example"], salutations={})
        slug = make.campaign(session, state="draft", targets=targets, copies=[copy]).slug
        for told in (True, True, False):
            make.supporter(session, tell_new=told)
    coordinator.get(f"/desk/campaigns/{slug}/publish")
    for address in ("minister@x.example", "office@x.example", "copy@x.example"):
        assert f"<code>{address}</code>" in coordinator.page
    assert "2 supporters" in coordinator.page
    assert "Mayor" in coordinator.page.partition("By post or fax only")[2]
    assert "2 salutations are missing" in coordinator.page
    assert _stored(database, slug).state == "draft", "looking changes nothing"


def test_publish_pause_resume_close(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, state="draft").slug
    coordinator.get(f"/desk/campaigns/{slug}/publish")
    assert coordinator.send(f"/desk/campaigns/{slug}/publish").status_code == 302
    assert _stored(database, slug).state == "published"
    for step, state in (("pause", "paused"), ("resume", "published")):
        coordinator.get(f"/desk/campaigns/{slug}/")
        coordinator.send(f"/desk/campaigns/{slug}/{step}")
        assert _stored(database, slug).state == state
    coordinator.get(f"/desk/campaigns/{slug}/close")
    answer = coordinator.send(
        f"/desk/campaigns/{slug}/close", kind="partly", outcome_on="2026-03-09", sure="yes", story__en="A stay was granted.", story__es=""
    )
    assert answer.status_code == 302
    closed = _stored(database, slug)
    assert (closed.state, closed.outcome_kind, closed.outcome_on, closed.outcome_story) == (
        "closed",
        "partly",
        date(2026, 3, 9),
        {"en": "A stay was granted."},
    )
    coordinator.get(f"/desk/campaigns/{slug}/")
    assert "A stay was granted." in coordinator.page
    for verb in ("publish", "pause", "resume", "close"):
        assert f"<b>{verb}</b>" in coordinator.page
    assert "coordinator@vigil.example, 10 Mar 2026" in coordinator.page


def test_draft_that_is_not_ready_says_why_and_stays_a_draft(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, state="draft", deadline_on=date(2026, 3, 9)).slug
    coordinator.get(f"/desk/campaigns/{slug}/publish")
    assert coordinator.send(f"/desk/campaigns/{slug}/publish").status_code == 422
    assert "2026-03-09" in coordinator.page
    assert _stored(database, slug).state == "draft"


def test_step_that_was_taken_already_says_so(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, state="paused").slug
    coordinator.get(f"/desk/campaigns/{slug}/")
    answer = coordinator.send(f"/desk/campaigns/{slug}/pause")
    coordinator.get(answer.headers["Location"])
    assert "It is paused already." in coordinator.page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": None}, "Say what came of it"),
        ({"sure": None}, "A closed action is not opened again"),
        ({"outcome_on": "yesterday"}, "not a date"),
        ({"outcome_on": "2026-03-11"}, "is still to come"),
    ],
)
def test_closing_without_what_it_needs_stops_nothing_and_loses_nothing(
    coordinator: Visitor, database: Database, typed: dict[str, str | None], said: str
) -> None:
    with database.transaction() as session:
        slug = make.campaign(session).slug
    coordinator.get(f"/desk/campaigns/{slug}/close")
    whole = {"kind": "good", "outcome_on": "", "sure": "yes", "story__en": "All are free."}
    assert coordinator.send(f"/desk/campaigns/{slug}/close", **(whole | typed)).status_code == 422
    assert said in coordinator.page
    assert coordinator.fields["story.en"] == "All are free."
    assert _stored(database, slug).state == "published"


@pytest.mark.parametrize(
    ("state", "step", "said"),
    [
        ("published", "publish", "public already"),
        ("draft", "close", "not closed"),
        ("draft", "extend", "not closed"),
        ("closed", "close", "not closed"),
    ],
)
def test_step_that_does_not_fit_leads_back_and_says_why(coordinator: Visitor, database: Database, state: str, step: str, said: str) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, state=state).slug
    assert coordinator.get(f"/desk/campaigns/{slug}/{step}").status_code == 302
    coordinator.get(f"/desk/campaigns/{slug}/")
    assert said in coordinator.page
    coordinator.send(f"/desk/campaigns/{slug}/{step}", kind="good", sure="yes", deadline_on="2026-05-01")
    assert _stored(database, slug).state == state


def test_closing_says_what_it_will_stop_and_stops_it(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        for _ in range(2):
            make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
        make.appeal(session, campaign, channels=[Channel.PLATFORM])
        slug = campaign.slug
    coordinator.get(f"/desk/campaigns/{slug}/close")
    assert "2 letters that wait" in coordinator.page
    assert "1 letter prepared" in coordinator.page
    coordinator.send(f"/desk/campaigns/{slug}/close", kind="unknown", sure="yes")
    with database.reading() as session:
        assert {letter.state for letter in session.query(Letter)} <= {"cancelled", "prepared"}
        assert session.query(Letter).filter_by(state="cancelled").count() >= 2


def test_deadline_moves_to_a_later_day_only(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session).slug
    coordinator.get(f"/desk/campaigns/{slug}/extend")
    for day, said in (("2026-03-20", "choose a later day"), ("", "Choose a date"), ("soon", "Choose a date")):
        assert coordinator.send(f"/desk/campaigns/{slug}/extend", deadline_on=day).status_code == 422
        assert said in coordinator.page
        assert coordinator.fields["deadline_on"] == day
    assert coordinator.send(f"/desk/campaigns/{slug}/extend", deadline_on="2026-04-01").status_code == 302
    assert _stored(database, slug).edition.deadline_on == date(2026, 4, 1)


def test_campaign_past_its_deadline_opens_again(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, deadline_on=make.NOW.date() - timedelta(days=3)).slug
    coordinator.get(f"/desk/campaigns/{slug}/")
    assert "Deadline passed" in coordinator.page
    coordinator.get(f"/desk/campaigns/{slug}/extend")
    coordinator.send(f"/desk/campaigns/{slug}/extend", deadline_on="2026-04-01")
    coordinator.get(f"/desk/campaigns/{slug}/")
    assert ">Open<" in coordinator.page
