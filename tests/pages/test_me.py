import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import tokens
from app.db import Database
from app.letters.models import Appeal
from app.letters.rules import Channel, LetterState
from app.site import Site
from app.supporters.models import Supporter
from app.tokens import Purpose
from tests import make
from tests.pages.visitor import read


@pytest.fixture
def ana(database: Database) -> int:
    """Ana in Sevilla, who asked for a reminder and for news, and whose letter waits."""
    with database.transaction() as session:
        supporter = make.supporter(session, email="ana@mail.example", tell_new=True)
        make.appeal(
            session, make.campaign(session, slug="lopez"), supporter, channels=[Channel.PLATFORM], letter_state=LetterState.WAITING, remind=True
        )
        return supporter.id


@pytest.fixture
def my_page(site: Site, ana: int) -> str:
    return f"/en/me/{tokens.sign(site, Purpose.ME, ana)}/"


@pytest.fixture
def way_out(site: Site, ana: int) -> str:
    return f"/unsubscribe/{tokens.sign(site, Purpose.UNSUBSCRIBE, ana)}"


def wishes(database: Database) -> tuple[bool, bool]:
    with database.reading() as session:
        return session.scalars(select(Supporter.tell_new)).one(), session.scalars(select(Appeal.remind)).one()


def test_page_shows_what_is_held(client: FlaskClient, my_page: str) -> None:
    page = read(client, my_page)
    for words in ("Ana Pérez", "ana@mail.example", "Sevilla", "Spain", "Stop the eviction of the López family (en)", "not sent yet"):
        assert words in page, words


@pytest.mark.parametrize(
    ("form", "after"),
    [({}, (False, False)), ({"tell_new": "y", "remind": "y"}, (True, True)), ({"tell_new": "y"}, (True, False)), ({"remind": "y"}, (False, True))],
)
def test_wishes_are_kept(client: FlaskClient, database: Database, my_page: str, form: dict[str, str], after: tuple[bool, bool]) -> None:
    answer = client.post(my_page, data=form)
    assert answer.status_code == 303
    assert wishes(database) == after
    assert "Saved." in read(client, answer.location)


def test_everything_is_deleted_once_one_is_sure(client: FlaskClient, database: Database, my_page: str) -> None:
    unsure = client.post(my_page + "forget")
    assert "Tick the box first" in read(client, unsure.location)
    with database.reading() as session:
        assert session.scalars(select(Supporter)).one()
    answer = client.post(my_page + "forget", data={"sure": "y"})
    assert "Everything about you is deleted" in read(client, answer.location)
    with database.reading() as session:
        assert session.scalars(select(Supporter)).all() == []
        assert session.scalars(select(Appeal)).all() == []
    assert client.get(my_page).status_code == 404


def test_looking_at_the_way_out_changes_nothing(client: FlaskClient, database: Database, way_out: str) -> None:
    page = read(client, way_out)
    assert "<form" in page
    assert '<html lang="es"' in page, "the language of the mail they got"
    assert wishes(database) == (True, True)


def test_language_of_the_way_out_can_be_switched(client: FlaskClient, way_out: str) -> None:
    assert f'href="{way_out}?lang=ar"' in read(client, way_out)
    assert '<html lang="ar" dir="rtl"' in read(client, f"{way_out}?lang=ar")
    assert '<html lang="en"' in read(client, f"{way_out}?lang=xx")


def test_one_click_stops_reminders_and_news(client: FlaskClient, database: Database, way_out: str) -> None:
    """RFC 8058: posted by the mail provider, from anywhere, without a cookie, and not redirected."""
    answer = client.post(way_out, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert wishes(database) == (False, False)
    assert client.post(way_out, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_person_who_is_forgotten_may_still_leave(client: FlaskClient, site: Site) -> None:
    assert client.post(f"/unsubscribe/{tokens.sign(site, Purpose.UNSUBSCRIBE, 99)}").status_code == 200


@pytest.mark.parametrize("path", ["/en/me/forged/", "/unsubscribe/forged", "/en/me/forged/forget"])
def test_forged_link_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(path, data={"sure": "y"}).status_code == 404
