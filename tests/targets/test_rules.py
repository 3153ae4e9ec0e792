import pytest

from app.targets.neutral import NEUTRAL_SALUTATIONS
from app.targets.rules import neutral_salutation


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", NEUTRAL_SALUTATIONS["ru"]),
        ("pt-BR", NEUTRAL_SALUTATIONS["pt"]),
        ("en", "Dear Sir or Madam"),
        ("qu", "Dear Sir or Madam"),
    ],
)
def test_neutral_salutation_is_of_the_language_else_of_its_base_else_english(language: str, expected: str) -> None:
    assert neutral_salutation(language) == expected
