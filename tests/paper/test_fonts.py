"""Which fonts a text is set in."""

import pytest

from app.paper import fonts
from app.paper.sizes import paper_in


@pytest.mark.parametrize(
    ("language", "text", "variant"),
    [
        ("zh", "直", "SC"),
        ("zh-CN", "直", "SC"),
        ("zh-Hans", "直", "SC"),
        ("zh-Hant", "直", "TC"),
        ("zh-TW", "直", "TC"),
        ("zh-HK", "直", "HK"),
        ("zh-Hant-MO", "直", "HK"),
        ("yue", "直", "HK"),
        ("ja", "直", "JP"),
        ("ko", "直", "KR"),
        ("en", "直", "SC"),
        ("en", "直す", "JP"),
        ("en", "直 한", "KR"),
    ],
)
def test_chinese_characters_have_the_shapes_of_the_language(language: str, text: str, variant: str) -> None:
    assert fonts.cjk_variant(text, language) == variant
    assert f"Noto Sans CJK {variant}" in fonts.families(text, language)


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [("سلام", "ar", "Amiri"), ("سلام", "en", "Noto Sans"), ("hello", "ar", "Noto Sans"), ("שלום", "he", "Noto Sans"), ("سلام", "ckb", "Amiri")],
)
def test_arabic_is_set_in_amiri_and_latin_in_noto_sans(text: str, language: str, first: str) -> None:
    families = fonts.families(text, language)
    assert families[0] == first
    assert {"Noto Sans", "Amiri"} <= {family for family in families if isinstance(family, str)}
    assert "Noto Sans Arabic" not in families


def test_latin_words_in_chinese_text_are_not_set_in_the_chinese_font() -> None:
    assert fonts.families("部长 Pavlov", "zh")[:2] == [{"name": "Noto Sans", "covers": "latin-in-cjk"}, "Noto Sans CJK SC"]


def test_every_family_named_is_one_that_the_packages_bring() -> None:
    there = fonts.names((*fonts.ALWAYS, *fonts.EXTRAS))
    assert set(fonts.SCRIPTS) <= there
    assert {f"Noto Sans CJK {variant}" for variant in ("SC", "TC", "HK", "JP", "KR")} <= there
    assert fonts.names(fonts.ALWAYS) == {fonts.LATIN, fonts.ARABIC}


def test_the_extra_fonts_are_not_touched_for_a_text_that_needs_none() -> None:
    assert fonts.packages("Señor Иванов, κ. Παβλόφ, سلام, नमस्ते — “…” €") == fonts.ALWAYS
    assert fonts.packages("中") == (*fonts.ALWAYS, *fonts.EXTRAS)


def test_an_extra_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "EXTRAS", ("no_such_fonts", "manimgx_fonts"))
    assert fonts.packages("中") == (*fonts.ALWAYS, "manimgx_fonts")
    assert fonts.families("中 ש", "zh") == ["Noto Sans", "Amiri", "Noto Sans Hebrew"]


@pytest.mark.parametrize(
    ("country", "paper"), [("US", "us-letter"), ("CL", "us-letter"), ("PH", "us-letter"), ("ES", "a4"), ("BR", "a4"), ("", "a4")]
)
def test_paper_is_that_of_the_country(country: str, paper: str) -> None:
    assert paper_in(country) == paper
