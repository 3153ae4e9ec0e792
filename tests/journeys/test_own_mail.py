"""A letter through the writer's own mail, on a phone in Arabic, and the meter a coordinator writes by."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD, STAFF, Running
from tests.letters.letters import header, part, read, seen, unmarked

pytestmark = pytest.mark.browser

MINISTERS = ["ministro@justicia.example", "gabinete+cartas@justicia.example"]
CAMPAIGN = """
slug = "ferran"
state = "published"
reference = "UA 101/26"
country = "ES"
timezone = "Europe/Madrid"

[[people]]
name = "Nadia Ferrán"

[[targets]]
role = "Ministro de Justicia"
emails = {emails}
languages = ["ar", "es"]

[targets.salutations]
ar = "معالي الوزير"

[[editions]]
deadline_on = {deadline}
preferred_languages = ["ar"]

[editions.texts.ar]
headline = "احموا نادية فران"
summary = "…"
case = "…"
demands = ["…"]
subjects = ["احموا Nadia Ferrán"]
body = '''
{{{{ salutation }}}}،

أكتب إليكم بشأن {{{{ person.name }}}} ({{{{ campaign.reference }}}}).{more}

{{{{ personal_lines }}}}

مع الاحترام،
{{{{ supporter.name }}}}'''
"""
OWN = "أعرفها منذ 2019، ورقم هاتفي +34 600 100 200."


def load(running: Running, folder: Path, *, more: str = "") -> None:
    file = folder / "ferran.toml"
    file.write_text(CAMPAIGN.format(emails=MINISTERS, deadline=(date.today() + timedelta(days=14)).isoformat(), more=more))
    running.run("campaigns", "load", str(file))


def sign_up(page: Page, running: Running) -> None:
    page.goto(f"{running.url}/ar/actions/ferran/?letter=ar")
    page.fill("[name=name]", "مريم صالح")
    page.fill("[name=email]", "mariam@correo.example")
    page.select_option("[name=country]", "JO")
    page.check("[name=consent]")
    page.click("button[name=prepare]")
    page.fill("[name=personal_lines]", OWN)
    page.click("#save-words")


def letter_of(page: Page) -> str:
    """The letter as its field holds it."""
    return page.locator("textarea[id^=own-]").input_value()


def body_of(url: str | None) -> str:
    return parse_qs(urlsplit(url or "").query).get("body", [""])[0].replace("\r\n", "\n")


@pytest.mark.parametrize("javascript", [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript")])
def test_arabic_letter_goes_out_by_the_writers_own_mail(running: Running, open_page: Callable[..., Page], tmp_path: Path, javascript: bool) -> None:
    load(running, tmp_path)
    page = open_page(phone=True, javascript=javascript, language="ar")
    sign_up(page, running)
    letter = letter_of(page)
    assert letter.split("\n\n") == ["معالي الوزير،", "أكتب إليكم بشأن Nadia Ferrán (UA 101/26).", OWN, "مع الاحترام،", "مريم صالح"]

    link = page.locator("#ways a[href^='mailto:']").get_attribute("href") or ""
    assert [unquote(address) for address in urlsplit(link).path.split(",")] == MINISTERS
    assert parse_qs(urlsplit(link).query)["subject"] == ["احموا Nadia Ferrán"]
    assert body_of(link) == letter

    page.locator("#ways summary", has_text="بريد الويب").click()
    webmails = page.locator(".own-ways .acts a")
    assert [body_of(one.get_attribute("href")) for one in webmails.all()] == [letter] * 3
    assert {one.get_attribute("rel") for one in webmails.all()} == {"noreferrer"}
    page.locator("#ways summary", has_text=".eml").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="نزّل المسودة").click()
    assert waiting.value.suggested_filename == "ferran-1.eml"
    content = waiting.value.path().read_bytes()
    assert [address.addr_spec for address in read(content)["To"].addresses] == MINISTERS
    assert header(content, "Subject") == "احموا Nadia Ferrán"
    assert read(content)["X-Unsent"] == "1"
    text, html = part(content, "plain"), part(content, "html")
    assert text is not None and html is not None
    assert text.split("\n\n")[1:3] == [
        "أكتب إليكم بشأن \u2066Nadia Ferrán\u2069 (\u2066UA 101/26\u2069).",
        "أعرفها منذ 2019، ورقم هاتفي \u2066+34 600 100 200\u2069.",
    ]
    assert unmarked(text) == seen(html) == letter

    page.locator("#ways summary", has_text="نسخها").click()
    assert page.locator("input[id$=-to]").input_value() == ", ".join(MINISTERS)
    field = page.locator("textarea[id^=own-]")
    assert (field.get_attribute("dir"), field.get_attribute("lang"), field.get_attribute("readonly")) == ("rtl", "ar", "")
    field.press("Control+a")
    assert field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == letter, "its keys select the field alone"
    assert page.locator("button[data-copy]:visible").count() == (3 if javascript else 0), "no button that does nothing"

    page.goto(page.url.split("#")[0].split("?")[0])
    page.get_by_role("button", name="أرسلتها").first.click()
    assert "done=reported" in page.url
    assert page.locator("#ways a[href^='mailto:']").count() == 0


def test_confirmed_writer_who_sent_it_counts_as_reported(running: Running, open_page: Callable[..., Page], tmp_path: Path) -> None:
    load(running, tmp_path)
    page = open_page(phone=True, language="ar")
    sign_up(page, running)
    page.get_by_role("button", name="أرسلتها").first.click()
    assert running.show("ferran")["counts"]["reported"] == 0, "an address that is not proven counts for nothing"
    link = re.search(r"http\S+/confirm/\S+", running.mail_to("mariam@correo.example").text())
    assert link is not None
    page.goto(link[0])
    page.locator("main form button").first.click()
    assert running.show("ferran")["counts"]["reported"] == 1
    assert [mail for mail in running.sink.received if MINISTERS[0] in mail.recipients] == [], "it is not sent twice"


def test_enter_key_saves_the_words(running: Running, open_page: Callable[..., Page], tmp_path: Path) -> None:
    load(running, tmp_path)
    page = open_page(language="ar")
    sign_up(page, running)
    page.fill("[name=subject]", "عنوان")
    page.press("[name=subject]", "Enter")
    page.wait_for_load_state()
    assert "done=saved" in page.url
    assert page.input_value("[name=subject]") == "عنوان"
    assert page.input_value("[name=rewritten]") == "", "it is not the button that puts the model text there"


def test_long_arabic_letter_says_why_and_is_whole_on_a_phone(running: Running, open_page: Callable[..., Page], tmp_path: Path) -> None:
    load(running, tmp_path, more=" نرجو حمايتها." * 40)
    page = open_page(phone=True, language="ar")
    sign_up(page, running)
    whole, blank = page.locator("#ways a[href^='mailto:']").all()
    assert body_of(whole.get_attribute("href")) == letter_of(page)
    assert "هاتف" in whole.inner_text()
    assert body_of(blank.get_attribute("href")) == ""
    assert not blank.is_visible(), "it stands beside the fields to copy"
    assert page.get_by_role("link", name="نزّل المسودة").is_visible()
    assert re.search(r"1,900", page.locator(".own-ways .hint").first.inner_text())
    for summary in page.locator(".own-ways summary").all():
        summary.click()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_meter_counts_on_as_the_server_does(running: Running, open_page: Callable[..., Page], tmp_path: Path) -> None:
    load(running, tmp_path)
    page, plain = open_page(), open_page(javascript=False)
    for one in (page, plain):
        one.goto(f"{running.url}/desk/")
        one.fill("[name=email]", STAFF)
        one.fill("[name=password]", PASSWORD)
        one.get_by_role("button", name="Sign in").click()
        one.goto(f"{running.url}/desk/campaigns/ferran/edit")
    assert told(page) == told(plain)
    assert told(page)["all"] == "It fits every mail program."
    body = page.input_value("[name='texts.ar.body']")
    for more in ("!*'() é", "\n\nЖ字 \N{HAMSTER FACE}\n\nend.", " نرجو حمايتها." * 20, " نرجو حمايتها." * 80):
        page.fill("[name='texts.ar.body']", body.replace("\n\n{{ personal_lines }}", f"{more}\n\n{{{{ personal_lines }}}}"))
        counted = told(page)
        page.get_by_role("button", name="Add a person").click()
        page.wait_for_load_state()
        assert told(page) == counted, "the figure of the server after sending is the one that stood there while typing"
    assert counted["all"] == "Too long for some: supporters there download or copy it."
    assert counted["Gmail"].startswith("too long by ")
    assert counted["Phones, Mac, Linux"] == "fits"
    page.fill("[name='texts.ar.body']", body)
    assert told(page) == told(plain)


def told(page: Page) -> dict[str, str]:
    """What the meter of the Arabic text says, and how long its bar is."""
    meter = page.locator("[data-link-of='texts.ar.body']")
    rows = [re.fullmatch(r"(.*?) [\d,]+ (fits|too long by [\d,]+)", " ".join(row.inner_text().split())) for row in meter.locator("li").all()]
    verdicts = {row[1]: row[2] for row in rows if row}
    assert len(verdicts) == 5
    return verdicts | {
        "size": meter.locator("[data-size]").inner_text(),
        "all": meter.locator("p > [data-verdict]:visible").inner_text(),
        "bar": meter.locator(".some").get_attribute("width") or "",
        "fits": str(meter.get_attribute("data-fits")),
    }
