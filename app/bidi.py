"""Right-to-left text with fragments of other scripts in it: each kept in its own order by isolates (Unicode UAX 9, 2.4)."""

import re

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL_LETTER = re.compile(f"[{_RTL}]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_WORD = rf"[^\W{_RTL}][^\s{_RTL}\u2066-\u2069]*"
_FOREIGN = re.compile(rf"\+?{_FOREIGN_WORD}(?: {_FOREIGN_WORD})*(?<=\w)")


def side(text: str, base: str) -> str:
    """`rtl` or `ltr`: the direction that most letters of a text have; `base` for a text without letters."""
    rtl = len(_RTL_LETTER.findall(text))
    letters = len(_LETTER.findall(text)) if rtl or base == "rtl" else 0
    return base if not letters else "rtl" if 2 * rtl > letters else "ltr"


def isolated(text: str, base: str) -> str:
    """A text of direction `base`; in right-to-left text, fragments of other scripts and telephone numbers are kept in their own order."""
    return _FOREIGN.sub(_isolate, text) if base == "rtl" else text


def _isolate(found: re.Match[str]) -> str:
    """From the first word that has a letter; numbers before it belong to the text around. A telephone number is whole."""
    text, start = found[0], 0
    if not text.startswith("+"):
        letter = _LETTER.search(text)
        if not letter:
            return text
        start = text.rfind(" ", 0, letter.start()) + 1
    return f"{text[:start]}\u2066{text[start:]}\u2069"
