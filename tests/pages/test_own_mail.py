"""The writer's own mail on the writer's page: what is offered, and the draft to download."""

import re
from datetime import datetime
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import i18n, tokens
from app.campaigns.models import Campaign
from app.db import Database
from app.letters import addressing, queries, wording
from app.letters.emails import written
from app.letters.models import Appeal
from app.site import Site
from app.tokens import Purpose
from tests import make
from tests.letters.letters import header, part
from tests.letters.letters import read as read_mail
from tests.pages.visitor import read


@pytest.fixture
def page(database: Database, site: Site) -> str:
    """The page of a draft: two ministers with e-mail, the second a copy, and an ombudsman without; texts in English, Spanish and Arabic."""
    with database.transaction() as session:
        copies = [
            make.target(session, role="Ombudsman", name="", emails=[]),
            make.target(session, role="Mayor", emails=["a@x.example", "b+c@x.example"]),
        ]
        campaign = make.campaign(session, slug="lopez", copies=copies, languages=("en", "es", "ar"))
        appeal = make.appeal(session, campaign, email="eva@mail.example")
        return f"/en/appeals/{tokens.sign(site, Purpose.DRAFT, appeal.key)}/"


def target_id(database: Database, role: str) -> int:
    with database.reading() as session:
        return next(link.target_id for link in session.scalars(select(Campaign)).one().targets if link.target.role == role)


def mailtos(shown: str) -> list[str]:
    return re.findall(r'href="(mailto:[^"?]+\?[^"]+)"', shown)


def body_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("body", [""])[0].replace("\r\n", "\n")


def write(database: Database, lines: str, language: str) -> list[str]:
    """Change the appeal's words. Returns the letters to those who have e-mail."""
    with database.transaction() as session:
        appeal = session.scalars(select(Appeal)).one()
        appeal.personal_lines, appeal.letter_language = lines, language
    with database.reading() as session, i18n.speaking("en"):
        appeal = queries.get_appeal(session, session.scalars(select(Appeal)).one().key)
        reached = [link.target for link in addressing.addressees(appeal.campaign) if link.target.has_email]
        return [wording.composed(appeal, target, make.NOW).body for target in reached]


def test_short_letter_opens_everywhere_as_a_whole(client: FlaskClient, database: Database, page: str) -> None:
    letters = write(database, "I was there.", "en")
    shown = read(client, page)
    assert [body_of(url) for url in mailtos(shown)] == letters
    assert unquote(urlsplit(mailtos(shown)[1]).path) == "a@x.example,b+c@x.example"
    assert "Open in my mail program" in shown
    assert "mail programs on Windows" not in shown
    assert "With address and subject only" not in shown
    for start in ("https://mail.google.com/", "https://outlook.live.com/", "https://compose.mail.yahoo.com/"):
        links = re.findall(rf'<a href="({re.escape(start)}[^"]+)" rel="noreferrer">', shown)
        assert [body_of(url) for url in links] == letters


def test_long_letter_is_offered_whole_where_it_opens_and_empty_where_it_does_not(client: FlaskClient, database: Database, page: str) -> None:
    letters = write(database, "كنت هناك. " * 60, "ar")
    shown = read(client, page)
    assert [body_of(url) for url in mailtos(shown)] == [letters[0], "", letters[1], ""]
    assert re.search(r"this letter takes [34],\d{3} characters; mail programs on Windows accept 1,900", shown)
    assert "counts as six or nine" in shown
    assert "With address and subject only, for you to paste the letter: Outlook.com and Yahoo." in shown
    assert "Open in my mail program" not in shown
    assert "Open it on a phone, Mac or Linux" in shown
    gmail = re.findall(r'href="(https://mail.google.com/[^"]+)"', shown)
    assert [body_of(url) for url in gmail] == letters


def test_long_letter_in_latin_script_is_not_told_of_alphabets(client: FlaskClient, database: Database, page: str) -> None:
    write(database, "word, " * 300, "en")
    shown = read(client, page)
    assert "mail programs on Windows accept 1,900" in shown
    assert "counts as six or nine" not in shown


def test_nothing_is_cut_off_anywhere(client: FlaskClient, database: Database, page: str) -> None:
    for words in (10, 50, 100, 200, 500):
        letters = write(database, "слово " * words, "es")
        shown = read(client, page)
        links = [*mailtos(shown), *re.findall(r'href="(https://[^"]+[?&]subject=[^"]+|https://mail.google[^"]+)"', shown)]
        assert {body_of(url) for url in links} <= {"", *letters}
        assert len(links) >= 8


def test_letter_to_copy_is_in_plain_fields(client: FlaskClient, database: Database, page: str) -> None:
    letters = write(database, "كنت هناك <b>.", "ar")
    shown = client.get(page.replace("/en/", "/ar/")).get_data(as_text=True)
    fields = re.findall(r'<textarea id="own-\d+-body" rows="8" readonly lang="ar" dir="rtl">\n(.*?)</textarea>', shown, re.DOTALL)
    assert [unescape(text) for text in fields] == letters
    assert re.findall(r'<input id="own-\d+-to" value="([^"]*)" readonly dir="ltr">', shown)[1] == "a@x.example, b+c@x.example"


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_draft_of_each_letter_is_downloaded(client: FlaskClient, database: Database, page: str, language: str) -> None:
    write(database, "I know محمد علي.", language)
    shown = read(client, page)
    links = re.findall(r'href="([^"]+letter\.eml[^"]*)"', shown)
    assert len(links) == 2
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.content_type == "message/rfc822"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "no-store"
        with database.reading() as session, i18n.speaking("en"):
            appeal = queries.get_appeal(session, session.scalars(select(Appeal)).one().key)
            target = addressing.get_target(appeal, int(parse_qs(urlsplit(link).query)["target"][0]))
            letter, emails = wording.composed(appeal, target, make.NOW), target.emails
        assert (part(answer.data, "plain") or "") + "\n" == written(letter)[0]
        assert header(answer.data, "Subject") == letter.subject
        assert [address.addr_spec for address in read_mail(answer.data)["To"].addresses] == emails


def test_file_of_the_draft_is_named_after_nobody(client: FlaskClient, database: Database, page: str) -> None:
    mayor = target_id(database, "Mayor")
    assert client.get(f"{page}letter.eml?target={mayor}").headers["Content-Disposition"] == 'attachment; filename="lopez-3.eml"'
    assert client.get(f"{page}letter.eml").headers["Content-Disposition"] == 'attachment; filename="lopez-1.eml"'


def test_there_is_no_draft_for_whom_no_mail_reaches(client: FlaskClient, database: Database, page: str) -> None:
    for target in (target_id(database, "Ombudsman"), 999, "x", ""):
        assert client.get(f"{page}letter.eml?target={target}").status_code == 404


def test_draft_needs_the_token_of_its_page(client: FlaskClient, database: Database, site: Site, page: str) -> None:
    with database.reading() as session:
        key = session.scalars(select(Appeal)).one().key
    for purpose in (Purpose.CONFIRM, Purpose.REMINDER, Purpose.FORM):
        assert client.get(f"/en/appeals/{tokens.sign(site, purpose, key)}/letter.eml").status_code == 404
    with database.transaction() as session:
        appeal = session.scalars(select(Appeal)).one()
        appeal.supporter_id, appeal.state, appeal.proven_at = make.supporter(session).id, "proven", appeal.created_at
    assert client.get(f"{page}letter.eml").status_code == 410
    assert client.get(f"/en/appeals/{tokens.sign(site, Purpose.APPEAL, key)}/letter.eml").status_code == 200


def test_draft_of_a_letter_that_was_deleted_is_not_made_up(client: FlaskClient, database: Database, page: str, now: datetime) -> None:
    with database.transaction() as session:
        session.scalars(select(Appeal)).one().scrubbed_at = now
    assert client.get(f"{page}letter.eml").status_code == 404
