"""Who may enter the desk, who may do what, and that no form of another site is taken."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.rules import RoleName
from app.db import Database
from app.desk.door import blueprint
from tests import make
from tests.desk.conftest import Enter
from tests.desk.visitor import PASSWORD, Visitor


def _slug(database: Database, **changes: object) -> str:
    with database.transaction() as session:
        return make.campaign(session, **changes).slug  # type: ignore[arg-type]


def test_every_view_of_the_desk_names_the_right_it_asks_for(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if name.startswith("desk.")}
    assert len(views) > 20
    assert [name for name, view in views.items() if not hasattr(view, "right")] == []


def test_guard_stands_before_every_view() -> None:
    assert [guard.__name__ for guard in blueprint.before_request_funcs[None]] == ["staff_required"]


@pytest.mark.parametrize(
    "path", ["/desk/", "/desk/campaigns/new", "/desk/campaigns/x/edit", "/desk/mail", "/desk/mail/abc/source", "/desk/deliveries", "/desk/account"]
)
def test_nobody_enters_unsigned(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/desk/sign-in")


READ, WRITE, STEER, MAIL = ("", "/preview", "/campaign.toml"), ("/edit",), ("/publish", "/extend", "/close"), ("/desk/mail", "/desk/deliveries")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (RoleName.ADMIN, {*READ, *WRITE, *STEER, *MAIL}),
        (RoleName.COORDINATOR, {*READ, *WRITE, *STEER, *MAIL}),
        (RoleName.TRANSLATOR, {*READ, *WRITE}),
        (RoleName.REVIEWER, {*READ}),
    ],
)
def test_role_opens_what_it_should_and_nothing_else(enter: Enter, database: Database, role: RoleName, allowed: set[str]) -> None:
    slug = _slug(database, state="draft")
    visitor = enter(role)
    for page in (*READ, *WRITE, *STEER, *MAIL):
        path = page if page.startswith("/desk") else f"/desk/campaigns/{slug}{page or '/'}"
        assert (visitor.get(path).status_code in {200, 302}) is (page in allowed), path
        assert (visitor.get(path).status_code == 403) is (page not in allowed), path


def test_page_one_may_not_open_says_so_and_whom_to_ask(enter: Enter) -> None:
    visitor = enter(RoleName.REVIEWER)
    visitor.get("/desk/mail")
    assert "Ask an admin" in visitor.page


def test_translator_may_not_change_what_is_public(enter: Enter, database: Database) -> None:
    slug = _slug(database)
    visitor = enter(RoleName.TRANSLATOR)
    assert visitor.get(f"/desk/campaigns/{slug}/edit").status_code == 403
    visitor.get(f"/desk/campaigns/{slug}/")
    assert ">Edit<" not in visitor.page
    assert "Close…" not in visitor.page


@pytest.mark.parametrize("token", [None, "", "made up"])
@pytest.mark.parametrize("step", ["pause", "publish", "close", "test-letter", "edit"])
def test_form_without_our_token_does_nothing(coordinator: Visitor, database: Database, step: str, token: str | None) -> None:
    slug = _slug(database)
    coordinator.get("/desk/account")
    answer = coordinator.send(f"/desk/campaigns/{slug}/{step}", csrf_token=token, slug="other")
    assert answer.status_code == 400
    coordinator.get("/desk/")
    assert ">Open<" in coordinator.page


def test_token_of_another_person_is_refused(enter: Enter, database: Database) -> None:
    slug = _slug(database)
    one, other = enter(RoleName.ADMIN), enter(RoleName.COORDINATOR)
    one.get("/desk/account")
    other.get("/desk/account")
    assert other.send(f"/desk/campaigns/{slug}/pause", csrf_token=one.fields["csrf_token"]).status_code == 400
    other.get(f"/desk/campaigns/{slug}/")
    assert ">Open<" in other.page


def test_write_from_another_site_is_refused_whatever_it_carries(coordinator: Visitor, database: Database) -> None:
    slug = _slug(database)
    coordinator.get("/desk/account")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = coordinator.client.post(f"/desk/campaigns/{slug}/pause", data=coordinator.fields, headers=headers)
        assert answer.status_code == 403


def test_form_sent_after_signing_out_is_held_and_can_be_sent_after_signing_in(coordinator: Visitor, database: Database) -> None:
    slug = _slug(database, state="draft")
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    coordinator.client.delete_cookie("session", path="/desk")
    answer = coordinator.send(f"/desk/campaigns/{slug}/edit", topics="water, <housing>", people__0__name="Ana\nLópez")
    assert answer.status_code == 401
    assert "nothing you typed is lost" in coordinator.page
    held = coordinator.fields
    assert held["topics"] == "water, <housing>"
    other_tab = Visitor(coordinator.client)
    assert other_tab.sign_in("coordinator@vigil.example", PASSWORD).status_code == 302
    assert coordinator.send(f"/desk/campaigns/{slug}/edit").status_code == 302
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    assert coordinator.fields["topics"] == "water, <housing>"


def test_pages_that_do_not_exist_are_desk_pages(coordinator: Visitor) -> None:
    assert coordinator.get("/desk/campaigns/no-such/").status_code == 404
    assert "Sign out" in coordinator.page


def test_demo_banner_is_on_every_page(coordinator: Visitor) -> None:
    for path in ("/desk/", "/desk/account", "/desk/mail", "/desk/deliveries", "/desk/campaigns/new"):
        coordinator.get(path)
        assert "mail stays on this computer" in coordinator.page
        assert 'class="skip"' in coordinator.page
