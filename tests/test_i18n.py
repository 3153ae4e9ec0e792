"""The interface languages are complete: every message, every plural form, every value it holds."""

import re
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from app import i18n
from config import ROOT

OTHERS = [code for code in i18n.INTERFACE if code != "en"]
VALUE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All messages that the code and the templates hold now."""
    path = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "translations/babel.cfg", "-k", "N_", "-o", str(path), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with path.open("rb") as file:
        return read_po(file)


def catalogue(code: str) -> Catalog:
    with (i18n.CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def forms(message: Message) -> list[str]:
    return [str(form) for form in (message.string if isinstance(message.string, tuple | list) else [message.string])]


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated(source: Catalog, code: str) -> None:
    translated = catalogue(code)
    missing = []
    for message in source:
        if not message.id:
            continue
        found = translated.get(message.id if isinstance(message.id, str) else message.id[0])
        if found is None or found.fuzzy or not all(forms(found)):
            missing.append(message.id)
    assert not missing


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_that_no_code_says_any_more(source: Catalog, code: str) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in source}
    assert not [message.id for message in catalogue(code) if (message.id if isinstance(message.id, str) else message.id[0]) not in known]


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_holds_the_values_of_its_message(code: str) -> None:
    wrong = []
    for message in catalogue(code):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(VALUE.findall(ids[-1]))
        for form in forms(message):
            have = set(VALUE.findall(form))
            # A plural form for one, two or none may leave the number to its words.
            if have != wanted and not (len(ids) == 2 and have == wanted - {"n"}):
                wrong.append((ids[0], form))
    assert not wrong


@pytest.mark.parametrize("code", OTHERS)
def test_plural_forms_are_as_many_as_the_language_has(code: str) -> None:
    translated = catalogue(code)
    assert translated.num_plurals == {"es": 2, "ar": 6}[code]
    assert all(len(forms(message)) == translated.num_plurals for message in translated if isinstance(message.id, tuple | list))


def test_there_is_no_language_outside_speaking() -> None:
    import contextvars

    with pytest.raises(LookupError):
        contextvars.Context().run(i18n._, "Hello")


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (["es-MX"], "es"),
        (["ca", "es"], "es"),
        (["arz"], "ar"),
        (["fr", "ar"], "ar"),
        (["zh"], "en"),
        (["*"], "en"),
        (["not a tag"], "en"),
        ([], "en"),
    ],
)
def test_a_first_visit_speaks_the_nearest_language(wishes: list[str], spoken: str) -> None:
    assert i18n.negotiate(wishes) == spoken


def test_a_date_is_written_as_the_language_writes_it() -> None:
    from datetime import date

    on = date(2013, 9, 5)
    with i18n.speaking("en"):
        assert i18n.day(on) == "5 September 2013"
        assert i18n.day(on, into="es") == "5 de septiembre de 2013"


@pytest.mark.parametrize(
    ("code", "items", "text"),
    [
        ("es", ["español", "inglés"], "español e inglés"),
        ("es", ["Rui", "Hilda"], "Rui e Hilda"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("en", ["Spanish", "French", "English"], "Spanish, French and English"),
        ("ar", ["سارة", "ليلى"], "سارة وليلى"),
    ],
)
def test_a_list_is_written_as_the_language_writes_it(code: str, items: list[str], text: str) -> None:
    with i18n.speaking(code):
        assert i18n.listed(items) == text


@pytest.mark.parametrize(("code", "value", "text"), [("es", 1000, "1000"), ("es", 10_000, "10.000"), ("en", 1000, "1,000")])
def test_a_number_is_grouped_as_the_language_groups_it(code: str, value: int, text: str) -> None:
    with i18n.speaking(code):
        assert i18n.number(value) == text


@pytest.mark.parametrize(("code", "text"), [("en", "15%"), ("es", "15\u00a0%"), ("ar", "15%")])
def test_a_percentage_has_its_sign_where_the_language_has_it(code: str, text: str) -> None:
    with i18n.speaking(code):
        assert i18n.percent(15) == text


@pytest.mark.parametrize("code", ["ay", "prs", "tlh", "rhg"])
def test_a_language_that_is_little_known_still_has_dates_and_lists(code: str) -> None:
    from datetime import date

    assert i18n.day(date(2013, 9, 5), into=code)
    assert i18n.listed(["Rui", "Ana"], code)


@pytest.mark.parametrize("code", i18n.INTERFACE)
@pytest.mark.parametrize("n", [0, 1, 2, 5, 14, 100])
def test_every_number_has_its_form(code: str, n: int) -> None:
    with i18n.speaking(code):
        said = i18n.ngettext("%(n)s day left", "%(n)s days left", n)
    assert said and "%(" not in said


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "1 day", "40 days"), ("ru", "1 день", "40 дней"), ("ar", "يوم", "40 يومًا"), ("zh", "1天", "40天"), ("xx", "1 day", "40 days")],
)
def test_days_are_days_however_many_in_every_language(language: str, one: str, many: str) -> None:
    assert (i18n.days(1, language), i18n.days(40, language)) == (one, many)


def test_one_of_several_is_named_with_or() -> None:
    assert i18n.either(["Spanish", "French", "English"], "en") == "Spanish, French or English"
    assert i18n.either(["ruso", "su propio idioma"], "es") == "ruso o su propio idioma"


@pytest.mark.parametrize(
    ("code", "script"),
    [
        ("en", "Latn"),
        ("ru", "Cyrl"),
        ("sr", "Cyrl"),
        ("sr-Latn", "Latn"),
        ("el", "Grek"),
        ("ar", "Arab"),
        ("zh", "Hans"),
        ("zh-TW", "Hant"),
        ("x!", ""),
    ],
)
def test_script_is_the_one_a_language_is_most_likely_written_in(code: str, script: str) -> None:
    assert i18n.script(code) == script


@pytest.mark.parametrize(
    ("code", "available", "found"),
    [
        ("pt-BR", ["en", "pt", "pt-BR"], "pt-BR"),
        ("pt-BR", ["en", "pt-PT", "pt"], "pt"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("pt-BR", ["pt-AO"], "pt-AO"),
        ("zh", ["zh-Hant"], None),
        ("zh-TW", ["zh"], None),
        ("sr-Latn", ["sr"], None),
        ("es", ["en"], None),
        ("es", [], None),
    ],
)
def test_regions_of_a_language_stand_in_for_each_other_in_one_script(code: str, available: list[str], found: str | None) -> None:
    assert i18n.same_language(code, available) == found
