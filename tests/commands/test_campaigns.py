"""A campaign's life, and forgetting a person, from the command line."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.campaigns.queries import get_campaign
from app.db import Database
from app.letters.models import Appeal, Letter
from app.letters.rules import Channel, LetterState
from app.supporters.models import Supporter
from tests import make


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def slug(database: Database) -> str:
    with database.transaction() as session:
        make.supporter(session, tell_new=True)
        return make.campaign(session, slug="lopez", state="draft").slug


def test_a_campaign_is_published_paused_resumed_extended_and_closed(app: Flask, database: Database, slug: str) -> None:
    assert run(app, "campaigns", "publish", slug) == (0, "lopez is published; told to 1 who asked for it.\n")
    with database.transaction() as session:
        campaign = get_campaign(session, slug)
        make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
    assert run(app, "campaigns", "pause", slug)[0] == 0
    assert run(app, "campaigns", "resume", slug)[0] == 0
    assert run(app, "campaigns", "extend", slug, "2026-04-30") == (0, "lopez now runs until 2026-04-30.\n")
    code, said = run(app, "campaigns", "close", slug, "--outcome", "good", "--on", "2026-03-10", "--story", "en=They stay.")
    assert (code, said) == (0, "lopez is closed; 1 letters were kept back.\n")
    with database.reading() as session:
        campaign = get_campaign(session, slug)
        assert (campaign.state, campaign.outcome_kind, campaign.outcome_story) == ("closed", "good", {"en": "They stay."})
        assert session.scalars(select(Letter.state)).all() == ["cancelled"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("publish", "nobody"), "there is no campaign 'nobody'"),
        (("resume", "lopez"), "Error:"),
        (("close", "lopez", "--story", "They stay."), "write --story en="),
        (("extend", "lopez", "soon"), "soon"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(app: Flask, slug: str, arguments: tuple[str, ...], said: str) -> None:
    code, output = run(app, "campaigns", *arguments)
    assert code != 0
    assert said in output
    assert "Traceback" not in output


def test_a_person_is_erased_once_and_asked_for_first(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        person = make.supporter(session, email="eva@mail.example")
        make.appeal(session, None, person, channels=[Channel.PLATFORM])
    assert "cannot be undone" in app.test_cli_runner().invoke(args=["supporters", "erase", "Eva@mail.example"], input="n\n").output
    assert run(app, "supporters", "erase", "Eva@mail.example", "--yes") == (0, "Everything about this address is erased.\n")
    assert run(app, "supporters", "erase", "Eva@mail.example", "--yes") == (0, "Nothing was stored about this address.\n")
    with database.reading() as session:
        assert not session.scalars(select(Supporter)).all()
        assert not session.scalars(select(Appeal)).all()


def test_an_address_that_cannot_be_is_refused(app: Flask) -> None:
    code, output = run(app, "supporters", "erase", "nobody@", "--yes")
    assert code == 1
    assert "Traceback" not in output
