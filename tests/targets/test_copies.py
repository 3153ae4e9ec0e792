"""A copy says whom it copies, a letter says who has a copy, in its own language."""

import pytest

from app.i18n import is_language
from app.targets.copies import COPY_PHRASES, copies_line, copy_note

TITLES = ["Helena Matos, Minister of Housing", "Rui Alves, Mayor"]


@pytest.mark.parametrize(
    ("language", "note", "line"),
    [
        (
            "en",
            "Copy for information. The letter is addressed to: Helena Matos, Minister of Housing; Rui Alves, Mayor",
            "cc: Helena Matos, Minister of Housing; Rui Alves, Mayor",
        ),
        (
            "es-MX",
            "Copia para su conocimiento. La carta va dirigida a: Helena Matos, Minister of Housing; Rui Alves, Mayor",
            "Con copia a: Helena Matos, Minister of Housing; Rui Alves, Mayor",
        ),
        (
            "ar",
            "نسخة للعلم. هذه الرسالة موجهة إلى: Helena Matos, Minister of Housing؛ Rui Alves, Mayor",
            "نسخة إلى: Helena Matos, Minister of Housing؛ Rui Alves, Mayor",
        ),
        (
            "zh",
            "副本，供参考。此信致：Helena Matos, Minister of Housing；Rui Alves, Mayor",
            "抄送：Helena Matos, Minister of Housing；Rui Alves, Mayor",
        ),
        ("qu", "cc (to: Helena Matos, Minister of Housing; Rui Alves, Mayor)", "cc: Helena Matos, Minister of Housing; Rui Alves, Mayor"),
    ],
)
def test_lines_name_the_others_in_the_language_of_the_letter(language: str, note: str, line: str) -> None:
    assert copy_note(language, TITLES) == note
    assert copies_line(language, TITLES) == line


@pytest.mark.parametrize("language", [*COPY_PHRASES, "qu"])
def test_without_anybody_to_name_there_is_no_line(language: str) -> None:
    assert copy_note(language, []) == copies_line(language, []) == ""


def test_table_is_of_languages_with_phrases_ready_for_a_name() -> None:
    assert len(COPY_PHRASES) >= 20
    for language, phrases in COPY_PHRASES.items():
        assert is_language(language), language
        for words in (phrases.addressed_to, phrases.copies_to):
            assert words.endswith((": ", "：")), language
        assert phrases.addressed_to != phrases.copies_to
