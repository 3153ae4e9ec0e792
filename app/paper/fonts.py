"""The fonts of what is printed: which packages bring them, and which families a text needs, in the order typst tries them.

Noto Sans (Latin, Cyrillic, Greek, Devanagari) and Amiri (Arabic script) always; the extra `scripts` brings one Noto family a script, the extra `cjk`
one font for Chinese, Japanese and Korean. What a text does not need is not loaded: the font of `cjk` has 33 MB.
"""

import re
from functools import cache
from importlib import resources, util
from pathlib import Path

import typst

from app.i18n import direction

ALWAYS = ("fontpkg_noto_sans", "fontpkg_amiri")
EXTRAS = ("manimgx_fonts", "manimgx_fonts_cjk")
"""Used where installed. They also bring a Noto Sans: the first of two alike wins, so these come last."""

LATIN, ARABIC = "Noto Sans", "Amiri"
SCRIPTS = {
    "Noto Sans Hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Noto Sans Armenian": "\u0530-\u058f\ufb13-\ufb17",
    "Noto Sans Georgian": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "Noto Sans Ethiopic": "\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f",
    "Noto Sans Thai": "\u0e00-\u0e7f",
    "Noto Sans Lao": "\u0e80-\u0eff",
    "Noto Sans Khmer": "\u1780-\u17ff\u19e0-\u19ff",
    "Noto Sans Myanmar": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "Noto Sans Bengali": "\u0980-\u09ff",
    "Noto Sans Gurmukhi": "\u0a00-\u0a7f",
    "Noto Sans Gujarati": "\u0a80-\u0aff",
    "Noto Sans Oriya": "\u0b00-\u0b7f",
    "Noto Sans Tamil": "\u0b80-\u0bff",
    "Noto Sans Telugu": "\u0c00-\u0c7f",
    "Noto Sans Kannada": "\u0c80-\u0cff",
    "Noto Sans Malayalam": "\u0d00-\u0d7f",
    "Noto Sans Sinhala": "\u0d80-\u0dff",
    "Noto Sans Symbols": "\u2100-\u2bff\U0001f000-\U0001ffff",
    "Noto Emoji": "\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff",
}
CJK_LANGUAGES = frozenset({"zh", "yue", "ja", "ko"})
CJK = "\u1100-\u11ff\u2e80-\u312f\u3130-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
UNSPACED = CJK + "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts that put no space between words."""

Family = str | dict[str, str]

_ALWAYS_HAVE = (
    "\0-\u052f\u1d00-\u20cf\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f\ufb00-\ufb06\ufe00-\ufe0f"
    "\u0600-\u06ff\u0750-\u077f\u0870-\u097f\ufb50-\ufdff\ufe70-\ufeff"
)
_BEYOND = re.compile(f"[^{_ALWAYS_HAVE}]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_SCRIPTS = {family: re.compile(f"[{ranges}]") for family, ranges in SCRIPTS.items()}
_CJK, _KANA, _HANGUL = (re.compile(f"[{ranges}]") for ranges in (CJK, "\u3040-\u30ff", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"))


def beyond(text: str) -> bool:
    """Whether a text has characters that the fonts which are always there do not reach."""
    return _BEYOND.search(text) is not None


def has_arabic(text: str) -> bool:
    """Whether a text has letters of the Arabic script."""
    return _ARABIC.search(text) is not None


def families(text: str, language: str) -> list[Family]:
    """The families to set a text of a language in, as typst takes them. A script whose font is not installed has none."""
    first: list[Family] = [ARABIC, LATIN] if direction(language) == "rtl" and has_arabic(text) else [LATIN, ARABIC]
    if not beyond(text):
        return first
    there = names(packages(text))
    more: list[Family] = [family for family, found in _SCRIPTS.items() if family in there and found.search(text)]
    variant = f"Noto Sans CJK {cjk_variant(text, language)}"
    if variant not in there or not _CJK.search(text):
        return first + more
    if language.split("-")[0] in CJK_LANGUAGES:
        return [{"name": LATIN, "covers": "latin-in-cjk"}, variant, *first, *more]
    return [*first, *more, variant]


def cjk_variant(text: str, language: str) -> str:
    """Whose shapes the characters have that China, Taiwan, Hong Kong, Japan and Korea write each in their own way: SC, TC, HK, JP or KR."""
    code, *parts = language.upper().split("-")
    if code in {"JA", "KO"}:
        return "JP" if code == "JA" else "KR"
    if code == "YUE" or {"HK", "MO"} & set(parts):
        return "HK"
    if {"TW", "HANT"} & set(parts):
        return "TC"
    if code == "ZH":
        return "SC"
    return "JP" if _KANA.search(text) else "KR" if _HANGUL.search(text) else "SC"


def packages(text: str) -> tuple[str, ...]:
    """The packages to set a text with: the extra ones only where it needs more than the others have."""
    return (*ALWAYS, *(package for package in EXTRAS if util.find_spec(package))) if beyond(text) else ALWAYS


@cache
def fonts(of: tuple[str, ...]) -> typst.Fonts:
    """The fonts of some packages, read when first used; compilers may share them."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_folder(package) for package in of])


@cache
def names(of: tuple[str, ...]) -> frozenset[str]:
    """The families that some packages bring."""
    return frozenset(fonts(of).families())


def _folder(package: str) -> Path:
    folder = Path(str(resources.files(package)))
    return folder / "files" if (folder / "files").is_dir() else folder
