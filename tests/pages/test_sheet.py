"""The sheet at the public door: in which languages, for whom, and how long it is kept."""

import io
from datetime import timedelta

import pypdf
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.campaigns import actions
from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.campaigns.rules import Outcome, State
from app.db import Database
from app.pages import sheet as door
from tests import make
from tests.pages.visitor import read


@pytest.fixture(autouse=True)
def lopez(database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="lopez", reference="UA 9/26", languages=("en", "es", "pt"))


def change(database: Database, **changes: object) -> None:
    with database.transaction() as session:
        campaign: Campaign = get_campaign(session, "lopez")
        for name, value in changes.items():
            setattr(campaign, name, value)


def words(answer: TestResponse) -> str:
    assert answer.status_code == 200
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)


@pytest.mark.parametrize(
    ("address", "language", "page"),
    [
        ("/en/actions/lopez/sheet.pdf", "en", "en"),
        ("/es/actions/lopez/sheet.pdf", "es", "es"),
        ("/ar/actions/lopez/sheet.pdf", "en", "en"),
        ("/es/actions/lopez/sheet.pdf?text=pt", "pt", "es"),
        ("/es/actions/lopez/sheet.pdf?text=tlh", "es", "es"),
        ("/ar/actions/lopez/sheet.pdf?text=", "en", "en"),
    ],
)
def test_sheet_is_in_the_language_asked_for_or_the_readers_and_leads_to_the_page(client: FlaskClient, address: str, language: str, page: str) -> None:
    answer = client.get(address)
    said = " ".join(words(answer).split())
    assert f"Stop the eviction of the López family ({language})" in said
    assert f"/{page}/actions/lopez/" in said.replace(" ", "")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="UA-9-26-{language}.pdf"'
    assert "Set-Cookie" not in answer.headers


def test_reader_who_has_the_sheet_gets_no_second_one(client: FlaskClient) -> None:
    first = client.get("/en/actions/lopez/sheet.pdf")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/en/actions/lopez/sheet.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/es/actions/lopez/sheet.pdf", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_head_answers_as_get_does_without_the_sheet(client: FlaskClient) -> None:
    got, head = client.get("/en/actions/lopez/sheet.pdf"), client.head("/en/actions/lopez/sheet.pdf")
    assert head.data == b""
    assert {name: head.headers[name] for name in ("ETag", "Content-Type", "Content-Length")} == {
        name: got.headers[name] for name in ("ETag", "Content-Type", "Content-Length")
    }


def test_sheet_is_typeset_once_a_day_in_each_language(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    printed = door._printed
    monkeypatch.setattr(door, "_printed", lambda fresh: made.append(fresh.language) or printed(fresh))
    for address in ("/en/actions/lopez/sheet.pdf", "/en/actions/lopez/sheet.pdf?text=en", "/en/actions/lopez/sheet.pdf?text=xx"):
        client.get(address)
    client.get("/en/actions/lopez/sheet.pdf?text=es")
    assert made == ["en", "es"]
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(days=1))
    assert "Time left on 11 March 2026: 13 days" in words(client.get("/en/actions/lopez/sheet.pdf"))
    assert made == ["en", "es", "en"]


def test_sheet_is_made_anew_when_something_on_it_changes(client: FlaskClient, database: Database) -> None:
    client.get("/en/actions/lopez/sheet.pdf")
    with database.transaction() as session:
        campaign = get_campaign(session, "lopez")
        campaign.people[0].name = "María Gómez"
        campaign.version += 1
    assert "María Gómez" in words(client.get("/en/actions/lopez/sheet.pdf"))


def test_what_is_kept_is_bounded(client: FlaskClient) -> None:
    client.get("/en/actions/lopez/sheet.pdf")
    assert door.sheets._most == door.MOST_SHEETS <= 256
    assert all(page.body.startswith(b"%PDF") and not page.packed for page in door.sheets._pages.values())


def test_a_draft_and_what_does_not_exist_are_not_found(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="draft", state=State.DRAFT)
    for slug in ("draft", "nowhere"):
        assert client.get(f"/en/actions/{slug}/sheet.pdf").status_code == 404
    assert client.get("/xx/actions/lopez/sheet.pdf").status_code == 404


def test_the_sheet_of_an_expired_action_says_not_to_write(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/en/actions/lopez/sheet.pdf")
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(days=15))
    said = words(client.get("/en/actions/lopez/sheet.pdf"))
    assert "The deadline has passed" in said
    assert "Rua do Exemplo" not in said


def test_the_sheet_of_a_closed_action_tells_the_outcome(client: FlaskClient, database: Database) -> None:
    client.get("/en/actions/lopez/sheet.pdf")
    with database.transaction() as session:
        campaign = get_campaign(session, "lopez")
        now = clock.now()
        actions.close(session, campaign, outcome=Outcome.GOOD, outcome_on=now.date(), story={"en": "They stayed."}, actor="tests", now=now)
    said = words(client.get("/en/actions/lopez/sheet.pdf"))
    for expected in ("This action has ended", "It ended well · 10 March 2026", "They stayed."):
        assert expected in said
    assert "Rua do Exemplo" not in said


def test_signs_without_a_font_are_named_with_a_way_out(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        get_campaign(session, "lopez").edition.texts[0].case = "\U00012000"
    answer = client.get("/en/actions/lopez/sheet.pdf")
    assert answer.status_code == 409
    assert "\U00012000" in answer.text
    assert "print the page of this action from your browser" in answer.text


@pytest.mark.parametrize("state", [State.PUBLISHED, State.CLOSED, State.PAUSED])
def test_the_page_of_the_action_leads_to_its_sheet(client: FlaskClient, database: Database, state: State) -> None:
    change(database, state=state, closed_at=clock.now(), version=2)
    assert 'href="/es/actions/lopez/sheet.pdf">Imprimir la hoja (PDF)</a>' in read(client, "/es/actions/lopez/")
