"""The mail that an official gets, byte for byte, in five scripts; the boundary of its parts is the one thing that chance decides.

A mail that is to change: read it, then write it anew with `GOLDEN=write python -m pytest tests/letters/test_golden_mails.py`.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.letters import emails
from app.letters.models import Appeal
from app.mail.message import build
from app.site import Site
from app.targets.models import Target
from tests.letters.letters import LETTERS, read

MAILS = Path(__file__).parent / "mails"
TARGET = Target(role="Minister", name="", emails=["minister@interior.example", "office@interior.example"], country="EC")
NAMES = {"en": "Eva Gil", "es": "Lucía Prado", "ru": "Мария Примерова", "ar": "ليلى حداد", "zh": "王小明"}


@pytest.mark.parametrize("language", LETTERS)
def test_mail_is_the_one_that_was_looked_at(site: Site, language: str) -> None:
    appeal = Appeal(name=NAMES[language], email="eva@mail.example", answer_direct=False, place="", country="ES", safety="full")
    message = emails.letter(site, appeal, TARGET, LETTERS[language])
    content = build(message, message_id="<golden@vigil.example>", date=datetime(2026, 3, 10, 10, tzinfo=UTC))
    made = re.sub(rb"=_[0-9a-f]{32}", b"=_boundary", content)
    path = MAILS / f"{language}.eml"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made)
    assert made == path.read_bytes()
    assert ("html" in {part.get_content_subtype() for part in read(content).walk()}) is (language == "ar")
