"""A letter by post and by fax, from the sign-up to the count: on a phone in Arabic, on a desk without JavaScript."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.journeys.conftest import Running

pytestmark = pytest.mark.browser

CAMPAIGN = """
slug = "ferran"
country = "ES"
timezone = "Europe/Madrid"
[[people]]
name = "Nadia Ferrán"
[[targets]]
role = "Fiscal General"
name = "Inés Robledo"
organisation = "Fiscalía"
address = ["Calle de los Ejemplos 3", "28071 Madrid"]
country = "ES"
fax = "+34 910 000 000"
languages = ["es"]
salutations = {{ es = "Sra. Fiscal" }}
[[editions]]
deadline_on = {deadline}
preferred_languages = ["es"]
[editions.texts.es]
headline = "Protejan a Nadia Ferrán"
subjects = ["Nadia Ferrán"]
body = \"\"\"
{{{{ salutation }}}}:

Le pido que proteja a {{{{ person.name }}}}.

{{{{ personal_lines }}}}

Atentamente,
{{{{ supporter.name }}}}\"\"\"
"""
EMAIL = "leila@mail.example"


def publish(running: Running, folder: Path, *, days: int) -> None:
    file = folder / "ferran.toml"
    file.write_text(CAMPAIGN.format(deadline=date.today() + timedelta(days=days)))
    running.run("campaigns", "load", str(file), "--publish")


def letter_page(page: Page, running: Running, language: str) -> None:
    """Sign up, write freely, choose initials, prove the address."""
    page.goto(f"{running.url}/{language}/actions/ferran/")
    page.fill("[name=name]", "Leila Haddad")
    page.fill("[name=email]", EMAIL)
    page.select_option("[name=country]", "AT")
    page.check("[name=consent]")
    page.click("button[name=prepare]")
    page.locator("details.free summary").click()
    page.fill("[name=rewritten]", "Le escribo desde Viena.\n\nNadia es periodista, y el periodismo no es delito.")
    page.check("#safety-initials")
    page.click("#save-words")
    link = re.search(r"http\S+/confirm/\S+", running.mail_to(EMAIL).text())
    assert link is not None
    page.goto(link[0])
    page.locator("main form button").first.click()


def printed(page: Page, running: Running, link: str) -> str:
    answer = page.request.get(running.url + link)
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages).split())


@pytest.mark.parametrize(
    ("language", "phone", "javascript"), [pytest.param("ar", True, True, id="Arabic phone"), pytest.param("en", False, False, id="no JavaScript")]
)
def test_letter_by_post_and_fax(
    running: Running, open_page: Callable[..., Page], tmp_path: Path, language: str, phone: bool, javascript: bool
) -> None:
    publish(running, tmp_path, days=4)
    page = open_page(phone=phone, javascript=javascript, language=language)
    letter_page(page, running, language)
    links = [link.get_attribute("href") or "" for link in page.locator("#ways a[href*='letter.pdf']").all()]
    by_post = printed(page, running, next(link for link in links if "target=" in link and "fax" not in link))
    by_fax = printed(page, running, next(link for link in links if "fax" in link))
    for text in (by_post, by_fax):
        assert "Sra. Fiscal" in text and "Le escribo desde Viena." in text and "L. H." in text
        assert "Leila" not in text and "Haddad" not in text
    for channel in ("post", "fax"):
        page.locator(f"#ways button[name=channel][value={channel}]").click()
        assert page.locator(f"#ways button[name=channel][value={channel}]").count() == 0, "it says that it went out"
    counts = running.show("ferran")["counts"]
    assert (counts["people"], counts["reported"], counts["letters"]) == (1, 1, {"reported": 2})
    assert counts["own_words"] == {"much": 1}
