"""How the public pages look and weigh: nothing for axe to report, light and dark, left to right and right to left, on a phone and at a desk.

SCREENSHOTS=folder keeps a picture of every page.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app import tokens
from app.campaigns.queries import get_terms
from app.db import Database
from app.letters import actions, queries
from app.letters.models import Appeal
from app.letters.rules import Safety, SignUp, Words
from app.site import Site
from app.tokens import Purpose
from app.wiring import site_of
from config import Config
from tests.conftest import KEYS
from tests.server import Server, flask

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

OPEN, CLOSED = "amaranta-quishpe", "pavlov-extradition"
LANGUAGES = ("en", "es", "ar")
MOST_BYTES = 30_000


@dataclass
class Shown:
    """The demo, served, with a draft, a proven appeal and a second draft of the same person."""

    url: str
    site: Site
    paths: dict[str, str]

    def path(self, name: str, language: str) -> str:
        return self.url + self.paths[name].replace("/en/", f"/{language}/", 1).replace("lang=en", f"lang={language}")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("look")
    settings = {
        **KEYS,
        "VIGIL_ENV": "test",
        "DATABASE_URL": f"sqlite:///{folder / 'vigil.sqlite3'}",
        "INSTANCE_PATH": str(folder),
        "SITE_NAME": "Vigil Quito",
    }
    for command in (("db", "upgrade"), ("demo", "load")):
        done = flask(*command, settings=settings)
        assert done.returncode == 0, done.stderr
    with Server(settings, folder / "server.log") as server:
        site = site_of(Config.from_env({"PUBLIC_URL": server.url, **settings}))
        database = Database(settings["DATABASE_URL"])
        try:
            yield Shown(server.url, site, paths(database, site))
        finally:
            database.close()


def sign_up(database: Database, site: Site, email: str, *, wants_letter: bool = True) -> str:
    """The key of a new draft in the demo's open action."""
    wish = SignUp(email, "Eva Gil", "ES", "en", "es", place="Sevilla", remind=True, wants_letter=wants_letter)
    with database.reading() as session:
        plan = actions.plan_sign_up(get_terms(session, OPEN, datetime.now(UTC)), wish, site=site, now=datetime.now(UTC))
    with database.transaction() as session:
        return actions.sign_up(session, plan, site=site, now=datetime.now(UTC))


def paths(database: Database, site: Site) -> dict[str, str]:
    """Every kind of public page, with the people that are needed to see it."""
    draft, proven = sign_up(database, site, "eva@mail.example"), sign_up(database, site, "ana@mail.example")
    reminder = sign_up(database, site, "bo@mail.example", wants_letter=False)
    with database.transaction() as session:
        own = Words(personal_lines="Crecí junto a un río así.\n\nMi hija me pidió que le escribiera.", letter_language="es")
        actions.save_words(session, queries.get_appeal(session, draft), own, site=site, now=datetime.now(UTC))
        foreign = Words(letter_language="ru", safety=Safety.INITIALS)
        actions.save_words(session, queries.get_appeal(session, proven), foreign, site=site, now=datetime.now(UTC))
        actions.confirm(session, queries.get_appeal(session, proven), take_over=False, site=site, now=datetime.now(UTC))
        person = session.scalars(select(Appeal.supporter_id).where(Appeal.key == proven)).one()
    assert person is not None
    again = sign_up(database, site, "ana@mail.example")
    return {
        "home": "/en/",
        "action": f"/en/actions/{OPEN}/?letter=es",
        "russian-letter": f"/en/actions/{OPEN}/?letter=ru",
        "event": f"/en/actions/{OPEN}/event?done=reported",
        "event-closed": f"/en/actions/{CLOSED}/event",
        "closed": f"/en/actions/{CLOSED}/",
        "draft": f"/en/appeals/{tokens.sign(site, Purpose.DRAFT, draft)}/",
        "reminder-draft": f"/en/appeals/{tokens.sign(site, Purpose.DRAFT, reminder)}/",
        "proven": f"/en/appeals/{tokens.sign(site, Purpose.APPEAL, proven)}/?done=confirmed",
        "confirm": f"/en/confirm/{tokens.sign(site, Purpose.CONFIRM, draft)}",
        "confirm-again": f"/en/confirm/{tokens.sign(site, Purpose.CONFIRM, again)}",
        "confirmed": f"/en/confirm/{tokens.sign(site, Purpose.CONFIRM, proven)}",
        "already-sent": f"/en/reminder/{tokens.sign(site, Purpose.REMINDER, proven)}/sent",
        "me": f"/en/me/{tokens.sign(site, Purpose.ME, person)}/?done=unsure",
        "forgotten": "/en/forgotten",
        "unsubscribe": f"/unsubscribe/{tokens.sign(site, Purpose.UNSUBSCRIBE, person)}?lang=en",
        "privacy": "/en/privacy",
        "not-found": "/en/nothing/here",
    }


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window; what the browser complains about fails the test, but not that a page said 404 or 422."""
    contexts, complaints = [], []

    def open_one(*, phone: bool = False, **more: Any) -> Page:
        viewport = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        contexts.append(browser.new_context(**{"viewport": viewport, **more}))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def troubles(page: Page) -> list[str]:
    """What axe reports, and a page that is wider than its window."""
    found = [f"{one['id']}: {node['html'][:160]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible(shown: Shown, look: Callable[..., Page], language: str, scheme: str) -> None:
    found = {}
    windows = (True, False) if (language, scheme) in {("en", "light"), ("ar", "dark")} else (True,)
    for phone in windows:
        page = look(phone=phone, locale=language, color_scheme=scheme)
        for name in shown.paths:
            page.goto(shown.path(name, language))
            assert page.get_attribute("html", "lang") == language, name
            found[name, phone] = troubles(page)
            keep_picture(page, f"{name}-{language}-{scheme}-{'phone' if phone else 'desk'}")
    assert {place: what for place, what in found.items() if what} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_form_with_mistakes_is_accessible(shown: Shown, look: Callable[..., Page], language: str, scheme: str) -> None:
    page = look(phone=True, color_scheme=scheme)
    page.goto(shown.path("action", language))
    page.click("button[name=prepare]")
    assert page.locator("[aria-invalid=true]").count() == 4
    assert troubles(page) == []
    keep_picture(page, f"mistakes-{language}-{scheme}-phone")
    page.goto(shown.path("draft", language))
    page.fill("[name=personal_lines]", "www.home.example")
    page.click("#save-words")
    assert page.locator("[aria-invalid=true]").count() == 1
    assert troubles(page) == []
    page.goto(shown.path("event", language))
    page.click("#report .act")
    assert page.locator("[aria-invalid=true]").count() == 3
    assert troubles(page) == []
    keep_picture(page, f"event-mistakes-{language}-{scheme}-phone")
    page.fill("[name=writers]", "0")
    page.click("#pack .act")
    assert page.locator("[aria-invalid=true]").count() == 1
    assert troubles(page) == []


def test_nothing_is_cut_off_at_320_pixels_or_twice_the_size_of_type(shown: Shown, look: Callable[..., Page]) -> None:
    page = look(viewport={"width": 320, "height": 640})
    for name in shown.paths:
        for language in ("en", "ar"):
            page.goto(shown.path(name, language))
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_action_weighs_little_and_comes_from_one_place(shown: Shown, look: Callable[..., Page], language: str) -> None:
    page = look(phone=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shown.path("action", language), wait_until="networkidle")
    sizes = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(one => one.transferSize)"
    weight = sum(page.evaluate(sizes))
    assert 2_000 < weight < MOST_BYTES
    assert all(url.startswith(shown.url) for url in asked)
    assert page.context.cookies() == []


def test_deadline_stays_in_sight_and_covers_nothing_that_has_the_focus(shown: Shown, look: Callable[..., Page]) -> None:
    page = look(phone=True)
    page.goto(shown.path("action", "en"))
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    assert page.locator(".bar .left").bounding_box()["y"] < 60  # type: ignore[index]
    bar = page.locator(".bar").bounding_box()["height"]  # type: ignore[index]
    page.locator("button[name=prepare]").focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        top = page.evaluate("(() => { const e = document.activeElement; return e.closest('.bar, .trap') ? 999 : e.getBoundingClientRect().top })()")
        if page.evaluate("scrollY") < 700:
            break
        assert top >= bar - 1, page.evaluate("document.activeElement.outerHTML")


def test_letter_can_be_copied(shown: Shown, look: Callable[..., Page]) -> None:
    page = look(permissions=["clipboard-read", "clipboard-write"])
    page.goto(shown.path("action", "en"))
    page.get_by_role("button", name="Copy the letter").click()
    page.get_by_role("button", name="Copied").wait_for()
    words = page.evaluate("navigator.clipboard.readText()")
    assert "Señora Ministra:\n\n" in words
    assert "Your name and signature" not in words
    page.goto(shown.path("draft", "en"))
    page.locator("summary", has_text="Copy it field by field").first.click()
    page.locator("button[data-copy]:visible").last.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "Mi hija me pidió que le escribiera." in page.evaluate("navigator.clipboard.readText()")


def test_characters_that_are_left_are_counted(shown: Shown, look: Callable[..., Page]) -> None:
    page = look()
    page.goto(shown.path("draft", "en"))
    page.fill("[name=personal_lines]", "x" * 400)
    assert page.inner_text("#personal_lines-left") == "Characters left: 600"


def test_printed_page_holds_the_case_and_the_letter_alone(shown: Shown, look: Callable[..., Page]) -> None:
    page = look()
    page.goto(shown.path("action", "en"))
    page.emulate_media(media="print")
    for part in (".bar", ".tongues", ".sign-up", ".choose", ".foot", ".demo"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator(".sheet").is_visible()
    assert page.locator("h1").is_visible()
    keep_picture(page, "print")
