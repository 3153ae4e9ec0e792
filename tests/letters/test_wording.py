"""Which text a letter is made of."""

import pytest

from app.campaigns.models import Edition
from app.letters.wording import Fallback, choose_letter
from app.targets.models import Target
from tests import make


def edition(*languages: str) -> Edition:
    return make.edition(languages=languages)


@pytest.mark.parametrize(
    ("have", "wanted", "reads", "got", "instead"),
    [
        (("en", "es", "ar"), "ar", ["es"], "ar", None),
        (("en", "es", "pt"), "pt-BR", ["es"], "pt", None),
        (("en", "pt-BR"), "pt", ["en"], "pt-BR", None),
        (("en", "zh-Hant"), "zh", ["en"], "en", Fallback.READ),
        (("en", "es", "fr"), "el", ["pt", "fr", "es"], "fr", Fallback.READ),
        (("es", "en"), "el", ["pt-BR", "en"], "en", Fallback.READ),
        (("es", "pt"), "el", ["pt-BR", "es"], "pt", Fallback.READ),
        (("es", "en"), "el", ["pt"], "en", Fallback.ENGLISH),
        (("es", "en"), "el", [], "en", Fallback.ENGLISH),
        (("es", "fr"), "el", ["pt"], "es", Fallback.FIRST),
        (("es", "fr"), "", [], "es", Fallback.FIRST),
    ],
)
def test_a_missing_translation_falls_back_by_what_the_target_reads(
    have: tuple[str, ...], wanted: str, reads: list[str], got: str, instead: Fallback | None
) -> None:
    chosen = choose_letter(edition(*have), wanted, Target(role="x", languages=reads))
    assert (chosen.text.language, chosen.wanted, chosen.instead) == (got, wanted, instead)
