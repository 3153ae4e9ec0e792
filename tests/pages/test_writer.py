"""What a writer may do with letter and self on their page: write freely, choose what is shown, follow the way, take it all along."""

import email.policy
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from email import message_from_bytes

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from app import tokens
from app.campaigns.models import Campaign
from app.db import Database
from app.deliveries.jobs import send_due
from app.letters import jobs
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import Channel, LetterState, Safety
from app.site import Site
from app.tokens import Purpose
from tests import make
from tests.pages.visitor import read


@pytest.fixture
def page(database: Database, site: Site) -> str:
    """The page of Ana's appeal in Spanish to a minister with e-mail, fax and phone; her letter waits."""
    with database.transaction() as session:
        minister = make.target(session, fax="+351 21 111", phone="+351 21 222")
        campaign = make.campaign(session, targets=[minister], postage={"en": "A stamp for Europe is 1.65."})
        appeal = make.appeal(session, campaign, make.supporter(session), place="Sevilla", personal_lines="I was a tenant too.")
        appeal.letters = [Letter(target=minister, channel=Channel.PLATFORM, state=LetterState.WAITING, state_at=make.NOW, waiting_at=make.NOW)]
        return f"/en/appeals/{tokens.sign(site, Purpose.APPEAL, appeal.key)}/"


def appeal_of(database: Database) -> Appeal:
    with database.reading() as session:
        return session.scalars(select(Appeal)).one()


def change(database: Database, **values: object) -> None:
    with database.transaction() as session:
        appeal = session.scalars(select(Appeal)).one()
        for name, value in values.items():
            setattr(appeal, name, value)


def set_deadline(database: Database, day: date) -> None:
    with database.transaction() as session:
        session.scalars(select(Campaign)).one().edition.deadline_on = day


def words(pdf: bytes) -> str:
    return " ".join("\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages).split())


def test_initials_alone_reach_page_paper_and_files(client: FlaskClient, database: Database, page: str) -> None:
    typed = {"letter_language": "es", "safety": "initials", "personal_lines": "Por favor."}
    assert client.post(page, data=typed).status_code == 303
    assert appeal_of(database).safety == Safety.INITIALS
    shown = read(client, page)
    seen = shown[shown.index('id="seen-title"') :]
    assert "A. P." in seen[:600]
    assert "<bdi>Ana Pérez</bdi>" not in shown, "neither the sheet nor what the office sees holds the name"
    assert "street" not in shown[shown.index('id="ways"') :], "no street is asked for"
    pdf = client.get(page + "letter.pdf")
    assert "A. P." in words(pdf.data)
    for hidden in ("Ana", "Pérez", "Sevilla"):
        assert hidden not in words(pdf.data)
    assert "Ana" not in str(pdf.headers)


def test_initials_alone_are_in_every_file_to_take_along(client: FlaskClient, database: Database, page: str) -> None:
    change(database, safety=Safety.INITIALS)
    with zipfile.ZipFile(io.BytesIO(client.get(page + "letters.zip").data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {name.rpartition(".")[2] for name in files} == {"pdf", "txt", "eml"}
    for name, content in files.items():
        mail = message_from_bytes(content, policy=email.policy.default)
        shown = words(content) if name.endswith(".pdf") else f"{mail.items()} {mail.get_content()}" if name.endswith(".eml") else content.decode()
        assert "A. P." in shown, name
        assert not re.search("Ana|Pérez|Sevilla|mail.example", shown), name


def test_writer_with_ties_to_the_country_is_asked_to_think_first(client: FlaskClient, page: str) -> None:
    shown = read(client, page)
    assert "Do you come from Portugal, have family there, or mean to travel there?" in shown
    assert shown.index("Do you come from Portugal") < shown.index('id="safety-initials"')


def test_free_letter_goes_at_once_by_ones_own_hand_while_ours_is_held(client: FlaskClient, database: Database, page: str) -> None:
    client.post(page, data={"letter_language": "es", "rewritten": "Le escribo como vecina."})
    target = appeal_of(database).letters[0].target_id
    assert "Le%20escribo%20como%20vecina." in read(client, page)
    assert "Le escribo como vecina." in words(client.get(page + "letter.pdf").data)
    draft = message_from_bytes(client.get(page + f"letter.eml?target={target}").data, policy=email.policy.default)
    assert "Le escribo como vecina." in draft.get_content()
    client.post(page + "sent", data={"target": target, "channel": "post"})
    assert {letter.channel: letter.state for letter in appeal_of(database).letters} == {"platform": LetterState.HELD, "post": LetterState.REPORTED}


def test_languages_that_officials_prefer_come_first_and_are_marked(client: FlaskClient, database: Database, page: str) -> None:
    with database.transaction() as session:
        session.scalars(select(Campaign)).one().edition.preferred_languages = ["es"]
    shown = read(client, page)
    field = shown[shown.index('id="letter_language"') : shown.index("<optgroup")]
    assert re.findall(r'<option value="(\w+)"[^>]*>([^<]*)', field) == [("es", "español (preferred)"), ("en", "English")]


def test_street_is_on_paper_alone_and_stored_nowhere(client: FlaskClient, database: Database, page: str) -> None:
    street = "Calle Sierpes 1"
    assert street in words(client.post(page + "letter.pdf", data={"street": street}).data)
    assert street not in words(client.get(page + "letter.pdf").data)
    row = appeal_of(database)
    assert all(street not in str(value) for value in vars(row).values())


@pytest.mark.parametrize("safety", [Safety.NO_STREET, Safety.INITIALS])
def test_street_is_left_out_where_the_writer_wants_none(client: FlaskClient, database: Database, page: str, safety: Safety) -> None:
    change(database, safety=safety)
    assert "Sierpes" not in words(client.post(page + "letter.pdf", data={"street": "Calle Sierpes 1"}).data)


def test_unknown_safety_shows_the_least(client: FlaskClient, database: Database, page: str) -> None:
    client.post(page, data={"letter_language": "es", "safety": "everything"})
    assert appeal_of(database).safety == Safety.INITIALS


def test_writer_begins_a_free_letter_from_the_model_text(client: FlaskClient, database: Database, page: str) -> None:
    answer = client.post(page, data={"letter_language": "en", "start": "y", "personal_lines": "kept as typed"})
    assert answer.status_code == 200
    body = answer.get_data(as_text=True)
    field = body[body.index('id="rewritten"') :]
    assert "I am writing about María López." in field[: field.index("</textarea>")]
    assert "kept as typed" in body
    again = client.post(page, data={"letter_language": "en", "start": "y", "rewritten": "Mine already."}).get_data(as_text=True)
    assert "Mine already.</textarea>" in again, "what is typed is never written over"
    assert 'name="start"' in read(client, page)
    assert 'name="start"' not in again, "the button would do nothing"
    assert appeal_of(database).rewritten is None, "nothing is stored yet"


def test_writer_of_a_free_letter_is_told_that_it_is_read_first(client: FlaskClient, database: Database, page: str) -> None:
    assert client.post(page, data={"letter_language": "es", "rewritten": "Le escribo como vecina."}).status_code == 303
    shown = read(client, page)
    assert "Before it goes out from here one of us reads it" in shown
    assert "One of us reads it" in shown
    assert appeal_of(database).letters[0].state == LetterState.HELD


def test_own_share_is_shown_as_help(client: FlaskClient, page: str) -> None:
    client.post(page, data={"letter_language": "es", "personal_lines": ""})
    assert "Two sentences of your own make officials read it" in read(client, page)
    client.post(page, data={"letter_language": "es", "personal_lines": "I was a tenant in this street, and I know what it means to lose a home."})
    assert "This letter is yours." in read(client, page)


def test_waiting_letter_shows_its_way_and_its_expected_turn(client: FlaskClient, page: str) -> None:
    shown = read(client, page)
    way = shown[shown.index('<ol class="journey">') : shown.index("</ol>", shown.index('<ol class="journey">'))]
    assert re.findall(r'<li class="(\w+)"', way) == ["done", "done", "now", "ahead"]
    assert "expected" in way


def test_writer_is_warned_of_a_turn_after_the_deadline(client: FlaskClient, database: Database, page: str) -> None:
    warning = "At this pace its turn may come after the deadline."
    set_deadline(database, make.NOW.date() + timedelta(days=1))
    assert warning not in read(client, page)
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.cap_per_hour = 1
        target = campaign.targets[0].target
        for _ in range(24 * 2):
            earlier = make.appeal(session, campaign, make.supporter(session))
            earlier.letters = [
                Letter(
                    target=target,
                    channel=Channel.PLATFORM,
                    state=LetterState.WAITING,
                    state_at=make.NOW,
                    waiting_at=make.NOW - timedelta(hours=1),
                )
            ]
    assert warning in read(client, page)


@pytest.mark.parametrize("state", [LetterState.REJECTED, LetterState.EXPIRED, LetterState.BOUNCED, LetterState.RETURNED])
def test_another_way_is_offered_where_ours_failed(client: FlaskClient, database: Database, page: str, state: LetterState) -> None:
    with database.transaction() as session:
        session.scalars(select(Letter)).one().state = state
    shown = read(client, page)
    assert 'class="failed"' in shown
    assert '<a class="act calm" href="#ways">Send it another way</a>' in shown


@pytest.mark.parametrize(
    ("days", "advice"),
    [
        (14, None),
        (11, "The deadline is in 11 days: post it today."),
        (4, "The deadline is in 4 days: send it by e-mail or fax instead."),
        (1, "The deadline is in 1 day: send it by e-mail or fax instead."),
        (0, "The deadline is today: send it by e-mail or fax instead."),
    ],
)
def test_post_is_advised_by_the_days_left(client: FlaskClient, database: Database, now: datetime, page: str, days: int, advice: str | None) -> None:
    set_deadline(database, now.date() + timedelta(days=days))
    shown = read(client, page)
    assert "Post takes about 10 days." in shown
    assert (advice in shown) if advice else ("The deadline is in" not in shown)
    assert ("You call" in shown) is (days <= 3)


def test_postage_hint_of_the_campaign_is_shown(client: FlaskClient, page: str) -> None:
    assert "A stamp for Europe is 1.65." in read(client, page)


def test_faxed_letter_is_recorded_apart(client: FlaskClient, database: Database, page: str) -> None:
    target = appeal_of(database).letters[0].target_id
    client.post(page + "sent", data={"target": target, "channel": "fax"})
    assert {letter.channel for letter in appeal_of(database).letters} == {"platform", "fax"}
    assert "Faxed by you, as you told us." in read(client, page)


def test_everything_comes_in_one_file_that_names_nobody(client: FlaskClient, page: str) -> None:
    answer = client.get(page + "letters.zip")
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        text = archive.read(next(name for name in names if name.endswith(".txt"))).decode()
        draft = message_from_bytes(archive.read(next(name for name in names if name.endswith(".eml"))), policy=email.policy.default)
        assert draft["X-Unsent"] == "1" and draft["From"] is None and "I was a tenant too." in draft.get_content()
        assert "I was a tenant too." in words(archive.read(next(name for name in names if name.endswith(".pdf"))))
    assert "Sra. Ministra:" in text and "I was a tenant too." in text and "\r\n" in text
    assert not re.search("ana|p.rez", " ".join([*names, answer.headers["Content-Disposition"]]), re.IGNORECASE)


def test_languages_without_a_text_are_offered_for_a_free_letter(client: FlaskClient, database: Database, page: str) -> None:
    shown = read(client, page)
    assert '<optgroup label="Written by you, in another language">' in shown
    assert '<option value="el">Ελληνικά' in shown
    refused = client.post(page, data={"letter_language": "el"})
    assert refused.status_code == 422
    assert "There is no text in this language." in refused.get_data(as_text=True)
    assert client.post(page, data={"letter_language": "el", "rewritten": "Σας γράφω."}).status_code == 303
    assert appeal_of(database).letter_language == "el"


def test_writer_reads_the_letter_in_the_language_of_the_page_beside_a_foreign_one(client: FlaskClient, database: Database, page: str) -> None:
    shown = read(client, page)
    crib = re.search(r'<details class="crib">.*?</details>', shown, re.DOTALL)
    assert crib is not None
    assert "What it says, in English" in crib[0]
    assert "I am writing about María López." in crib[0]
    assert '<p class="own" dir="auto">I was a tenant too.</p>' in crib[0]
    change(database, letter_language="en")
    assert 'class="crib"' not in read(client, page)


def test_writer_is_told_when_the_letter_is_in_another_language_than_the_chosen_one(client: FlaskClient, database: Database, page: str) -> None:
    assert "There is no letter in" not in read(client, page)
    change(database, letter_language="el")
    assert "There is no letter in Greek; this one is in English, which this office reads." in read(client, page)
    change(database, rewritten="Όλα δικά μου.")
    assert "There is no letter in" not in read(client, page), "it is in Greek, all the writer's own"


def test_letter_in_the_outbox_can_be_withdrawn_until_it_leaves(client: FlaskClient, database: Database, site: Site, now: datetime, page: str) -> None:
    with database.transaction() as session:
        letter = session.scalars(select(Letter)).one()
        session.add(Pace(campaign_id=letter.appeal.campaign_id, target_id=letter.target_id, next_at=now))
    assert jobs.release(database, site, now) == 1
    assert appeal_of(database).letters[0].state == LetterState.RELEASED
    assert "Yes, do not send it" in read(client, page)
    answer = client.post(page + "withdraw", data={"letter": letter.id})
    assert "Taken back. This letter will not be sent." in read(client, answer.location)
    assert appeal_of(database).letters[0].state == LetterState.WITHDRAWN
    assert send_due(database, site, now) == 0
