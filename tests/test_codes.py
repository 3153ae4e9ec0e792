import pytest

from app.codes import country_problem, language_problem, timezone_problem


@pytest.mark.parametrize("code", ["es", "pt-BR", "ar", "kk", "zh-Hant"])
def test_known_language_has_no_problem(code: str) -> None:
    assert language_problem(code) is None


@pytest.mark.parametrize(
    ("code", "hint"),
    [("ES", "“es”?"), ("Spanish", "“es”?"), ("spa", "“es”?"), ("pt_BR", "“pt-BR”?"), ("xx", "Use one like"), ("klingonisch", "Use one like")],
)
def test_unknown_language_is_named_with_what_was_meant(code: str, hint: str) -> None:
    assert hint in (language_problem(code) or "")


@pytest.mark.parametrize(("code", "hint"), [("pt", "“PT”?"), ("Portugal", "“PT”?"), ("ZZ", "ISO 3166"), ("EU", "ISO 3166"), ("", "ISO 3166")])
def test_unknown_country_is_named_with_what_was_meant(code: str, hint: str) -> None:
    assert country_problem("PT") is None
    assert hint in (country_problem(code) or "")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Lisbon", "“Europe/Lisbon”?"),
        ("europe/lisbon", "“Europe/Lisbon”?"),
        ("Europe/Lissbon", "“Europe/Lisbon”?"),
        ("new york", "“America/New_York”?"),
        ("local", "a name like"),
    ],
)
def test_unknown_zone_is_named_with_what_was_meant(name: str, hint: str) -> None:
    assert timezone_problem("America/Guayaquil") is None
    assert hint in (timezone_problem(name) or "")
