"""The 2013 appeal for Aleksandr Pavlov, opened as it was on 20 August 2013."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from app import clock
from config import ROOT
from tests.conftest import KEYS
from tests.server import Server, flask

SLUG = "pavlov-extradition"


@pytest.fixture
def open_case(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The demo's file with the outcome still to come, published, on 20 August 2013."""
    monkeypatch.setattr(clock, "_shift", datetime(2013, 8, 20, 9, tzinfo=UTC) - datetime.now(UTC))
    file = as_it_was(tmp_path)
    loaded = app.test_cli_runner().invoke(args=["campaigns", "load", str(file)])
    assert loaded.exit_code == 0, loaded.output
    return app.test_client()


def as_it_was(folder: Path) -> Path:
    text = (ROOT / "demo" / "pavlov.toml").read_text()
    text = re.sub(r"\[outcome\].*?(?=^\[)", "", text, flags=re.DOTALL | re.MULTILINE).replace('state = "closed"', 'state = "published"')
    file = folder / "pavlov.toml"
    file.write_text(text)
    return file


def letter_to(client: FlaskClient, language: str, role: str) -> str:
    """The text of the model letter to an official, as the public page shows it."""
    page = client.get(f"/en/actions/{SLUG}/?letter={language}").get_data(as_text=True)
    if role not in opened(page):
        other = re.search(rf'href="([^"]*[?&;]to=\d+[^"]*)"[^>]*>\s*{re.escape(role)}', page)
        assert other is not None, role
        page = client.get(unescape(other[1])).get_data(as_text=True)
    return opened(page)


def opened(page: str) -> str:
    sheet = re.search(r'<article[^>]*class="[^"]*\bsheet\b[^"]*".*?</article>', page, re.DOTALL)
    assert sheet is not None
    return unescape(re.sub(r"<[^>]+>", "\n", sheet[0]))


@pytest.mark.parametrize(("language", "salutation"), [("es", "Sr. Ministro:"), ("en", "Dear Minister,")])
def test_the_letter_to_the_minister_opens_as_the_sheet_says(open_case: FlaskClient, language: str, salutation: str) -> None:
    assert salutation in letter_to(open_case, language, "Ministro de Justicia")


def test_the_prosecutor_has_no_address_and_is_offered_as_post_and_fax(open_case: FlaskClient) -> None:
    page = open_case.get(f"/es/actions/{SLUG}/").get_data(as_text=True)
    token = re.search(r'name="token"[^>]*value="([^"]+)"', page)
    assert token is not None
    form = {"name": "Eva Gil", "email": "eva@mail.example", "country": "FR", "consent": "1", "letter": "es", "token": token[1], "prepare": "1"}
    answer = open_case.post(f"/es/actions/{SLUG}/sign-up", data=form)
    assert answer.status_code == 303
    page = unescape(open_case.get(answer.location).get_data(as_text=True))
    assert "Sr. Fiscal Jefe" in page
    assert "+34 913 97 32 86" in page
    assert "Calle Prim 12" in page
    printed = open_case.get(re.sub(r"^https?://[^/]+", "", answer.location) + "letter.pdf").data
    import io

    pages = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages]
    assert len(pages) == 2
    assert any("Sr. Fiscal Jefe" in text for text in pages)


def test_the_deadline_is_the_last_second_of_5_september_in_madrid(open_case: FlaskClient, app: Flask) -> None:
    shown = json.loads(app.test_cli_runner().invoke(args=["campaigns", "show", SLUG, "--json"]).output)
    assert shown["last_second"] == "2013-09-05T23:59:59+02:00"
    assert shown["days_left"] == 16
    page = open_case.get(f"/en/actions/{SLUG}/").get_data(as_text=True)
    assert "5 September 2013" in page and "Madrid" in page


def test_the_server_itself_can_be_started_on_that_day(empty_database_url: str, tmp_path: Path) -> None:
    settings = {**KEYS, "VIGIL_ENV": "test", "DATABASE_URL": empty_database_url, "INSTANCE_PATH": str(tmp_path / "instance")}
    assert flask("db", "upgrade", settings=settings).returncode == 0
    assert flask("campaigns", "load", str(as_it_was(tmp_path)), settings=settings).returncode == 0
    with Server(settings, tmp_path / "log", "--now", "2013-08-20") as server:
        assert "16 days left" in " ".join(re.sub(r"<[^>]+>", " ", server.get(f"/en/actions/{SLUG}/")).split())


def test_today_the_demo_shows_the_case_as_closed_with_its_outcome(app: Flask, client: FlaskClient) -> None:
    assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 0
    page = client.get(f"/en/actions/{SLUG}/").get_data(as_text=True)
    assert "29 July 2014" in page and "bail" in page
    assert "sign-up" not in page
