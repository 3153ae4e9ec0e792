"""Whole letters in five scripts, as they are read: subject, then the body.

A letter that is to change: look at it, then write it anew with `WHOLE=write python -m pytest tests/letters/test_whole.py`.
"""

import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.campaigns.loading import apply, read
from app.campaigns.models import Campaign
from app.db import Database
from app.letters.composing import Writer, compose
from config import ROOT
from tests import make

LETTERS = Path(__file__).parent / "whole"
WRITERS = {
    "full": Writer("Анна Петрова", "Sevilla", "ES", "I was there.\n\nI have seen it {{ twice }}.", latin_name="Anna Petrova"),
    "bare": Writer(),
}


def rivers(session: Session) -> Campaign:
    return apply(session, read((ROOT / "tests/data/rivers.toml").read_text()), actor="test", now=make.NOW)


@pytest.mark.parametrize("language", ["en", "es", "ru", "ar", "zh"])
@pytest.mark.parametrize("writer", WRITERS)
def test_letter_reads_as_it_should(database: Database, language: str, writer: str) -> None:
    with database.transaction() as session:
        campaign = rivers(session)
        text = campaign.edition.text(language)
        assert text
        note = "Copy: Ombudsman" if language == "en" else ""
        letter = compose(campaign, text, campaign.targets[0].target, WRITERS[writer], on=date(2026, 11, 9), copy_note=note)
    found = f"{letter.subject}\n\n{letter.body}\n"
    path = LETTERS / f"{language}-{writer}.txt"
    if os.environ.get("WHOLE") == "write":
        path.write_text(found)
    assert found == path.read_text()
