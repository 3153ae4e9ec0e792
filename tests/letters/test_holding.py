"""Which letters a coordinator looks at before they leave from here, as a truth table."""

import pytest

from app.campaigns.rules import Rewritten
from app.letters.holding import Hold, hold, signs_as

OTHERS = ("Sr. D. Alberto Ruiz-Gallardón", "Aleksandr Pavlov", "")


@pytest.mark.parametrize(
    ("rewritten", "policy", "name", "words", "expected"),
    [
        pytest.param("", Rewritten.HOLD, "Ana Pérez", "", None, id="the model letter"),
        pytest.param("", Rewritten.HOLD, "Ana Pérez", "I teach in Seville.", None, id="own lines"),
        pytest.param("My letter.", Rewritten.HOLD, "Ana Pérez", "My letter.", Hold.REWRITTEN, id="written freely"),
        pytest.param("My letter.", Rewritten.ALLOW, "Ana Pérez", "My letter.", None, id="written freely, which the campaign allows"),
        pytest.param("", Rewritten.ALLOW, "Aleksandr Pavlov", "", Hold.SIGNED, id="signed as the person at risk"),
        pytest.param("", Rewritten.ALLOW, "aleksandr  PAVLOV", "", Hold.SIGNED, id="whatever the case"),
        pytest.param("", Rewritten.ALLOW, "Alberto Ruiz Gallardon", "", Hold.SIGNED, id="signed as the official, without accents and title"),
        pytest.param("", Rewritten.ALLOW, "Ruiz-Gallardón", "", Hold.SIGNED, id="by the family name of two words"),
        pytest.param("", Rewritten.ALLOW, "Alberto Gómez", "", None, id="a first name in common"),
        pytest.param("", Rewritten.ALLOW, "Vera Pavlov", "", None, id="a family name in common"),
        pytest.param("x", Rewritten.ALLOW, "Ana Pérez", "Free me.\n\nAleksandr Pavlov", Hold.SIGNED, id="in the last line of a letter"),
        pytest.param("", Rewritten.ALLOW, "Ana Pérez", "Free me.\nAleksandr Pavlov, Madrid", Hold.SIGNED, id="with the town after it"),
        pytest.param("", Rewritten.ALLOW, "Ana Pérez", "Do not return Aleksandr Pavlov to torture.", None, id="named in a sentence"),
        pytest.param("", Rewritten.ALLOW, "Ana Pérez", "Aleksandr Pavlov\none\ntwo\nthree", None, id="named far from the end"),
        pytest.param("x", Rewritten.HOLD, "Aleksandr Pavlov", "x", Hold.SIGNED, id="both: the graver reason"),
    ],
)
def test_letter_is_held_when_a_person_should_look_first(rewritten: str, policy: Rewritten, name: str, words: str, expected: Hold | None) -> None:
    assert hold(rewritten=rewritten, policy=policy, name=name, words=words, others=OTHERS) is expected


@pytest.mark.parametrize("line", ["", "...", "Sr. D.", "?"])
def test_line_without_a_name_signs_as_nobody(line: str) -> None:
    assert not any(signs_as(line, other) for other in (*OTHERS, "Sr."))


def test_person_with_a_single_name_is_recognised() -> None:
    assert signs_as("Malala", "Malala")
    assert not signs_as("Malala Gómez", "Malala")
