"""The main job, once through: from a campaign made at the desk to a letter in an official's mailbox and a count."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD, STAFF, Running, until
from tests.sink import Received

pytestmark = pytest.mark.browser

MINISTER = "ministro@justicia.example"
BODIES = {
    "en": "{{ salutation }},\n\nI ask you to protect {{ person.name }}.\n\n{{ personal_lines }}\n\nYours faithfully,\n{{ supporter.name }}",
    "es": "{{ salutation }}:\n\nLe pido que proteja a {{ person.name }}.\n\n{{ personal_lines }}\n\nAtentamente,\n{{ supporter.name }}",
}
HEADLINES = {"en": "Protect Nadia Ferrán", "es": "Protejan a Nadia Ferrán"}


def make_and_publish(page: Page, url: str) -> None:
    """A coordinator signs in, writes a campaign in two languages, and publishes it."""
    page.goto(f"{url}/desk/")
    page.fill("[name=email]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{url}/desk/campaigns/new")
    page.fill("[name=slug]", "ferran")
    page.select_option("[name=country]", "ES")
    page.select_option("[name=timezone]", "Europe/Madrid")
    page.fill("[name='people.0.name']", "Nadia Ferrán")
    page.fill("[name='targets.0.role']", "Ministro de Justicia")
    page.select_option("[name='targets.0.country']", "ES")
    page.fill("[name='targets.0.emails']", MINISTER)
    page.fill("[name='targets.0.languages']", "es, en")
    page.fill("[name='targets.0.salutations.en']", "Dear Minister")
    page.fill("[name='edition.deadline_on']", (date.today() + timedelta(days=14)).isoformat())
    page.fill("[name='edition.preferred_languages']", "es, en")
    write_text(page, "en")
    page.select_option("[name=new_language]", "es")
    page.get_by_role("button", name="Add this language").click()
    write_text(page, "es")
    page.fill("[name='targets.0.salutations.es']", "Sr. Ministro")
    page.fill("[name='sending.cap_per_hour']", "3600")
    page.get_by_role("button", name="Save").first.click()
    page.goto(f"{url}/desk/campaigns/ferran/publish")
    assert MINISTER in page.inner_text("main"), "the screen before publishing names every address that will get mail"
    page.get_by_role("button", name=re.compile("Publish")).click()


def write_text(page: Page, language: str) -> None:
    page.fill(f"[name='texts.{language}.headline']", HEADLINES[language])
    page.fill(f"[name='texts.{language}.summary']", "…")
    page.fill(f"[name='texts.{language}.case']", "…")
    page.fill(f"[name='texts.{language}.demands']", "…")
    page.fill(f"[name='texts.{language}.subjects']", HEADLINES[language])
    page.fill(f"[name='texts.{language}.body']", BODIES[language])


def sign_up(page: Page, url: str, language: str, email: str) -> None:
    """A supporter opens the action, asks for a Spanish letter, and adds lines of their own."""
    page.goto(f"{url}/{language}/")
    page.locator("a[href*='/actions/ferran']").first.click()
    page.goto(f"{url}/{language}/actions/ferran/?letter=es")
    page.fill("[name=name]", "Lucía Prado")
    page.fill("[name=email]", email)
    page.select_option("[name=country]", "PT")
    page.check("[name=consent]")
    page.click("button[name=prepare]")
    page.fill("[name=personal_lines]", "Soy maestra en Évora.\n\nMis alumnos preguntan por ella.")
    page.click("#save-words")
    assert "Soy maestra en Évora." in page.inner_text("main")


def confirm(page: Page, running: Running, email: str) -> None:
    """The supporter follows the link of the real mail; looking at it changes nothing, the button does."""
    link = re.search(r"http\S+/confirm/\S+", running.mail_to(email).text())
    assert link is not None
    page.goto(link[0])
    assert not mails_to(running, MINISTER)
    page.locator("main form button").first.click()
    assert "/appeals/" in page.url


def mails_to(running: Running, address: str) -> list[Received]:
    return [mail for mail in running.sink.received if address in mail.recipients]


def written(running: Running) -> int:
    page = running.server.get("/en/actions/ferran/")
    found = re.search(r"(\d+) (?:person has|people have) written", page)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("language", "javascript"),
    [pytest.param("es", True, id="Spanish"), pytest.param("es", False, id="without JavaScript"), pytest.param("ar", True, id="Arabic")],
)
def test_from_a_campaign_to_a_delivered_letter_and_a_count(running: Running, open_page: Callable[..., Page], language: str, javascript: bool) -> None:
    make_and_publish(open_page(javascript=javascript), running.url)
    supporter, email = open_page(phone=True, javascript=javascript, language=language), "lucia@correo.example"
    sign_up(supporter, running.url, language, email)
    assert written(running) == 0
    assert supporter.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    confirm(supporter, running, email)

    letter = running.mail_to(MINISTER)
    assert letter.text().strip().split("\n\n") == [
        "Sr. Ministro:",
        "Le pido que proteja a Nadia Ferrán.",
        "Soy maestra en Évora.",
        "Mis alumnos preguntan por ella.",
        "Atentamente,",
        "Lucía Prado",
    ]
    assert str(letter.message["From"]) == "Lucía Prado <letters@vigil.example>"
    assert letter.sender == "letters@vigil.example"
    assert letter.subject == HEADLINES["es"]
    until(lambda: written(running) == 1)

    thanks = until(lambda: running.run("jobs", "run", "letters.thank") and mails_to(running, email)[1:])[0]
    assert "Ministro de Justicia" in thanks.text()
    assert len(mails_to(running, MINISTER)) == 1
    identities = [mail.message_id for mail in running.sink.received]
    assert len(identities) == len(set(identities))
    counts = running.show("ferran")["counts"]
    assert (counts["people"], counts["sent"], counts["reported"]) == (1, 1, 0)
