"""How much of a letter is its writer's own, for friendly help; never a reason to refuse one."""

import re
from collections.abc import Iterable

from app.letters.composing import Composed

RUN = 3
"""So many words in a row that the model has too are the model's."""
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Letters of scripts that put no blank between words (Thai, Lao, Burmese, Khmer, kana, Han): each counts as a word."""
WORD = re.compile(f"[{UNSPACED}]|[^\\s{UNSPACED}]+")
EDGES = re.compile(r"^\W+|\W+$")


def own_share(letter: Composed) -> int:
    """How many of a hundred words between salutation and signature are the writer's own; 0 for a letter without words.

    Lines added to the model are own. Of a rewritten letter, words are own unless they stand in a run of three that the model has as well:
    two words changed here and there are two own words, and a paragraph that only moved is not.
    """
    total, own = len(words(letter.words)), words(letter.personal)
    if not total:
        return 0
    return round(100 * _unlike(own, words(letter.model)) / total)


def words(paragraphs: Iterable[str]) -> list[str]:
    """The words of a text, without marks and without capital letters."""
    return [word for paragraph in paragraphs for found in WORD.findall(paragraph) if (word := EDGES.sub("", found).casefold())]


def _unlike(own: list[str], model: list[str]) -> int:
    """How many words are in no run that both have."""
    size = min(RUN, len(own), len(model)) or 1
    runs = {tuple(model[at : at + size]) for at in range(len(model) - size + 1)}
    shared = {at + step for at in range(len(own) - size + 1) if tuple(own[at : at + size]) in runs for step in range(size)}
    return len(own) - len(shared)
