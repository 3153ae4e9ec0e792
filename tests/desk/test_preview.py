"""The letter for a made-up supporter, and the test letter to oneself."""

import html
import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.campaigns.models import Text
from app.campaigns.queries import get_campaign
from app.db import Database
from app.deliveries.jobs import send_due
from app.deliveries.models import Delivery
from app.desk import mailbox
from app.site import Site
from tests import make
from tests.desk.visitor import Visitor


@pytest.fixture
def slug(database: Database) -> str:
    with database.transaction() as session:
        targets = [make.target(session), make.target(session, role="Mayor", name="", emails=[], salutations={})]
        return make.campaign(session, targets=targets, languages=("en", "es", "ar")).slug


def test_preview_shows_the_letter_in_each_language_to_each_official(coordinator: Visitor, slug: str) -> None:
    coordinator.get(f"/desk/campaigns/{slug}/preview")
    for words in ("Dear Minister,", "Maria Example", "María López", "lines of their own"):
        assert words in coordinator.page
    coordinator.get(f"/desk/campaigns/{slug}/preview?language=ar")
    assert '<article class="sheet" lang="ar" dir="rtl">' in coordinator.page
    assert "معالي الوزيرة" in coordinator.page
    coordinator.get(f"/desk/campaigns/{slug}/preview?language=es")
    assert "Sra. Ministra:" in coordinator.page
    assert "no salutation" not in coordinator.page


def test_preview_says_where_a_salutation_is_missing(coordinator: Visitor, slug: str, database: Database) -> None:
    from app.targets.models import Target

    with database.reading() as session:
        mayor = session.scalars(select(Target.id).where(Target.role == "Mayor")).one()
    coordinator.get(f"/desk/campaigns/{slug}/preview?target={mayor}")
    assert "There is no salutation in English" in coordinator.page
    assert "Dear Sir or Madam," in coordinator.page
    assert "supporters post or fax it" in coordinator.page


@pytest.mark.parametrize("query", ["language=xx", "target=999999", "language=en&target=0"])
def test_preview_of_what_is_not_there_is_not_found(coordinator: Visitor, slug: str, query: str) -> None:
    assert coordinator.get(f"/desk/campaigns/{slug}/preview?{query}").status_code == 404


@pytest.fixture
def varied(database: Database) -> str:
    """A campaign with two subjects, openings and closings."""
    with database.transaction() as session:
        campaign = make.campaign(session, reference="UA 1/26")
        text = campaign.edition.texts[0]
        text.subjects = ["First ({{ campaign.reference }})", "Second"]
        text.openings = ["I write from {{ supporter.place }}.", "I am a neighbour."]
        text.closings = ["Please answer.", "I thank you."]
        return campaign.slug


def links(page: str) -> dict[str, str]:
    """Where each link of the chooser leads, by its words; `*` marks the one that is shown."""
    found = re.findall(
        r'<a href="([^"]+)"( aria-current="true")?[^>]*>(?:<bdi>)?([^<]+)',
        page[page.index('class="chooser"') : page.index("</nav>", page.index('class="chooser"'))],
    )
    return {f"{'*' if current else ''}{html.unescape(words)}": html.unescape(address) for address, current, words in found}


def test_every_combination_is_a_link_away(coordinator: Visitor, varied: str) -> None:
    coordinator.get(f"/desk/campaigns/{varied}/preview")
    for words in ("First (UA 1/26)", "I write from Exampletown.", "Please answer."):
        assert words in coordinator.page
    for words in ("Second", "I am a neighbour.", "I thank you."):
        coordinator.get(links(coordinator.page)[words])
    assert {"*Second", "*I am a neighbour.", "*I thank you."} <= links(coordinator.page).keys()
    assert "<h3>Second</h3>" in coordinator.page
    assert "<p>I am a neighbour.</p>" in coordinator.page
    assert "<p>I thank you.</p>" in coordinator.page
    coordinator.get(links(coordinator.page)["I write from {{ supporter.place }}."])
    assert "<h3>Second</h3>" in coordinator.page
    assert "<p>I write from Exampletown.</p>" in coordinator.page


def test_preview_shows_the_letter_with_fields_left_empty(coordinator: Visitor, varied: str) -> None:
    coordinator.get(f"/desk/campaigns/{varied}/preview")
    for part in ("the name", "the town", "lines of their own", "the action’s number"):
        coordinator.get(links(coordinator.page)[part])
    assert "<h3>First</h3>" in coordinator.page
    assert "<p>I write from.</p>" in coordinator.page
    for words in ("Maria Example", "Exampletown", "lines of their own.<", "UA 1/26"):
        assert words not in coordinator.page
    coordinator.get(links(coordinator.page)["*the town"])
    assert "<p>I write from Exampletown.</p>" in coordinator.page


def test_whom_copies_go_to_stands_once_under_the_letter_and_in_its_pdf(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, copies=[make.target(session, role="Ombudsperson", name="")]).slug
    coordinator.get(f"/desk/campaigns/{slug}/preview")
    [said] = re.findall(r"<p[^>]*>([^<]*: Ombudsperson)</p>", coordinator.page)
    pdf = coordinator.get(f"/desk/campaigns/{slug}/preview.pdf").data
    assert said in " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def test_number_of_a_campaign_without_one_is_not_offered(coordinator: Visitor, slug: str) -> None:
    coordinator.get(f"/desk/campaigns/{slug}/preview")
    assert "the action’s number" not in links(coordinator.page)
    assert "Opening" not in coordinator.page


def test_pdf_and_test_letter_are_of_the_letter_that_is_shown(
    coordinator: Visitor, varied: str, database: Database, site: Site, now: datetime
) -> None:
    coordinator.get(f"/desk/campaigns/{varied}/preview?subject=1&opening=1&closing=1&without=lines")
    [address] = re.findall(r'href="([^"]+)">As PDF', coordinator.page)
    text = PdfReader(BytesIO(coordinator.get(html.unescape(address)).data)).pages[0].extract_text()
    coordinator.get(f"/desk/campaigns/{varied}/preview?subject=1&opening=1&closing=1&without=lines")
    answer = coordinator.send(f"/desk/campaigns/{varied}/test-letter")
    assert "without=lines" in answer.headers["Location"]
    assert send_due(database, site, now + timedelta(minutes=1)) == 1
    assert site.route.path
    [only] = mailbox.list_mails(site.route.path, 0, 10)[0]
    assert only.subject == "[Test] Second"
    for body in (" ".join(text.split()), mailbox.get_mail(site.route.path, only.key).text):
        assert "I am a neighbour." in body
        assert "I thank you." in body
        assert "lines of their own" not in body


@pytest.mark.parametrize("query", ["subject=99", "opening=-3", "closing=x", "without=nonsense", "subject=99999999999999999999999"])
def test_preview_of_a_variant_that_is_not_there_shows_one_that_is(coordinator: Visitor, varied: str, query: str) -> None:
    assert coordinator.get(f"/desk/campaigns/{varied}/preview?{query}").status_code == 200


def test_looking_at_a_letter_without_a_reference_leaves_the_campaign_as_it_is(coordinator: Visitor, varied: str, database: Database) -> None:
    coordinator.get(f"/desk/campaigns/{varied}/preview?without=reference")
    with database.reading() as session:
        assert get_campaign(session, varied).reference == "UA 1/26"


def test_preview_as_pdf_is_the_same_letter(coordinator: Visitor, slug: str) -> None:
    answer = coordinator.get(f"/desk/campaigns/{slug}/preview.pdf?language=es")
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    assert len(pages) == 1
    assert "Sra. Ministra" in pages[0].extract_text()


def test_preview_that_no_font_can_print_names_the_signs(coordinator: Visitor, slug: str, database: Database) -> None:
    with database.transaction() as session:
        text = session.scalars(select(Text).where(Text.language == "es")).first()
        assert text is not None
        text.body += "\n\n\N{MONGOLIAN LETTER A}"
    answer = coordinator.get(f"/desk/campaigns/{slug}/preview.pdf?language=es")
    assert answer.status_code == 302
    coordinator.get(answer.headers["Location"])
    assert "there is no font for \N{MONGOLIAN LETTER A}." in coordinator.page


def test_test_letter_goes_to_whoever_is_signed_in_and_to_nobody_else(
    coordinator: Visitor, slug: str, database: Database, site: Site, now: datetime
) -> None:
    coordinator.get(f"/desk/campaigns/{slug}/preview?language=es")
    answer = coordinator.send(f"/desk/campaigns/{slug}/test-letter")
    assert answer.status_code == 302
    coordinator.get(answer.headers["Location"])
    assert "on its way to coordinator@vigil.example" in coordinator.page
    with database.reading() as session:
        queued = session.scalars(select(Delivery)).one()
        assert (queued.kind, queued.mail) == ("notice", "test_letter")
    assert send_due(database, site, now + timedelta(minutes=1)) == 1
    assert site.route.path
    [only] = mailbox.list_mails(site.route.path, 0, 10)[0]
    mail = mailbox.get_mail(site.route.path, only.key)
    assert only.to == "coordinator@vigil.example"
    assert only.subject.startswith("[Test] ")
    assert mail.text.startswith("Sra. Ministra:")
