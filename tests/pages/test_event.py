"""The page for groups: the pack, bounded and named what is wrong with it; the report, taken once and told apart."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import i18n
from app.campaigns.models import Total
from app.campaigns.queries import get_campaign
from app.campaigns.rules import State
from app.db import Database
from app.errors import Refused
from app.events import paper
from app.events.models import EventReport
from app.factory import create_app
from app.paper.typesetting import Unprintable
from app.site import Bounds
from config import Config, Environment
from tests import make
from tests.pages.visitor import filled, hidden, read

PAGE, PACK = "/en/actions/lopez/event", "/en/actions/lopez/pack.pdf"


@pytest.fixture
def lopez(database: Database) -> int:
    """The id of the target of an open action with texts in English, Spanish and Arabic."""
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez", languages=("en", "es", "ar"), published_at=datetime.fromisoformat("2026-03-05T10:00Z"))
        return campaign.targets[0].target_id


def asked(target: int | str, **changes: object) -> str:
    """The address of a pack."""
    values: dict[str, object] = {"writers": 3, "to": target, "letter": "es", "paper": "a4", **changes}
    return f"{PACK}?{urlencode({name: value for name, value in values.items() if value is not None})}"


def told(page: str, **changes: str) -> dict[str, str]:
    """The form of a report, filled in by somebody who wrote."""
    values = {
        "token": hidden(page, "token"),
        "leave": "",
        "letters": "12",
        "channel": "post",
        "held_on": "2026-03-09",
        "place": "Tetuán",
        "group_name": "Coro del barrio",
        "email": "eva@mail.example",
    }
    return values | changes


def send(client: FlaskClient, path: str = PAGE, **changes: str) -> TestResponse:
    return client.post(path, data=told(read(client, path), **changes))


def reports(database: Database) -> list[EventReport]:
    with database.reading() as session:
        return list(session.scalars(select(EventReport)))


@pytest.mark.parametrize("size", ["a4", "us-letter"])
def test_pack_is_one_pdf_for_so_many_writers(client: FlaskClient, lopez: int, size: str) -> None:
    answer = client.get(asked(lopez, writers=12, paper=size))
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="lopez-es-12.pdf"'
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 1 + 12 + 2
    assert "Stop the eviction of the López family (en)" in pages[0].extract_text().replace("\n", " ")
    assert all("Sra. Ministra:" in page.extract_text() for page in pages[1:13])


def test_pack_that_is_asked_for_in_arabic_digits_is_made(client: FlaskClient, lopez: int) -> None:
    answer = client.get(asked(lopez, writers="٢"))
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 1 + 2 + 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"writers": 0}, "writers", "Enter a number from 1 to 1000."),
        ({"writers": 1001}, "writers", "Enter a number from 1 to 1000."),
        ({"writers": -1}, "writers", "Enter a number from 1 to 1000."),
        ({"writers": "many"}, "writers", "Enter a number from 1 to 1000."),
        ({"writers": "9" * 5000}, "writers", "Enter a number from 1 to 1000."),
        ({"writers": None}, "writers", "Enter a number from 1 to 1000."),
        ({"to": 999_999}, "to", "Choose an office from the list."),
        ({"to": "x"}, "to", "Choose an office from the list."),
        ({"letter": "ru"}, "letter", "Choose a language of the list."),
        ({"paper": "a3"}, "paper", "Choose a paper of the list."),
        ({"paper": None}, "paper", "Choose a paper of the list."),
    ],
)
def test_what_cannot_be_printed_is_named_at_its_field(
    client: FlaskClient, lopez: int, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], field: str, words: str
) -> None:
    monkeypatch.setattr(paper, "make_apart", _never)
    answer = client.get(asked(lopez, **changes))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'<a href="#{field}">{words}</a>' in body
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-error', body)
    assert body.count('class="error"') == 1
    if field != "writers":
        assert re.search(r'id="writers"[^>]* value="3"', body), "what was typed stays"


def _never(*_arguments: object, **_more: object) -> bytes:
    raise AssertionError("no pack may be made of this")


def test_address_of_the_pack_without_a_wish_leads_to_the_form(client: FlaskClient, lopez: int) -> None:
    assert client.get(PACK).location == PAGE


@pytest.mark.parametrize(
    ("changes", "page", "pack"),
    [
        ({"state": State.DRAFT}, 404, 404),
        ({"state": State.PAUSED}, 200, 404),
        ({"state": State.CLOSED}, 200, 404),
        ({"deadline_on": date(2026, 3, 9)}, 200, 404),
    ],
    ids=["draft", "paused", "closed", "expired"],
)
def test_pack_is_there_while_the_action_is_open(client: FlaskClient, database: Database, changes: dict[str, object], page: int, pack: int) -> None:
    with database.transaction() as session:
        target = make.campaign(session, slug="lopez", **changes).targets[0].target_id  # type: ignore[arg-type]
    assert client.get(PAGE).status_code == page
    assert client.get(asked(target)).status_code == pack


def test_action_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for answer in (client.get(PAGE), client.get(asked(1)), client.post(PAGE, data={"token": "x"})):
        assert answer.status_code == 404


def test_network_that_prints_too_often_is_asked_to_wait(config: Config, lopez: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "make_apart", lambda _pack, made_at: b"%PDF")
    web = create_app(replace(config, environment=Environment.DEMO, bounds=Bounds(packs_per_network_hour=1)))
    client = web.test_client()
    assert client.get(asked(lopez)).status_code == 200
    second = client.get(asked(lopez, writers=7))
    assert second.status_code == 429
    body = second.get_data(as_text=True)
    assert "Many packs were made for your network." in body
    assert re.search(r'id="writers"[^>]* value="7"', body)
    web.extensions["vigil"].database.close()


def _busy() -> bytes:
    raise paper.Busy


def _slow() -> bytes:
    raise Refused("This pack takes too long to make. Please ask for fewer letters at a time.")


def _unprintable() -> bytes:
    raise Unprintable(["\U0001f54a"])


@pytest.mark.parametrize(
    ("fails", "status", "words", "retry"),
    [
        (_busy, 503, "Other groups are having their packs made.", "60"),
        (_slow, 409, "Please ask for fewer letters", None),
        (_unprintable, 409, "no font for some signs of these letters (\U0001f54a)", None),
    ],
    ids=["busy", "slow", "no font"],
)
def test_pack_that_cannot_be_made_now_says_why(
    client: FlaskClient, lopez: int, monkeypatch: pytest.MonkeyPatch, fails: Callable[[], bytes], status: int, words: str, retry: str | None
) -> None:
    monkeypatch.setattr(paper, "make_apart", lambda _pack, made_at: fails())
    answer = client.get(asked(lopez))
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert answer.headers.get("Retry-After") == retry


def test_report_is_counted_and_thanked_for_apart_from_people(client: FlaskClient, database: Database, lopez: int) -> None:
    assert "Letter-writing groups" not in read(client, "/en/actions/lopez/")
    answer = send(client)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?done=reported")
    thanks = read(client, answer.location)
    assert "Thank you. Your letters are counted." in thanks
    assert "Groups report 12 letters on paper so far." in thanks
    (stored,) = reports(database)
    assert (stored.letters, stored.channel, stored.held_on, stored.place, stored.group_name, stored.email) == (
        12,
        "post",
        date(2026, 3, 9),
        "Tetuán",
        "Coro del barrio",
        "eva@mail.example",
    )
    page = read(client, "/en/actions/lopez/")
    assert "Letter-writing groups report 12 letters on paper." in page
    assert "Nobody has written yet" in page
    with database.transaction() as session:
        session.add(Total(campaign_id=get_campaign(session, "lopez").id, measure="people", evidence="sent", n=3))
    page = read(client, "/en/actions/lopez/")
    assert "3 people have written" in page
    assert "Letter-writing groups report 12 letters on paper." in page


def test_report_needs_no_name_and_no_address(client: FlaskClient, database: Database, lopez: int) -> None:
    assert send(client, place="", group_name="", email=" ", letters="١٢").status_code == 303
    (stored,) = reports(database)
    assert (stored.letters, stored.place, stored.group_name, stored.email, stored.email_hash) == (12, "", "", None, None)


def test_form_sent_twice_is_thanked_twice_and_counted_once(client: FlaskClient, database: Database, lopez: int) -> None:
    form = told(read(client, PAGE))
    assert [client.post(PAGE, data=form).status_code for _ in range(2)] == [303, 303]
    assert len(reports(database)) == 1
    assert hidden(read(client, PAGE), "token") != form["token"], "a new page has a form of its own"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"letters": ""}, "letters", "Enter a number from 1 to 1000."),
        ({"letters": "1001"}, "letters", "Enter a number from 1 to 1000."),
        ({"letters": "1.5"}, "letters", "Enter a number from 1 to 1000."),
        ({"channel": ""}, "channel", "Choose how the letters went out."),
        ({"channel": "pigeon"}, "channel", "Choose how the letters went out."),
        ({"held_on": ""}, "held_on", "Enter the day on which you wrote."),
        ({"held_on": "2026-02-30"}, "held_on", "Enter a day of the calendar"),
        ({"held_on": "2026-03-12"}, "held_on", "This day is still to come."),
        ({"held_on": "2026-03-03"}, "held_on", "This day was before the action opened."),
        ({"place": "x" * 101}, "place", "100 characters fit"),
        ({"group_name": "x" * 101}, "group_name", "100 characters fit"),
        ({"email": "eva"}, "email", "has an @ in it"),
    ],
)
def test_mistake_is_named_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, database: Database, lopez: int, changes: dict[str, str], field: str, words: str
) -> None:
    answer = send(client, **changes)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'<a href="#{field}">[^<]*{re.escape(words)}', body)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-error', body)
    assert body.count('class="error"') == 1
    kept = {"letters": "12", "held_on": "2026-03-09", "place": "Tetuán", "group_name": "Coro del barrio", "email": "eva@mail.example"} | changes
    for name, value in kept.items():
        if name != "channel":
            assert re.search(rf'id="{name}"[^>]* value="{re.escape(value)}"', body), name
    assert field == "channel" or re.search(r'<option value="post" selected', body)
    assert reports(database) == []
    again = told(body, **{name: value for name, value in kept.items() if name not in changes})
    assert client.post(PAGE, data=again | {"channel": "hand"}).status_code == 303, "mended, it is taken"


@pytest.mark.parametrize("language", ["es", "ar"])
def test_messages_are_in_the_readers_language(client: FlaskClient, lopez: int, language: str) -> None:
    body = send(client, f"/{language}/actions/lopez/event", letters="0", held_on="2026-03-12").get_data(as_text=True)
    with i18n.speaking(language):
        assert i18n._("Enter a number from 1 to %(most)s.", most=1000) in body
    answer = send(client, f"/{language}/actions/lopez/event", held_on="2026-03-12")
    with i18n.speaking(language):
        assert i18n._("This day is still to come. Please report the letters once they are on their way.") in answer.get_data(as_text=True)


@pytest.mark.parametrize("changes", [{"leave": "http://spam.example"}, {"token": "forged"}, {"token": ""}], ids=["trap", "forged", "none"])
def test_form_that_did_not_arrive_whole_may_be_sent_again(client: FlaskClient, database: Database, lopez: int, changes: dict[str, str]) -> None:
    answer = send(client, **changes)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "please send it again" in body
    assert 'value="Coro del barrio"' in body
    assert "spam.example" not in body
    assert reports(database) == []
    assert client.post(PAGE, data=told(body)).status_code == 303


def test_token_of_another_form_is_not_taken(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="other")
    sign_up = read(client, "/en/actions/lopez/")
    assert send(client, token=hidden(sign_up, "token")).status_code == 422, "that of a sign-up"
    assert send(client, token=hidden(read(client, "/en/actions/other/event"), "token")).status_code == 422, "that of another action"
    assert reports(database) == []
    report_token = hidden(read(client, PAGE), "token")
    assert client.post("/en/actions/lopez/sign-up", data=filled(sign_up, token=report_token)).status_code == 422, "and none of ours signs up"


def test_form_left_open_for_a_day_may_be_sent_again(client: FlaskClient, database: Database, lopez: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, PAGE)
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.post(PAGE, data=told(page)).status_code == 422
    assert reports(database) == []


def test_form_from_another_site_is_refused(client: FlaskClient, database: Database, lopez: int) -> None:
    assert client.post(PAGE, data=told(read(client, PAGE)), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert reports(database) == []


def test_report_that_comes_too_late_leads_to_the_page_that_says_so(client: FlaskClient, database: Database, lopez: int) -> None:
    form = told(read(client, PAGE))
    with database.transaction() as session:
        get_campaign(session, "lopez").state = State.PAUSED
    answer = client.post(PAGE, data=form)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "It takes no letters and no reports now." in read(client, PAGE)
    assert reports(database) == []


def test_network_that_reports_too_often_keeps_what_was_typed(config: Config, database: Database, lopez: int) -> None:
    web = create_app(replace(config, environment=Environment.DEMO, bounds=Bounds(event_reports_per_network_day=1, glance_seconds=0)))
    client = web.test_client()
    assert send(client, letters="0").status_code == 422, "a mistake uses up nothing"
    first, second = send(client), send(client, place="Rabat")
    assert (first.status_code, second.status_code) == (303, 429)
    body = second.get_data(as_text=True)
    assert "Many reports came from your network today." in body
    assert 'value="Rabat"' in body
    assert len(reports(database)) == 1
    web.extensions["vigil"].database.close()


@pytest.mark.parametrize(
    ("changes", "asks", "reports_open"),
    [
        ({}, True, True),
        ({"state": State.PAUSED}, False, False),
        ({"deadline_on": date(2026, 3, 9)}, False, True),
        ({"deadline_on": date(2026, 2, 20)}, False, False),
        ({"state": State.CLOSED}, False, True),
    ],
    ids=["open", "paused", "just expired", "long expired", "just closed"],
)
def test_page_offers_what_can_be_done_now(
    client: FlaskClient, database: Database, changes: dict[str, object], asks: bool, reports_open: bool
) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="lopez", **changes)  # type: ignore[arg-type]
    page = read(client, PAGE)
    assert ('name="writers"' in page, 'name="held_on"' in page) == (asks, reports_open)
    assert ("It takes no letters and no reports now." in page) == (not asks and not reports_open)
    action = read(client, "/en/actions/lopez/")
    assert (f'href="{PAGE}"' in action) == reports_open
    assert ("Writing together?" in action, "Did you write together?" in action) == (asks, reports_open and not asks)


def test_what_groups_reported_is_still_told_when_nobody_else_wrote_and_it_is_over(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez", state=State.CLOSED)
        session.add(Total(campaign_id=campaign.id, measure="events", evidence="reported", n=1))
    page = read(client, "/en/actions/lopez/")
    assert "Letter-writing groups report 1 letter on paper." in page
    assert "Nobody has written yet" not in page


def test_page_proposes_the_letter_the_reader_would_be_shown(client: FlaskClient, lopez: int) -> None:
    page = read(client, "/es/actions/lopez/event")
    assert re.search(r'<option value="en" selected', page), "the officials prefer English"
    assert f'<option value="{lopez}" selected' in page
    assert "Set-Cookie" not in client.get(PAGE).headers


def test_typed_markup_is_shown_as_typed(client: FlaskClient, lopez: int) -> None:
    assert "<script>" not in send(client, place='"><script>', letters="0").get_data(as_text=True)
