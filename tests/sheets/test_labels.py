"""The fixed words: whole in every language, and found for a language and its variants."""

import re
from dataclasses import fields
from string import Formatter

import pytest

from app.i18n import is_language
from app.sheets.labels import Labels, labels_in, languages

HOLDS = {"update": {"number"}, "left": {"day", "days"}, "last_day": {"day"}, "embassy": {"country"}}
EACH = pytest.mark.parametrize("language", languages())


def words(language: str) -> dict[str, str]:
    labels = labels_in(language)
    return {field.name: getattr(labels, field.name) for field in fields(Labels) if field.name != "language"}


@EACH
def test_every_word_is_there_and_holds_what_is_filled_in(language: str) -> None:
    for name, text in words(language).items():
        assert text, name
        assert text == text.strip(), name
        assert {value for _, value, _, _ in Formatter().parse(text) if value is not None} == HOLDS.get(name, set()), name


@EACH
def test_words_are_of_their_own_language(language: str) -> None:
    assert is_language(language)
    english = words("en")
    same = [name for name, text in words(language).items() if text == english[name]]
    assert language == "en" or len(same) <= 6, same


@EACH
def test_labels_have_no_colon_of_their_own(language: str) -> None:
    """What follows a label stands under it or after a blank."""
    ends = {name for name, text in words(language).items() if re.search("[:：]$", text)}
    assert ends == {"embassy_here"}


def test_a_variant_of_a_language_has_its_words_and_its_own_dates() -> None:
    assert labels_in("pt-BR").ask == labels_in("pt").ask == "O que pedir"
    assert labels_in("pt-BR").language == "pt-BR"


def test_a_language_without_words_has_english_ones() -> None:
    assert labels_in("qu") == labels_in("en")
    assert labels_in("qu").language == "en"


def test_the_languages_asked_for_are_there() -> None:
    assert {"en", "es", "fr", "de", "pt", "it", "ru", "uk", "pl", "ar", "fa", "tr", "zh", "kk"} <= set(languages())
