"""A letter's text: the model text filled in for one target and one writer. Page, mail and PDF all show this one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app import i18n
from app.campaigns.models import Campaign, Text
from app.campaigns.placeholders import fill, names_in
from app.targets.models import Target
from app.targets.neutral import LETTER_SALUTATION_PUNCTUATION
from app.targets.rules import neutral_salutation


@dataclass(frozen=True)
class Writer:
    """What of the writer enters a letter. Empty fields leave no gap."""

    name: str = ""
    place: str = ""
    country: str = ""
    personal_lines: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Composed:
    """A finished letter in its parts; `before` begins with the salutation."""

    language: str
    subject: str
    before: tuple[str, ...]
    personal: tuple[str, ...]
    after: tuple[str, ...]
    signature: tuple[str, ...]
    """Lines: name, then place or country, as the text has them."""

    @property
    def dir(self) -> str:
        return i18n.direction(self.language)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Everything but the signature."""
        return self.before + self.personal + self.after

    @property
    def body(self) -> str:
        """The whole letter as plain text with \\n line ends."""
        return "\n\n".join((*self.paragraphs, "\n".join(self.signature))).strip()


def salutation(target: Target, language: str) -> str:
    """How a letter in `language` opens: the target's own form, else a neutral one of the language, else the English one."""
    for own in target.salutations:
        if own.language == language:
            return own.text
    return neutral_salutation(language)


def choose_subject(subjects: list[str], pick: int) -> str:
    """One of the model subjects, the same for the same `pick` on every view."""
    return subjects[pick % len(subjects)] if subjects else ""


def compose(campaign: Campaign, text: Text, target: Target, writer: Writer, *, on: date, pick: int = 0) -> Composed:
    """The letter to one target in the text's language.

    `pick` chooses among model subjects. Salutation, personal lines and signature are put in where the text forgot them.
    """
    greeting = salutation(target, text.language)
    values = {
        "salutation": greeting,
        "target.name": target.name,
        "target.role": target.role,
        "target.organisation": target.organisation,
        "person.name": i18n.listed((person.name for person in campaign.people), text.language),
        "supporter.name": writer.name,
        "supporter.place": writer.place,
        "supporter.country": i18n.country_name(writer.country, text.language) if writer.country else "",
        "campaign.reference": campaign.reference or "",
        "date": i18n.day(on, into=text.language),
    }
    used = set(names_in(text.body))
    before, after, signature = _parts(text.body, values)
    if "salutation" not in used:
        before.insert(0, greeting + LETTER_SALUTATION_PUNCTUATION.get(text.language, ","))
    if "supporter.name" not in used:
        signature = [line for line in (writer.name, ", ".join(filter(None, (writer.place, values["supporter.country"])))) if line]
    subject = writer.subject or fill(choose_subject(text.subjects, pick) or text.headline, values)
    personal = tuple(part.strip() for part in writer.personal_lines.split("\n\n") if part.strip())
    return Composed(text.language, " ".join(subject.split()), tuple(before), personal, tuple(after), tuple(signature))


def _parts(body: str, values: Mapping[str, str]) -> tuple[list[str], list[str], list[str]]:
    before: list[str] = []
    after: list[str] = []
    signature: list[str] = []
    here = before
    paragraphs = [part for part in body.replace("\r\n", "\n").strip().split("\n\n") if part.strip()]
    personal_known = any("personal_lines" in names_in(part) for part in paragraphs)
    for index, paragraph in enumerate(paragraphs):
        if "personal_lines" in names_in(paragraph):
            here = after
            continue
        lines = paragraph.strip("\n").split("\n")
        signs_at = next((at for at, line in enumerate(lines) if "supporter.name" in names_in(line)), None)
        if not personal_known and (signs_at is not None or 0 < index == len(paragraphs) - 1):
            here = after
        if signs_at is None:
            here += _filled(paragraph, values)
            continue
        here += _filled("\n".join(lines[:signs_at]), values)
        signature += [line for line in fill("\n".join(lines[signs_at:]), values).split("\n") if line]
    return before, after, signature


def _filled(paragraph: str, values: Mapping[str, str]) -> list[str]:
    text = fill(paragraph, values)
    return [text] if text else []


def own_share(letter: Composed) -> int:
    """Percent of the words between salutation and signature that are the writer's own."""
    own = sum(len(part.split()) for part in letter.personal)
    whole = sum(len(part.split()) for part in letter.paragraphs[1:])
    return round(100 * own / whole) if whole else 0
