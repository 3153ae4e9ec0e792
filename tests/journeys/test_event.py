"""A group that writes together, organised from a phone in Arabic: the pack, the report, and the number apart from the people."""

import io
import re
import tomllib
import unicodedata
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
import tomli_w
from playwright.sync_api import Page

from app import i18n
from config import ROOT
from tests.journeys.conftest import PASSWORD, STAFF, Running

pytestmark = pytest.mark.browser

SLUG = "amaranta-quishpe"


@pytest.fixture
def action(running: Running, tmp_path: Path) -> str:
    """The demo's action, open for two weeks. Returns the address of its page in Arabic."""
    file = tomllib.loads((ROOT / "demo" / "open.toml").read_text())
    for edition in file["editions"]:
        edition["deadline_on"] = (datetime.now(UTC) + timedelta(days=14)).date()
        edition.pop("issued_on", None)
    path = tmp_path / "action.toml"
    path.write_text(tomli_w.dumps(file))
    running.run("campaigns", "load", str(path), "--publish")
    return f"{running.url}/ar/actions/{SLUG}/"


def people(page: Page, action: str) -> tuple[str, str]:
    """What the page of the action says of people, and of groups."""
    page.goto(action)
    facts = page.locator(".facts > div").last
    groups = [line for line in facts.locator("dd").all_inner_texts() if "المجموعات" in line]
    return facts.locator("dd").first.inner_text().split("\n")[0], groups[0] if groups else ""


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_from_a_pack_printed_on_a_phone_in_arabic_to_letters_counted_apart(
    running: Running, open_page: Callable[..., Page], action: str, javascript: bool
) -> None:
    page = open_page(phone=True, javascript=javascript, language="ar")
    with i18n.speaking("ar"):
        nobody, n12, n5 = i18n._("Nobody has written yet"), i18n.number(12), i18n.number(5)
        report_them, pack_words = i18n._("Report these letters"), i18n._("Sign-up sheet")
        thanks = i18n._("Thank you. Your letters are counted.")
    assert people(page, action) == (nobody, "")

    page.locator(f"a[href$='/ar/actions/{SLUG}/event']").click()
    assert page.get_attribute("html", "dir") == "rtl"
    page.fill("[name=writers]", "١٢")
    page.select_option("[name=letter]", "es")
    with page.expect_response(lambda answer: "/pack.pdf" in answer.url) as asked:
        page.locator("#pack form button").click()
    assert asked.value.headers["content-type"] == "application/pdf"
    document = page.context.request.get(asked.value.url).body()  # what the browser's viewer shows, it gives no test
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    assert len(pages) == 1 + 12 + 2
    assert all("Señora Ministra:" in letter.extract_text() for letter in pages[1:13])
    cover = pages[0].extract_text().replace("\n", "")
    assert f"{running.url}/ar/actions/{SLUG}/event#report" in cover
    assert sorted(pack_words.replace(" ", "")) == sorted(_first_line(pages[13]))

    page.goto(f"{action}event#report")
    page.fill("[name=letters]", "١٢")
    page.select_option("[name=channel]", "post")
    page.fill("[name=held_on]", datetime.now(UTC).date().isoformat())
    page.fill("[name=place]", "تطوان")
    page.get_by_role("button", name=report_them).click()
    page.get_by_text(thanks).wait_for()
    first, groups = people(page, action)
    assert first == nobody
    assert re.search(rf"\b{n12}\b", groups)
    counts = running.show(SLUG)["counts"]
    assert (counts["events"], counts["people"], counts["letters"]) == (12, 0, {})

    _report_five(running)
    assert re.search(rf"\b{int(n12) + int(n5)}\b", people(page, action)[1])
    _take_back_twelve(open_page(), running)
    assert re.search(rf"\b{n5}\b", people(page, action)[1])
    assert running.show(SLUG)["counts"]["events"] == 5


def _first_line(page: pypdf.PageObject) -> str:
    """The heading of the sheet, in whatever form and order the letters are read."""
    return (
        unicodedata.normalize("NFKC", page.extract_text().strip().split("\n")[0]).replace(" ", "").strip("\u2066\u2067\u2068\u2069\u202b\u202c\u200f")
    )


def _report_five(running: Running) -> None:
    """Another group, whose browser the journey need not show."""
    token = re.search(r'name="token" value="([^"]+)"', running.server.get(f"/en/actions/{SLUG}/event"))
    assert token is not None
    told = {"token": token[1], "leave": "", "letters": "5", "channel": "hand", "held_on": datetime.now(UTC).date().isoformat()}
    address = f"{running.url}/en/actions/{SLUG}/event"
    with urllib.request.urlopen(urllib.request.Request(address, urllib.parse.urlencode(told).encode()), timeout=20) as answer:
        assert "done=reported" in answer.url


def _take_back_twelve(page: Page, running: Running) -> None:
    """A coordinator finds that the twelve cannot be true."""
    page.goto(f"{running.url}/desk/")
    page.fill("[name=email]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{running.url}/desk/campaigns/{SLUG}/")
    assert "تطوان" in page.inner_text("main")
    page.locator("li", has_text="12 letters by post").get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    page.get_by_text("Taken back. Its letters are in no number any more.").wait_for()
