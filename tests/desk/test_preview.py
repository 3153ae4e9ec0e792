"""The letter for a made-up supporter, and the test letter to oneself."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.campaigns.models import Text
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
