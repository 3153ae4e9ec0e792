"""The sheet at the desk: of any campaign, also of a draft."""

import io

import pypdf
import pytest

from app.accounts.rules import RoleName
from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.campaigns.rules import State
from app.db import Database
from tests import make
from tests.desk.conftest import Enter
from tests.desk.visitor import Visitor


@pytest.fixture
def draft(database: Database) -> Campaign:
    with database.transaction() as session:
        return make.campaign(session, slug="lopez", state=State.DRAFT, languages=("en", "es"))


@pytest.mark.usefixtures("draft")
def test_the_sheet_of_a_draft_says_that_it_is_one(coordinator: Visitor) -> None:
    answer = coordinator.client.get("/desk/campaigns/lopez/sheet.pdf?text=es")
    assert answer.headers["Content-Disposition"] == 'inline; filename="lopez-es.pdf"'
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert "Borrador sin publicar" in said
    assert "Stop the eviction of the López family" in said


@pytest.mark.usefixtures("draft")
def test_whoever_may_read_may_see_it_and_nobody_else(enter: Enter, coordinator: Visitor) -> None:
    assert enter(RoleName.TRANSLATOR).client.get("/desk/campaigns/lopez/sheet.pdf").content_type == "application/pdf"
    assert coordinator.client.application.test_client().get("/desk/campaigns/lopez/sheet.pdf").status_code == 302


@pytest.mark.usefixtures("draft")
def test_the_campaign_leads_to_its_sheet_in_each_language(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/lopez/")
    assert '<a href="/desk/campaigns/lopez/sheet.pdf?text=es">Sheet to print in Spanish (PDF)</a>' in coordinator.page
    assert '<a href="/desk/campaigns/lopez/sheet.pdf?text=en">Sheet to print in English (PDF)</a>' in coordinator.page


@pytest.mark.usefixtures("draft")
def test_signs_without_a_font_are_named(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        get_campaign(session, "lopez").edition.texts[0].case = "\U00012000"
    answer = coordinator.client.get("/desk/campaigns/lopez/sheet.pdf", follow_redirects=True)
    assert "there is no font for \U00012000" in answer.text


@pytest.mark.usefixtures("draft")
def test_without_a_text_there_is_no_sheet(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        campaign = get_campaign(session, "lopez")
        campaign.edition.texts.clear()
    assert coordinator.client.get("/desk/campaigns/lopez/sheet.pdf").status_code == 404
