import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text

from app import clock, i18n
from app.campaigns.models import Campaign, TimelineEvent, Total
from app.campaigns.rules import Outcome, State
from app.db import Database
from app.deliveries.models import Delivery
from app.factory import create_app
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, LetterState
from app.site import Bounds
from config import Config, Environment
from tests import make
from tests.pages.visitor import filled, read, sign_up


@pytest.fixture
def lopez(database: Database) -> int:
    """An open action with a minister who reads Portuguese and English and an office without e-mail; texts in en, es and pt."""
    with database.transaction() as session:
        campaign = make.campaign(
            session, slug="lopez", languages=("en", "es", "pt"), copies=[make.target(session, role="Ombudsman", emails=[], fax="+351 21 000")]
        )
        campaign.edition.preferred_languages = ["pt", "en"]
        campaign.timeline = [TimelineEvent(position=0, on=date(2026, 2, 1), text={"en": "The notice came.", "es": "Llegó el aviso."})]
        return campaign.id


def appeals(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Appeal)) or 0


def test_office_is_shown_with_its_address_and_numbers_as_dialled_from_abroad(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        address = {"street": "Rua do Exemplo 8", "city": "Lisboa", "postcode": "1000-001"}
        official = make.target(session, address=address, phone="21 000 01 00", fax="+351 (0) 21 000 01 01")
        make.campaign(session, slug="dias", targets=[official])
    page = read(client, "/en/actions/dias/")
    assert "<bdi>Rua do Exemplo 8</bdi><br>  <bdi>1000-001 Lisboa</bdi>" in page
    assert '<bdi dir="ltr"><a href="tel:+351-21-000-0100">+351 21 000 0100</a></bdi>' in page
    assert '<bdi dir="ltr">+351 21 000 0101</bdi>' in page


def test_page_tells_the_case_and_the_deadline(client: FlaskClient, lopez: int) -> None:
    page = read(client, "/en/actions/lopez/")
    for words in (
        "Stop the eviction of the López family (en)",
        "María López",
        "A family of five is to lose its home.",
        "Offer a home nearby.",
        "Tuesday, 24 March 2026",
        "until the end of the day, Lisbon time",
        "14 days left",
        "Reads Portuguese and English.",
        "Rua do Exemplo 1",
        "+351 21 000",
        "No e-mail: reached by post or fax.",
        "The notice came.",
        "Nobody has written yet",
    ):
        assert words in page, words
    assert '<time datetime="2026-03-24T23:59:59+00:00">' in page


def test_public_number_is_shown_with_sent_and_reported_apart(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        session.add(Total(campaign_id=lopez, measure="people", evidence="sent", n=9))
        session.add(Total(campaign_id=lopez, measure="people", evidence="reported", n=3))
        session.add(Total(campaign_id=lopez, measure="letters", evidence="handed_over", n=500))
    page = read(client, "/en/actions/lopez/")
    assert "12 people have written" in page
    assert "9 sent from here, 3 say they sent it themselves" in page


@pytest.mark.parametrize(
    ("reader", "asked", "letter", "beside"),
    [
        ("en", "", "en", None),
        ("es", "", "pt", "es"),
        ("es", "es", "es", None),
        ("en", "es", "es", "en"),
        ("ar", "pt", "pt", "en"),
        ("ar", "en", "en", None),
    ],
)
def test_letter_is_shown_in_a_language_of_its_reader_beside_a_foreign_one(
    client: FlaskClient, lopez: int, reader: str, asked: str, letter: str, beside: str | None
) -> None:
    page = read(client, f"/{reader}/actions/lopez/" + (f"?letter={asked}" if asked else ""))
    assert f'<article class="sheet" lang="{letter}"' in page
    crib = re.search(r'<details class="crib" open>.*?</details>', page, re.DOTALL)
    assert (crib is not None) == (beside is not None)
    if crib is not None:
        assert f"({beside})" in crib[0]
        assert "Offer a home nearby." in crib[0], "the demands stand beside the letter too"


@pytest.mark.parametrize(
    ("reads", "preferred", "said"),
    [
        (["el", "pt"], ["el"], "There is no letter in Greek; this one is in Portuguese, which this office reads."),
        (["el"], ["el"], "There is no letter in Greek; this one is in English."),
        ([], ["el", "pt"], "There is no letter in Greek; this one is in Portuguese, which this office reads."),
        (["el", "pt"], ["pt"], ""),
        (["el"], [], ""),
    ],
)
def test_letter_in_another_language_than_the_office_reads_best_says_so(
    client: FlaskClient, database: Database, lopez: int, reads: list[str], preferred: list[str], said: str
) -> None:
    with database.transaction() as session:
        campaign = session.get_one(Campaign, lopez)
        campaign.edition.preferred_languages = preferred
        campaign.targets[0].target.languages = reads
    page = read(client, "/en/actions/lopez/")
    assert re.findall(r"There is no letter in[^<]*", page) == ([said] if said else [])
    assert "There is no letter in" not in read(client, "/en/actions/lopez/?letter=es"), "whoever chooses knows what is there"


def test_note_on_copies_stands_once_under_the_letter(client: FlaskClient, lopez: int) -> None:
    assert read(client, "/en/actions/lopez/?letter=en").count(">cc: ") == 1


def test_page_says_where_there_is_no_text_in_the_readers_language(client: FlaskClient, lopez: int) -> None:
    arabic = read(client, "/ar/actions/lopez/?letter=en")
    assert arabic.count('class="notice"') == 1, "the case is told in English, and this is said"
    assert 'class="crib hint"' in arabic
    assert '<div lang="en" dir="ltr">' in arabic
    assert 'class="notice"' not in read(client, "/es/actions/lopez/")


def test_letter_can_be_read_before_anything_is_asked(client: FlaskClient, lopez: int) -> None:
    page = read(client, "/en/actions/lopez/")
    assert page.index("I am writing about María López.") < page.index("<form")
    assert "Your name and signature" in page


def test_letter_of_another_target_opens_with_its_own_salutation(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        other = make.target(session, role="Mayor", salutations={"en": "Dear Mayor"})
        campaign = session.get_one(Campaign, lopez)
        campaign.targets[1].target = other
    page = read(client, f"/en/actions/lopez/?letter=en&to={other.id}")
    assert "Dear Mayor," in page
    assert "Dear Minister," not in page


@pytest.mark.parametrize("arguments", ["?letter=xx", "?letter=en&to=999", "?to=abc", "?letter=" + "e" * 500])
def test_arguments_that_mean_nothing_lead_to_the_plain_page_and_are_not_kept(client: FlaskClient, lopez: int, arguments: str) -> None:
    answer = client.get(f"/en/actions/lopez/{arguments}")
    assert (answer.status_code, answer.location) == (302, "/en/actions/lopez/")


@pytest.mark.parametrize("path", ["/en/actions/nothing/", "/en/actions/draft/", "/en/actions/draft/letter.pdf"])
def test_action_that_is_not_public_is_not_found(client: FlaskClient, database: Database, path: str) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="draft", state=State.DRAFT)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": State.PAUSED}, "This action is paused"),
        ({"deadline_on": date(2026, 3, 9)}, "The deadline has passed"),
        ({"state": State.CLOSED, "outcome_kind": Outcome.GOOD, "outcome_story": {"en": "They stay in their home."}}, "They stay in their home."),
    ],
    ids=["paused", "expired", "closed"],
)
def test_action_that_takes_no_letters_says_why_and_whom_to_ask(
    client: FlaskClient, database: Database, changes: dict[str, object], words: str
) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="lopez", **changes)  # type: ignore[arg-type]
    page = read(client, "/en/actions/lopez/")
    assert words in page
    assert "office@vigil.example" in page
    assert "<form" not in page
    assert 'class="sheet"' not in page
    assert client.get("/en/actions/lopez/letter.pdf").status_code == 404


def test_paused_action_is_not_told_as_if_it_had_ended(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="lopez", state=State.PAUSED)
    page = read(client, "/en/actions/lopez/")
    assert "What the letters ask<" in page
    assert "Who was written to" not in page


def test_nothing_is_ticked_before_its_reader_ticks_it(client: FlaskClient, lopez: int) -> None:
    page = read(client, "/en/actions/lopez/")
    ticks = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    assert len(ticks) == 3
    assert not [tick for tick in ticks if "checked" in tick]


def test_crowd_that_asks_at_once_shares_one_look_at_the_database(config: Config, database: Database, lopez: int) -> None:
    web = create_app(replace(config, bounds=Bounds(glance_seconds=0.5)))
    looks: list[str] = []
    event.listen(web.extensions["vigil"].database.engine, "before_cursor_execute", lambda *told: looks.append(told[2]))
    client = web.test_client()
    read(client, "/en/actions/lopez/")
    read(client, "/en/actions/lopez/")
    looks.clear()
    for _ in range(3):
        assert "14 days left" in read(client, "/en/actions/lopez/")
    assert not looks
    with database.transaction() as session:
        session.add(Total(campaign_id=lopez, measure="people", evidence="sent", n=1))
    time.sleep(0.6)
    assert "1 person has written" in read(client, "/en/actions/lopez/")
    web.extensions["vigil"].database.close()


def test_page_changes_with_the_campaign_and_the_count_and_the_day(
    client: FlaskClient, database: Database, lopez: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "14 days left" in read(client, "/en/actions/lopez/")
    with database.transaction() as session:
        session.add(Total(campaign_id=lopez, measure="people", evidence="sent", n=1))
    assert "1 person has written" in read(client, "/en/actions/lopez/")
    with database.transaction() as session:
        campaign = session.get_one(Campaign, lopez)
        campaign.edition.texts[0].summary = "There is news."
        campaign.version += 1
    assert "There is news." in read(client, "/en/actions/lopez/")
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(days=1))
    assert "13 days left" in read(client, "/en/actions/lopez/")


def test_page_is_not_sent_again_to_who_has_it(client: FlaskClient, lopez: int) -> None:
    first = client.get("/en/actions/lopez/")
    again = client.get("/en/actions/lopez/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Content-Security-Policy" in first.headers
    assert "Set-Cookie" not in first.headers


def test_database_that_is_away_is_told_in_the_readers_language(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        session.execute(text("ALTER TABLE total RENAME TO away"))
    answer = client.get("/es/actions/lopez/")
    with database.transaction() as session:
        session.execute(text("ALTER TABLE away RENAME TO total"))
    assert answer.status_code in {500, 503}
    assert '<html lang="es"' in answer.get_data(as_text=True)


def test_head_and_get_answer_alike(client: FlaskClient, lopez: int) -> None:
    read(client, "/en/actions/lopez/")
    assert client.head("/en/actions/lopez/").status_code == 200


def test_blank_letters_are_printed_one_page_each(client: FlaskClient, lopez: int) -> None:
    answer = client.get("/en/actions/lopez/letter.pdf?letter=es")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")


def test_sign_up_makes_a_draft_with_its_letters_and_one_confirmation(client: FlaskClient, database: Database, lopez: int, now: datetime) -> None:
    answer = sign_up(client, "lopez", letter="es", remind="y")
    assert answer.status_code == 303
    assert answer.location.startswith("/en/appeals/")
    with database.reading() as session:
        appeal = session.scalars(select(Appeal)).one()
        assert (appeal.state, appeal.name, appeal.email, appeal.country, appeal.place) == (
            AppealState.DRAFT,
            "Eva Gil",
            "eva@mail.example",
            "ES",
            "Sevilla",
        )
        assert (appeal.language, appeal.letter_language, appeal.remind, appeal.tell_new, appeal.wants_letter) == ("en", "es", True, False, True)
        assert [letter.state for letter in session.scalars(select(Letter))] == [LetterState.PREPARED], "the office without e-mail is the writer's own"
        assert session.scalars(select(Delivery.mail)).all() == ["confirm"]


def test_one_may_sign_up_for_the_reminder_alone(client: FlaskClient, database: Database, lopez: int) -> None:
    assert sign_up(client, "lopez", only_remind="y", prepare=None).status_code == 303
    with database.reading() as session:
        appeal = session.scalars(select(Appeal)).one()
        assert (appeal.wants_letter, appeal.remind, appeal.letters) == (False, True, [])


def test_known_address_gets_the_same_answer(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        make.supporter(session, email="eva@mail.example")
    known, unknown = (sign_up(client, "lopez", email=email) for email in ("eva@mail.example", "nobody@mail.example"))
    shape = re.compile(r"/en/appeals/[\w.-]+/")
    assert (known.status_code, unknown.status_code) == (303, 303)
    assert shape.fullmatch(known.location)
    assert shape.fullmatch(unknown.location)
    assert len(known.location) == len(unknown.location)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Enter your name"),
        ({"name": "x" * 101}, "name", "100 characters fit"),
        ({"email": ""}, "email", "Enter your e-mail address."),
        ({"email": "eva"}, "email", "has an @ in it"),
        ({"email": "eva@"}, "email", "Please check it for typing errors."),
        ({"country": ""}, "country", "Choose your country"),
        ({"country": "XX"}, "country", "Choose your country"),
        ({"place": "x" * 101}, "place", "100 characters fit"),
        ({"consent": None}, "consent", "Tick this box"),
    ],
)
def test_mistake_is_named_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, database: Database, lopez: int, changes: dict[str, str | None], field: str, words: str
) -> None:
    page = read(client, "/en/actions/lopez/?letter=es")
    answer = client.post("/en/actions/lopez/sign-up", data=filled(page, tell_new="y", **{"place": "Évora", **changes}))  # type: ignore[arg-type]
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in body
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-error', body)
    assert words in body
    assert '<article class="sheet" lang="es"' in body, "the letter they had chosen"
    assert re.search(r'id="tell_new"[^>]* checked', body)
    assert field == "place" or 'value="Évora"' in body
    assert appeals(database) == 0


def test_messages_are_in_the_readers_language(client: FlaskClient, app: Flask, lopez: int) -> None:
    answer = client.post("/es/actions/lopez/sign-up", data=filled(read(client, "/es/actions/lopez/"), name=""))
    with i18n.speaking("es"):
        assert i18n._("Enter your name: it stands under the letter.") in answer.get_data(as_text=True)


@pytest.mark.parametrize("changes", [{"leave": "http://spam.example"}, {"token": "forged"}, {"token": ""}], ids=["trap", "forged", "none"])
def test_form_that_did_not_arrive_whole_may_be_sent_again(client: FlaskClient, database: Database, lopez: int, changes: dict[str, str]) -> None:
    answer = client.post("/en/actions/lopez/sign-up", data=filled(read(client, "/en/actions/lopez/"), **changes))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "please send it again" in body
    assert 'value="eva@mail.example"' in body
    assert appeals(database) == 0
    assert client.post("/en/actions/lopez/sign-up", data=filled(body)).status_code == 303


def test_token_of_another_actions_form_is_not_taken(client: FlaskClient, database: Database, lopez: int) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="other")
    page = read(client, "/en/actions/other/")
    assert client.post("/en/actions/lopez/sign-up", data=filled(page)).status_code == 422


def test_form_left_open_for_a_day_may_be_sent_again(client: FlaskClient, lopez: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(client, "/en/actions/lopez/")
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post("/en/actions/lopez/sign-up", data=filled(page))
    assert answer.status_code == 422
    assert 'value="Eva Gil"' in answer.get_data(as_text=True)


def test_sign_up_after_the_close_leads_back_to_the_page_that_says_so(client: FlaskClient, database: Database, lopez: int) -> None:
    page = read(client, "/en/actions/lopez/")
    with database.transaction() as session:
        campaign = session.get_one(Campaign, lopez)
        campaign.state, campaign.closed_at = State.CLOSED, campaign.published_at
    answer = client.post("/en/actions/lopez/sign-up", data=filled(page))
    assert (answer.status_code, answer.location) == (303, "/en/actions/lopez/")
    assert appeals(database) == 0


def test_form_from_another_site_is_refused(client: FlaskClient, database: Database, lopez: int) -> None:
    page = read(client, "/en/actions/lopez/")
    answer = client.post("/en/actions/lopez/sign-up", data=filled(page), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert appeals(database) == 0


def test_switching_language_after_a_mistake_leads_to_the_page(client: FlaskClient, lopez: int) -> None:
    body = client.post("/en/actions/lopez/sign-up", data=filled(read(client, "/en/actions/lopez/"), name="")).get_data(as_text=True)
    assert 'href="/es/actions/lopez/sign-up"' in body
    assert client.get("/es/actions/lopez/sign-up").location == "/es/actions/lopez/"


def test_network_that_signs_up_too_often_is_asked_to_wait_and_keeps_what_was_typed(config: Config, lopez: int) -> None:
    web = create_app(replace(config, environment=Environment.DEMO, bounds=Bounds(sign_ups_per_network_hour=1)))
    client = web.test_client()
    first, second = (sign_up(client, "lopez", email=email) for email in ("one@mail.example", "two@mail.example"))
    assert (first.status_code, second.status_code) == (303, 429)
    body = second.get_data(as_text=True)
    assert "Many sign-ups came from your network." in body
    assert 'value="two@mail.example"' in body
    web.extensions["vigil"].database.close()


def test_typed_markup_is_shown_as_typed(client: FlaskClient, lopez: int) -> None:
    answer = client.post("/en/actions/lopez/sign-up", data=filled(read(client, "/en/actions/lopez/"), name='"><script>', email=""))
    assert "<script>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("days", "offered"), [(14, True), (1, True), (0, False)])
def test_reminder_is_offered_while_one_can_still_come(client: FlaskClient, database: Database, days: int, offered: bool) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="soon", deadline_on=date(2026, 3, 10) + timedelta(days=days))
    assert ('name="only_remind"' in read(client, "/en/actions/soon/")) == offered
