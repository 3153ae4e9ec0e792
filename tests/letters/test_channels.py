"""The letter on paper."""

import pytest

from app import i18n
from app.letters.channels import address_lines
from app.targets.models import Target

TARGET = Target(role="Minister", name="Ana & Rui?", organisation="", address=["Rua 1"], country="GB", emails=["a@x.example", "b+c@x.example"])


@pytest.mark.parametrize(("language", "country"), [("es", "REINO UNIDO"), ("en", "UNITED KINGDOM"), ("ar", "UNITED KINGDOM")])
def test_country_on_the_envelope_is_one_the_writers_post_reads(language: str, country: str) -> None:
    with i18n.speaking(language):
        assert address_lines(TARGET, language) == ("Ana & Rui?", "Minister", "Rua 1", country)
