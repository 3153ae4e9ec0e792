"""Which text a letter is made of, in which language, and how it reads."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app import i18n
from app.campaigns.models import Campaign, Edition, Text
from app.letters import own_words
from app.letters.addressing import addressees, addressees_of, copying_line
from app.letters.composing import Composed, Writer, compose, compose_own, picked
from app.letters.models import Appeal
from app.letters.rules import Safety
from app.letters.safety import Shown, shown
from app.targets.models import Target


class LetterLanguage(NamedTuple):
    code: str
    preferred: bool
    """The officials read it best."""


def letter_languages(edition: Edition) -> list[LetterLanguage]:
    """The languages one may write in: those the officials prefer first, the rest in the edition's order."""
    have = [text.language for text in edition.texts]
    preferred = [code for code in edition.preferred_languages if code in have]
    return [LetterLanguage(code, True) for code in preferred] + [LetterLanguage(code, False) for code in have if code not in preferred]


def more_languages(edition: Edition) -> list[tuple[str, str]]:
    """(code, name in itself) of the languages there is no text in, by name: a letter in them is written freely."""
    return [(code, name) for code, name in i18n.languages() if edition.text(code) is None]


def choose_text(edition: Edition, *wanted: str) -> Text:
    """The first wanted language there is a text in; else English, else the edition's first text."""
    for code in (*wanted, "en"):
        text = edition.text(code)
        if text is not None:
            return text
    return edition.texts[0]


class Fallback(StrEnum):
    """Why a letter is in another language than the one that was wanted."""

    READ = "read"
    """The target reads it."""
    ENGLISH = "english"
    FIRST = "first"
    """It is the first one there is."""


class Chosen(NamedTuple):
    """The text a letter is made of."""

    text: Text
    wanted: str
    instead: Fallback | None
    """None: the text is in the language that was wanted."""


def choose_letter(edition: Edition, wanted: str, target: Target) -> Chosen:
    """The text for a letter to one target: in the wanted language, else in the first of the target's that there is, else in English, else the first.

    Of a target nobody noted the languages of, those that officials prefer are taken. A region counts as its language: `pt-BR` is served by `pt`.
    """
    have = [text.language for text in edition.texts]
    steps = [(None, (wanted,)), (Fallback.READ, target.languages or edition.preferred_languages), (Fallback.ENGLISH, ("en",))]
    for instead, codes in steps:
        for code in codes:
            near = i18n.same_language(code, have)
            if near is not None:
                return Chosen(edition.texts[have.index(near)], wanted, instead)
    return Chosen(edition.texts[0], wanted, Fallback.FIRST)


def writer_shown(appeal: Appeal) -> Shown:
    """The writer as an official sees them."""
    return shown(Safety(appeal.safety), name=appeal.name, latin_name=appeal.latin_name or "", place=appeal.place, country=appeal.country)


def chosen(appeal: Appeal, target: Target) -> Chosen | None:
    """The text of an appeal's letter to one target; None: it is in a language there is no text in, all the writer's own."""
    if appeal.rewritten and i18n.same_language(appeal.letter_language, [text.language for text in appeal.edition.texts]) is None:
        return None
    return choose_letter(appeal.edition, appeal.letter_language, target)


def composed(appeal: Appeal, target: Target, now: datetime) -> Composed:
    """The letter of an appeal to one target as it stands now."""
    writer, text = _writer(appeal), chosen(appeal, target)
    if text is None:
        headline = choose_text(appeal.edition, appeal.letter_language).headline
        others = copying_line(addressees_of(appeal), target, appeal.letter_language)
        return compose_own(appeal.letter_language, target, writer, headline=headline, copy_note=others)
    return _in_text(appeal, text.text, target, writer, now)


def facing(appeal: Appeal, target: Target, language: str, now: datetime) -> Composed | None:
    """The same letter for a reader of another language, in theirs or else the nearest text there is.

    None where the letter is in their language, where there is no other text, and where the writer wrote it all.
    """
    text = chosen(appeal, target)
    if text is None or appeal.rewritten or i18n.same_language(language, [text.text.language]):
        return None
    read = choose_text(appeal.edition, language)
    return None if read.language == text.text.language else _in_text(appeal, read, target, _writer(appeal), now)


def _in_text(appeal: Appeal, text: Text, target: Target, writer: Writer, now: datetime) -> Composed:
    others = copying_line(addressees_of(appeal), target, text.language)
    return compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=picked(appeal.key), copy_note=others)


def _writer(appeal: Appeal) -> Writer:
    seen = writer_shown(appeal)
    return Writer(seen.name, seen.place, seen.country, appeal.personal_lines, appeal.subject, seen.latin_name, appeal.rewritten or "")


def own_share(appeal: Appeal, now: datetime) -> int:
    """Percent of the letter that is the writer's own."""
    return own_words.own_share(composed(appeal, addressees_of(appeal)[0].target, now))


def model_text(appeal: Appeal, language: str, now: datetime) -> str:
    """What stands between salutation and signature of the model letter in a language, to begin a letter of one's own with."""
    text = choose_text(appeal.edition, language, appeal.letter_language)
    seen, target = writer_shown(appeal), addressees_of(appeal)[0].target
    writer = Writer(seen.name, seen.place, seen.country, latin_name=seen.latin_name)
    letter = compose(appeal.campaign, text, target, writer, on=_today(appeal.campaign, now), pick=picked(appeal.key))
    return "\n\n".join(letter.words)


def sample(campaign: Campaign, text: Text, target: Target, now: datetime) -> Composed:
    """The model letter to one target with nobody's name, to read, copy or print."""
    others = copying_line(addressees(campaign), target, text.language)
    return compose(campaign, text, target, Writer(), on=_today(campaign, now), copy_note=others)


def _today(campaign: Campaign, now: datetime) -> date:
    return now.astimezone(ZoneInfo(campaign.timezone)).date()
