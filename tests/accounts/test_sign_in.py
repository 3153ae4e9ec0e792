"""Signing in, as the pages do it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select, text

from app.accounts import actions
from app.accounts.models import Staff
from app.accounts.passwords import hashed
from app.accounts.rules import RoleName
from app.db import Database
from app.errors import Refused
from app.factory import create_app
from config import Config, Environment
from tests.desk.visitor import PASSWORD, Visitor

EMAIL = "rosa@vigil.example"


def _staff(app: Flask, now: datetime, password: str = PASSWORD) -> None:
    with app.app_context():
        password_hash = hashed(password)
    with app.extensions["vigil"].database.transaction() as session:
        actions.create(session, EMAIL, password_hash=password_hash, role=RoleName.COORDINATOR, actor="tests", now=now)


@pytest.fixture
def visitor(app: Flask, now: datetime) -> Visitor:
    _staff(app, now)
    return Visitor(app.test_client())


@pytest.fixture
def public_app(config: Config) -> Iterator[Flask]:
    """The same site at an address the world can open."""
    web = create_app(replace(config, public_url="https://act.example.org"))
    yield web
    web.extensions["vigil"].database.close()


def _public_visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client(), "https://act.example.org")


def test_right_password_opens_the_desk(visitor: Visitor) -> None:
    answer = visitor.sign_in(EMAIL)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    assert visitor.get("/desk/").status_code == 200
    assert EMAIL in visitor.page


def test_email_may_be_typed_in_any_case(visitor: Visitor) -> None:
    assert visitor.sign_in("Rosa@Vigil.Example").status_code == 302


def test_page_one_wanted_comes_after_signing_in(visitor: Visitor) -> None:
    away = visitor.get("/desk/mail?page=2").headers["Location"]
    assert away == "/desk/sign-in?next=/desk/mail?page%3D2"
    visitor.get(away)
    action = re.search(r'action="([^"]+)"', visitor.page)
    assert action
    answer = visitor.send(action[1].replace("&amp;", "&"), email=EMAIL, password=PASSWORD)
    assert answer.headers["Location"].endswith("/desk/mail?page=2")


def test_next_page_is_never_of_another_site(visitor: Visitor) -> None:
    visitor.get("/desk/sign-in?next=https://evil.example/")
    answer = visitor.send("/desk/sign-in?next=https://evil.example/", email=EMAIL, password=PASSWORD)
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong words in a row"), ("nobody@vigil.example", PASSWORD), (EMAIL, ""), ("no address", PASSWORD)]
)
def test_wrong_sign_in_says_the_same_whoever_it_is(visitor: Visitor, email: str, password: str) -> None:
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 200
    assert "do not belong together" in visitor.page
    assert visitor.page.count("<p>This e-mail") == 1
    assert visitor.get("/desk/").status_code == 302


def test_typed_email_stays_and_typed_password_does_not(visitor: Visitor) -> None:
    visitor.sign_in(EMAIL, "wrong words in a row")
    assert f'value="{EMAIL}"' in visitor.page
    assert "wrong words" not in visitor.page


def test_sign_in_without_a_token_of_ours_is_refused(visitor: Visitor) -> None:
    answer = visitor.client.post("/desk/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code in {200, 400}
    assert visitor.get("/desk/").status_code == 302


def test_switched_off_person_is_kept_out_at_once(visitor: Visitor, database: Database) -> None:
    visitor.sign_in(EMAIL)
    with database.transaction() as session:
        session.scalars(select(Staff)).one().active = False
    assert visitor.get("/desk/").status_code == 302
    assert visitor.sign_in(EMAIL).status_code == 200


def test_signing_out_needs_the_button_and_ends_the_session(visitor: Visitor) -> None:
    visitor.sign_in(EMAIL)
    visitor.get("/desk/")
    assert visitor.client.get("/desk/sign-out").status_code == 405
    asked = visitor.client.post("/desk/sign-out")
    assert "Sign out?" in asked.text
    assert visitor.get("/desk/").status_code == 200
    assert visitor.send("/desk/sign-out").status_code == 302
    assert visitor.get("/desk/").status_code == 302


def test_session_cookie_is_for_the_desk_alone(visitor: Visitor) -> None:
    answer = visitor.sign_in(EMAIL)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert "Path=/desk" in cookies[0]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert not visitor.client.get("/en/").headers.getlist("Set-Cookie")
    assert "Cookie" not in visitor.client.get("/en/").headers.get("Vary", "")


def test_remember_me_cannot_be_asked_for(visitor: Visitor) -> None:
    visitor.get("/desk/sign-in")
    answer = visitor.send("/desk/sign-in", email=EMAIL, password=PASSWORD, remember="y")
    assert not any("remember" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_password_is_kept_as_argon2id(visitor: Visitor, database: Database) -> None:
    with database.reading() as session:
        assert session.scalars(select(Staff)).one().password.startswith("$argon2id$")  # type: ignore[union-attr]


def test_password_typed_in_another_unicode_form_is_the_same(app: Flask, now: datetime) -> None:
    _staff(app, now, "cafe\u0301 con leche y pan")
    assert Visitor(app.test_client()).sign_in(EMAIL, "caf\u00e9 con leche y pan").status_code == 302


def test_short_password_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(Refused, match="at least 12"):
        hashed("short")


def test_password_can_be_changed(visitor: Visitor) -> None:
    visitor.sign_in(EMAIL)
    visitor.get("/desk/change-password")
    visitor.send("/desk/change-password", password="wrong", new_password="another four words", new_password_confirm="another four words")
    assert "not your current password" in visitor.page
    visitor.send("/desk/change-password", password=PASSWORD, new_password="brief", new_password_confirm="brief")
    assert "at least 12" in visitor.page
    answer = visitor.send("/desk/change-password", password=PASSWORD, new_password="another four words", new_password_confirm="another four words")
    assert answer.status_code == 302
    assert visitor.get("/desk/").status_code == 200
    fresh = Visitor(visitor.client.application.test_client())
    assert fresh.sign_in(EMAIL).status_code == 200
    assert fresh.sign_in(EMAIL, "another four words").status_code == 302


def test_too_many_tries_are_stopped(config: Config, now: datetime) -> None:
    web = create_app(replace(config, environment=Environment.DEMO))
    _staff(web, now)
    visitor = Visitor(web.test_client())
    statuses = [visitor.sign_in(EMAIL, f"guess number {n} of many").status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert "Too many tries" in visitor.page
    web.extensions["vigil"].database.close()


def test_public_site_asks_for_a_second_factor_before_anything_else(public_app: Flask, now: datetime) -> None:
    _staff(public_app, now)
    visitor = _public_visitor(public_app)
    answer = visitor.sign_in(EMAIL)
    assert answer.headers["Location"].endswith("/desk/second-factor")
    assert visitor.get("/desk/").status_code == 302
    visitor.get("/desk/second-factor")
    visitor.send("/desk/second-factor")
    assert "data:image/svg+xml;base64," in visitor.page
    key = _shown_key(visitor.page)
    visitor.send("/desk/code", code="000000")
    assert "not the current one" in visitor.page
    assert visitor.get("/desk/").status_code == 302
    visitor.get("/desk/code")
    assert visitor.send("/desk/code", code=_code(key)).status_code == 302
    assert visitor.get("/desk/").status_code == 200


def test_public_site_asks_for_the_code_at_each_sign_in(public_app: Flask, now: datetime, database: Database) -> None:
    _staff(public_app, now)
    key = _with_factor(_public_visitor(public_app))
    with database.reading() as session:
        stored = session.execute(text("SELECT tf_totp_secret FROM staff")).scalar_one()
    assert key.replace(" ", "").encode() not in bytes(stored)
    visitor = _public_visitor(public_app)
    assert visitor.sign_in(EMAIL).headers["Location"].startswith("/desk/code")
    assert visitor.get("/desk/").status_code == 302
    visitor.get("/desk/code")
    assert visitor.send("/desk/code", code=_code(key)).status_code == 302
    assert visitor.get("/desk/").status_code == 200


def test_recovery_code_opens_once(public_app: Flask, now: datetime) -> None:
    _staff(public_app, now)
    first = _public_visitor(public_app)
    _with_factor(first)
    first.get("/desk/recovery-codes")
    first.send("/desk/recovery-codes")
    codes = re.findall(r"<li><code>([0-9a-f-]+)</code>", first.page)
    assert len(codes) == 8
    for status, said in ((302, ""), (200, "used already")):
        visitor = _public_visitor(public_app)
        visitor.sign_in(EMAIL)
        visitor.get("/desk/recovery-code")
        assert visitor.send("/desk/recovery-code", code=codes[0]).status_code == status
        assert said in visitor.page


def test_session_without_a_second_factor_is_worth_nothing_once_the_site_is_public(
    config: Config, now: datetime, visitor: Visitor, public_app: Flask
) -> None:
    visitor.sign_in(EMAIL)
    cookie = visitor.client.get_cookie("session", path="/desk")
    assert cookie
    later = _public_visitor(public_app)
    later.client.set_cookie("session", cookie.value, domain="act.example.org", path="/desk")
    assert later.get("/desk/").headers["Location"].endswith("/desk/second-factor")


def _with_factor(visitor: Visitor) -> str:
    visitor.sign_in(EMAIL)
    visitor.get("/desk/second-factor")
    visitor.send("/desk/second-factor")
    key = _shown_key(visitor.page)
    visitor.send("/desk/code", code=_code(key))
    return key


def _shown_key(page: str) -> str:
    found = re.search(r'class="key">([A-Z0-9 -]+)<', page)
    assert found
    return found[1]


def _code(key: str) -> str:
    return str(TOTP(key=key.replace("-", "").replace(" ", "")).generate().token)
