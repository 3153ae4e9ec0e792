"""Which letters a person looks at before they go out from here: freely rewritten ones, and those signed as somebody else."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from app.campaigns.rules import Rewritten


class Hold(StrEnum):
    """Why a letter waits for a coordinator's glance."""

    SIGNED = "signed as somebody else"
    """As an official who is written to, or as a person at risk."""
    REWRITTEN = "written freely"


LAST_LINES = 3
"""A letter is signed in its last lines."""
_TITLES = frozenset(
    [
        *("sr", "sra", "srta", "don", "dona", "d", "da", "exmo", "exma", "excmo", "excma", "dr", "dra", "prof"),
        *("mr", "mrs", "ms", "mx", "miss", "sir", "dame", "lord", "lady", "hon", "m", "mme", "mlle", "monsieur", "madame", "herr", "frau"),
    ]
)


def hold(*, rewritten: str, policy: Rewritten, name: str, words: str, others: Iterable[str]) -> Hold | None:
    """Why a letter that should go out through the platform is held; None = it may go.

    `name` is the writer's, `words` all they wrote themselves, `others` are the names of the officials and of the people at risk. Signing
    as one of them is held whatever the campaign's `policy`, which is about freely `rewritten` letters.
    """
    if any(signs_as(line, other) for line in (name, *_last_lines(words)) for other in others):
        return Hold.SIGNED
    if rewritten and policy is Rewritten.HOLD:
        return Hold.REWRITTEN
    return None


def signs_as(line: str, other: str) -> bool:
    """Whether a line is somebody's name, whatever its titles, accents and case: all of its words, or two and more; one other may stand with them."""
    signed, named = _words(line), _words(other)
    common = len(signed & named)
    return common > 0 and (signed == named or (common >= 2 and common in {len(signed), len(named)} and len(signed) <= len(named) + 1))


def _last_lines(words: str) -> list[str]:
    return [line for line in words.split("\n") if line.strip()][-LAST_LINES:]


def _words(text: str) -> frozenset[str]:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return frozenset(re.findall(r"[^\W\d_]+", bare)) - _TITLES
