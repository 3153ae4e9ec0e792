"""The desk as people see it: nothing for axe to report, nothing wider than the screen, in light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD, STAFF, Running

pytestmark = pytest.mark.browser

OPEN = "/desk/campaigns/amaranta-quishpe/"
PAGES = [
    "/desk/",
    OPEN,
    f"{OPEN}edit",
    f"{OPEN}preview",
    f"{OPEN}preview?language=ar",
    f"{OPEN}close",
    f"{OPEN}extend",
    f"{OPEN}publish",
    "/desk/campaigns/pavlov-extradition/",
    "/desk/campaigns/new",
    "/desk/embassies",
    "/desk/embassies?of=EC",
    "/desk/embassies?q=nowhere",
    "/desk/embassies/load",
    "/desk/deliveries",
    "/desk/mail",
    "/desk/account",
    "/desk/second-factor",
    "/desk/recovery-codes",
    "/desk/change-password",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_pages_are_open_to_everybody(running: Running, open_page: Callable[..., Page], scheme: Literal["light", "dark"]) -> None:
    running.run("demo", "load")
    for phone in (True, False):
        page = open_page(phone=phone, color_scheme=scheme)
        page.goto(f"{running.url}/desk/")
        assert _complaints(page) == []
        page.fill("[name=email]", STAFF)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        for path in PAGES:
            answer = page.goto(running.url + path)
            assert answer
            assert answer.status == 200
            assert _complaints(page) == [], path


def test_leaving_the_editor_with_changes_is_asked_first(running: Running, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{running.url}/desk/")
    page.fill("[name=email]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.goto(f"{running.url}/desk/campaigns/new")
    page.goto(f"{running.url}/desk/")
    assert asked == []
    page.goto(f"{running.url}/desk/campaigns/new")
    page.fill("[name=topics]", "water")
    page.get_by_role("button", name="Add a person").click()
    page.wait_for_selector("[name='people.1.name']")
    assert asked == [], "sending is not leaving"
    page.fill("[name=topics]", "water, housing")
    page.goto(f"{running.url}/desk/")
    assert asked == ["beforeunload"]


def _complaints(page: Page) -> list[str]:
    found = [f"{one['id']}: {node['html'][:160]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{wider} px wider than the screen"] if wider > 0 else found
