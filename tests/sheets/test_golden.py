"""Whole sheets in five languages, as text and as pictures.

What they should be is kept in golden/: NAME.txt, the words as a reader of PDFs gets them, and NAME-PAGE.png, the pages as grey dots.
After a change that is meant, make them anew, look at each picture, and commit them with the change:

    RENEW_SHEETS=1 .venv/bin/python -m pytest tests/sheets/test_golden.py
"""

import io
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pypdf
import pytest
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign
from app.db import Database
from app.paper import typesetting
from app.paper.typesetting import Unprintable
from app.sheets.content import Sheet
from app.sheets.pdf import TEMPLATE, document, sheet_pdf
from app.site import Site
from tests.sheets import actions, pictures
from tests.sheets.pictures import Picture

GOLDEN = Path(__file__).parent / "golden"
RENEW = "RENEW_SHEETS" in os.environ
PPI = 30
MOST_UNLIKE = 0.003
"""Of all dots; other processors draw the edges of letters a little differently."""

Action = Callable[[Session], Campaign]
CASES: dict[str, tuple[Action, str, datetime]] = {
    "amaranta-en": (actions.amaranta, "en", actions.AUTUMN),
    "amaranta-es": (actions.amaranta, "es", actions.AUTUMN),
    "amaranta-ru": (actions.amaranta, "ru", actions.AUTUMN),
    "amaranta-ar": (actions.amaranta, "ar", actions.AUTUMN),
    "pavlov-es": (actions.pavlov, "es", actions.AUTUMN),
    "pavlov-ar": (actions.pavlov, "ar", actions.AUTUMN),
    "lin-zh": (actions.lin, "zh", datetime.fromisoformat("2026-03-10T10:00Z")),
}
ALL = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def sheet(name: str, database: Database, site: Site) -> Sheet:
    make, language, now = CASES[name]
    with database.transaction() as session:
        return actions.sheet_of(make(session), language, site, now)


def printed(sheet: Sheet) -> bytes:
    """The PDF; where the font of Chinese is not installed its case is left out, but never in CI."""
    try:
        return sheet_pdf(sheet)
    except Unprintable as problem:
        if sheet.language != "zh":
            raise
        reason = f"no font has {problem.characters[0]}: install the extra `cjk`, whose font app/paper finds by itself"
        return pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)


def words(pdf: bytes) -> str:
    """A line for each line of the sheet; without the marks that keep directions apart, and with blanks alike."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    lines = [re.sub(r"[\u200b\u2066-\u2069]", "", line) for page in pages for line in page.splitlines()]
    return "".join(f"{' '.join(line.split())}\n" for line in lines if line.strip())


def drawn(sheet: Sheet) -> list[Picture]:
    pages = typesetting._compile(TEMPLATE, document(sheet), format="png", ppi=PPI)
    assert isinstance(pages, list)
    return [pictures.read(page) for page in pages]


@ALL
def test_sheet_says_what_it_said(name: str, sheet: Sheet) -> None:
    said = words(printed(sheet))
    path = GOLDEN / f"{name}.txt"
    if RENEW:
        path.write_text(said)
    assert said == path.read_text()


@ALL
def test_sheet_looks_as_it_looked(name: str, sheet: Sheet) -> None:
    printed(sheet)
    pages = drawn(sheet)
    if RENEW:
        for at, page in enumerate(pages, 1):
            (GOLDEN / f"{name}-{at}.png").write_bytes(page.png())
    assert len(pages) == 2
    unlike = [page.unlike(pictures.read((GOLDEN / f"{name}-{at}.png").read_bytes())) for at, page in enumerate(pages, 1)]
    assert max(unlike) <= MOST_UNLIKE


def test_no_golden_file_belongs_to_a_case_that_is_gone() -> None:
    assert {re.sub(r"-\d$", "", path.stem) for path in GOLDEN.iterdir()} == set(CASES)


def test_a_sheet_that_lost_a_line_or_is_in_another_language_does_not_look_the_same(database: Database, site: Site) -> None:
    with database.transaction() as session:
        campaign = actions.amaranta(session)
        whole, spanish = (drawn(actions.sheet_of(campaign, language, site))[0] for language in ("en", "es"))
        campaign.people[0].note = ""
        shorter = drawn(actions.sheet_of(campaign, "en", site))[0]
    assert whole.unlike(whole) == 0
    assert whole.unlike(shorter) > MOST_UNLIKE
    assert whole.unlike(spanish) > 10 * MOST_UNLIKE
