"""Which text a letter is made of, and what is read beside it."""

from collections.abc import Iterator

import pytest

from app.campaigns.models import Edition
from app.db import Database
from app.letters.models import Appeal
from app.letters.wording import Fallback, choose_letter, chosen, composed, facing
from app.targets.models import Target
from tests import make


def edition(*languages: str) -> Edition:
    return make.edition(languages=languages, preferred_languages=[])


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


def test_languages_officials_prefer_stand_in_for_those_of_a_target_that_nobody_noted() -> None:
    had = make.edition(languages=("en", "fr"), preferred_languages=["el", "fr"])
    assert choose_letter(had, "el", Target(role="x", languages=[]))[1:] == ("el", Fallback.READ)
    assert choose_letter(had, "el", Target(role="x", languages=[])).text.language == "fr"
    assert choose_letter(had, "el", Target(role="x", languages=["en"])).text.language == "en"


@pytest.fixture
def appeal(database: Database) -> Iterator[Appeal]:
    """Ana's, to a minister who reads Portuguese and English, with texts in English, Spanish and Arabic; several subjects and openings in each."""
    with database.transaction() as session:
        campaign = make.campaign(session, languages=("en", "es", "ar"))
        for text in campaign.edition.texts:
            text.subjects = [f"{text.language} subject {n}" for n in range(3)]
            text.openings = [f"{text.language} opening {n}" for n in range(3)]
        yield make.appeal(session, campaign, make.supporter(session), letter_language="es", personal_lines="I was a tenant too.")


def test_letter_in_the_language_that_was_wanted_is_read_beside_the_readers_own(appeal: Appeal) -> None:
    target = appeal.campaign.targets[0].target
    letter, beside = composed(appeal, target, make.NOW), facing(appeal, target, "ar", make.NOW)
    assert beside is not None
    assert (letter.language, beside.language) == ("es", "ar")
    assert letter.subject.removeprefix("es ") == beside.subject.removeprefix("ar "), "the same of its subjects"
    assert letter.before[1].removeprefix("es ") == beside.before[1].removeprefix("ar ")
    assert letter.personal == beside.personal == ("I was a tenant too.",)


@pytest.mark.parametrize(("reader", "letter", "beside"), [("es", "es", None), ("fr", "es", "en"), ("fr", "en", None)])
def test_nothing_stands_beside_a_letter_where_there_is_nothing_else_to_read(appeal: Appeal, reader: str, letter: str, beside: str | None) -> None:
    appeal.letter_language = letter
    found = facing(appeal, appeal.campaign.targets[0].target, reader, make.NOW)
    assert (found and found.language) == beside


@pytest.mark.parametrize("language", ["es", "el"])
def test_what_a_writer_wrote_whole_needs_no_words_beside_it(appeal: Appeal, language: str) -> None:
    appeal.letter_language, appeal.rewritten = language, "All my own."
    assert facing(appeal, appeal.campaign.targets[0].target, "en", make.NOW) is None


def test_letter_whose_translation_is_gone_is_in_a_language_its_target_reads_and_never_empty(appeal: Appeal) -> None:
    target = appeal.campaign.targets[0].target
    appeal.letter_language = "el"
    found = chosen(appeal, target)
    assert found is not None
    assert (found.wanted, found.text.language, found.instead) == ("el", "en", Fallback.READ)
    assert "I am writing about María López." in composed(appeal, target, make.NOW).body
    appeal.rewritten = "Όλα δικά μου."
    assert chosen(appeal, target) is None
    assert composed(appeal, target, make.NOW).words == ("Όλα δικά μου.",)
