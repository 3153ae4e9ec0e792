"""How much of a letter is the writer's own."""

import pytest

from app.letters.composing import Composed
from app.letters.own_words import own_share, words

MODEL = (
    "I am writing about María López, who is to lose her home on 24 March after living in it for twenty years.",
    "I ask you to stop the eviction and to offer the family a home nearby, as the law of the land requires of the town.",
)
HAN = ("我写信给您，是因为玛丽亚·洛佩斯将于三月失去她的家。", "请您停止驱逐。")


def rewritten(*paragraphs: str, model: tuple[str, ...] = MODEL) -> Composed:
    return Composed("en", "Subject", ("Dear Minister,",), paragraphs, (), ("Ana",), (), 1, model)


def added(*lines: str, before: tuple[str, ...] = MODEL) -> Composed:
    return Composed("en", "Subject", ("Dear Minister,", *before), lines, ("Yours faithfully,",), ("Ana Pérez",), ("Copy: the Ombudsman",))


@pytest.mark.parametrize(
    ("letter", "least", "most"),
    [
        (added(), 0, 0),
        (added("I know her."), 6, 7),
        (added("one two three four", before=("one two",)), 50, 50),
        (added(before=()), 0, 0),
        (rewritten(*MODEL), 0, 0),
        (rewritten(MODEL[1], MODEL[0]), 0, 0),
        (rewritten(*(text.upper().replace(",", " –") for text in MODEL)), 0, 0),
        (rewritten(MODEL[0].replace("twenty", "thirty"), MODEL[1].replace("stop", "halt")), 3, 8),
        (rewritten(*MODEL, "She is my neighbour, and her children go to school with mine."), 18, 24),
        (rewritten("She is my neighbour. Let her stay where she was born."), 100, 100),
        (rewritten("Stop it!"), 100, 100),
        (rewritten("I ask you to do what is right."), 50, 60),
        (rewritten("A letter in my own language.", model=()), 100, 100),
        (rewritten(*HAN, model=HAN), 0, 0),
        (rewritten(HAN[0], "她是我的邻居。", model=HAN), 15, 30),
        (rewritten("أكتب إليكم لأنها جارتي.", model=("أكتب إليكم لأنها مهددة بالإخلاء.",)), 25, 25),
        (rewritten("— … !"), 0, 0),
        (rewritten("Stop", model=("Stop",)), 0, 0),
    ],
)
def test_share_of_own_words(letter: Composed, least: int, most: int) -> None:
    assert least <= own_share(letter) <= most


def test_words_are_counted_without_marks_and_letters_of_scripts_without_blanks_each() -> None:
    assert words(["“Stop”, she said: don’t!", "R&D – 24 %"]) == ["stop", "she", "said", "don’t", "r&d", "24"]
    assert words(["请停止 DNA 驱逐。"]) == ["请", "停", "止", "dna", "驱", "逐"]
