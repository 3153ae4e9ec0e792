"""The ways out of the writer's own hand."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from app import i18n
from app.letters.channels import SHORT_MAILTO, address_lines, fits_mailto, mailto
from app.letters.composing import Composed
from app.targets.models import Target

TARGET = Target(role="Minister", name="Ana & Rui?", organisation="", address=["Rua 1"], country="GB", emails=["a@x.example", "b+c@x.example"])


def letter(body: str = "One.\n\nTwo & three?") -> Composed:
    return Composed("en", "Spring = hope & 100%?", (body,), (), (), ("Eva",))


def test_mailto_holds_everything_with_crlf_line_ends() -> None:
    parts = urlsplit(mailto(letter(), TARGET))
    assert unquote(parts.path).split(",") == TARGET.emails
    assert parse_qs(parts.query) == {"subject": ["Spring = hope & 100%?"], "body": ["One.\r\n\r\nTwo & three?\r\n\r\nEva"]}


@pytest.mark.parametrize(("body", "fits"), [("x" * 500, True), ("ж" * 500, False), ("x" * SHORT_MAILTO, False)])
def test_what_fits_a_mailto_is_counted_in_encoded_bytes(body: str, fits: bool) -> None:
    assert fits_mailto(letter(body), TARGET) is fits


@pytest.mark.parametrize(("language", "country"), [("es", "REINO UNIDO"), ("en", "UNITED KINGDOM"), ("ar", "UNITED KINGDOM")])
def test_country_on_the_envelope_is_one_the_writers_post_reads(language: str, country: str) -> None:
    with i18n.speaking(language):
        assert address_lines(TARGET, language) == ("Ana & Rui?", "Minister", "Rua 1", country)
