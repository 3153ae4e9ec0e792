import time
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import tokens
from app.campaigns.models import Campaign
from app.campaigns.rules import State
from app.db import Database
from app.letters.models import Appeal
from app.letters.rules import AppealState, Channel, LetterState
from app.site import Site
from app.supporters.models import Supporter
from app.tokens import Purpose
from tests import make
from tests.pages.visitor import read


def confirm_page(site: Site, key: str, language: str = "en") -> str:
    return f"/{language}/confirm/{tokens.sign(site, Purpose.CONFIRM, key)}"


@pytest.fixture
def campaign(database: Database) -> int:
    with database.transaction() as session:
        return make.campaign(session, slug="lopez").id


def add_draft(database: Database, campaign: int, **changes: object) -> str:
    with database.transaction() as session:
        values: dict[str, object] = {"email": "ana@mail.example", "channels": [Channel.PLATFORM], **changes}
        return make.appeal(session, session.get_one(Campaign, campaign), **values).key  # type: ignore[arg-type]


def letters_of(database: Database, key: str) -> tuple[str, list[str]]:
    with database.reading() as session:
        appeal = session.scalars(select(Appeal).where(Appeal.key == key)).one()
        return appeal.state, [letter.state for letter in appeal.letters]


def test_page_names_the_draft_and_changes_nothing(client: FlaskClient, database: Database, site: Site, campaign: int) -> None:
    key = add_draft(database, campaign, personal_lines="I was a tenant too.")
    for _ in range(2):
        page = read(client, confirm_page(site, key))
        for words in (
            "Is this letter yours?",
            "Eva Gil",
            "Stop the eviction of the López family (en)",
            "Sra. Ministra:",
            "I was a tenant too.",
            "Helena Matos",
        ):
            assert words in page, words
    assert letters_of(database, key) == (AppealState.DRAFT, [LetterState.PREPARED])
    with database.reading() as session:
        assert session.scalars(select(Supporter)).all() == []


def test_confirming_puts_the_letters_in_line_and_opens_the_writers_page(client: FlaskClient, database: Database, site: Site, campaign: int) -> None:
    key = add_draft(database, campaign)
    answer = client.post(confirm_page(site, key))
    assert answer.status_code == 303
    assert letters_of(database, key) == (AppealState.PROVEN, [LetterState.WAITING])
    page = read(client, answer.location)
    assert "Your address is confirmed" in page
    assert "Check your mail" not in page


def test_confirming_twice_changes_nothing_and_says_so(client: FlaskClient, database: Database, site: Site, campaign: int) -> None:
    key = add_draft(database, campaign)
    first, second = (client.post(confirm_page(site, key)) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    page = read(client, confirm_page(site, key))
    assert "This is confirmed already" in page
    assert "<form" not in page


def written_before(database: Database, campaign: int) -> str:
    with database.transaction() as session:
        by = make.supporter(session, email="ana@mail.example")
        found = session.get_one(Campaign, campaign)
        return make.appeal(session, found, by, channels=[Channel.PLATFORM], letter_state=LetterState.WAITING, personal_lines="The first.").key


@pytest.mark.parametrize(("choice", "words"), [("keep", "The first."), ("replace", "The second.")])
def test_who_wrote_before_chooses_which_letter_stays(
    client: FlaskClient, database: Database, site: Site, campaign: int, choice: str, words: str
) -> None:
    earlier = written_before(database, campaign)
    key = add_draft(database, campaign, personal_lines="The second.")
    assert f'name="choice" value="{choice}"' in read(client, confirm_page(site, key))
    answer = client.post(confirm_page(site, key), data={"choice": choice})
    assert words in read(client, answer.location)
    assert letters_of(database, earlier) == (AppealState.PROVEN, [LetterState.WAITING])
    assert letters_of(database, key)[0] == AppealState.SUPERSEDED
    assert "This is confirmed already" in read(client, confirm_page(site, key))


def test_reminder_alone_is_confirmed_as_such(client: FlaskClient, database: Database, site: Site, campaign: int) -> None:
    key = add_draft(database, campaign, wants_letter=False, remind=True, channels=[])
    page = read(client, confirm_page(site, key))
    assert "Shall we remind you?" in page
    assert 'class="sheet"' not in page
    assert "we will remind you" in read(client, client.post(confirm_page(site, key)).location)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"state": State.PAUSED}, "paused"), ({"deadline_on": date(2026, 3, 9)}, "The deadline has passed.")],
    ids=["paused", "expired"],
)
def test_nothing_is_confirmed_while_the_action_is_not_open(
    client: FlaskClient, database: Database, site: Site, campaign: int, changes: dict[str, object], words: str
) -> None:
    key = add_draft(database, campaign)
    with database.transaction() as session:
        found = session.get_one(Campaign, campaign)
        found.state = changes.get("state", found.state)  # type: ignore[assignment]
        found.edition.deadline_on = changes.get("deadline_on", found.edition.deadline_on)  # type: ignore[assignment]
    page = read(client, confirm_page(site, key))
    assert words in page
    assert "<form" not in page
    assert client.post(confirm_page(site, key)).status_code == 409
    assert letters_of(database, key)[0] == AppealState.DRAFT


def test_link_that_is_too_old_says_how_to_start_again(
    client: FlaskClient, database: Database, site: Site, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = confirm_page(site, add_draft(database, campaign))
    later = time.time() + 8 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.get(page)
    assert answer.status_code == 409
    assert "Please sign up again" in answer.get_data(as_text=True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_link_is_not_found(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/en/confirm/forged").status_code == 404
    assert getattr(client, method)("/en/reminder/forged/sent").status_code == 404


def test_answer_to_a_reminder_is_asked_once_more_and_counts(
    client: FlaskClient, database: Database, site: Site, campaign: int, now: datetime
) -> None:
    with database.transaction() as session:
        by = make.supporter(session)
        key = make.appeal(session, session.get_one(Campaign, campaign), by, wants_letter=False, remind=True).key
    path = f"/es/reminder/{tokens.sign(site, Purpose.REMINDER, key)}/sent"
    read(client, path)
    assert letters_of(database, key) == (AppealState.PROVEN, [])
    answer = client.post(path)
    assert answer.status_code == 303
    assert letters_of(database, key) == (AppealState.PROVEN, [LetterState.REPORTED])
    read(client, answer.location)
    assert "<form" not in read(client, path)
