"""A letter's text: the model text filled in for one target and one writer. Page, mail and PDF all show this one value."""

import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from app import i18n
from app.campaigns.filling import Line, join, read
from app.campaigns.models import Campaign, Text
from app.letters.layout import AS_TYPED, WITH_MARK, Paragraph, lay_out
from app.targets.models import Target
from app.targets.neutral import LETTER_SALUTATION_PUNCTUATION
from app.targets.rules import neutral_salutation

MARKS = ",:;!،؛፣፤，：；！、"
"""What may follow a salutation; a full stop is not among them, it belongs to an abbreviation."""


@dataclass(frozen=True)
class Writer:
    """What of the writer enters a letter. Empty fields leave no gap."""

    name: str = ""
    place: str = ""
    country: str = ""
    personal_lines: str = ""
    subject: str = ""
    latin_name: str = ""
    """Signs letters in a language of Latin script."""
    rewritten: str = ""
    """The writer's own letter, instead of all that the model has between salutation and signature."""


class Pick(NamedTuple):
    """Which subject, opening and closing a letter gets, each counted on beyond the last one."""

    subject: int = 0
    opening: int = 0
    closing: int = 0


FIRST = Pick()


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
    note: tuple[str, ...] = ()
    """Paragraphs under the signature: what the text has there, then whom copies go to."""
    greeting: int = 1
    """How many paragraphs of `before` come up to the salutation."""
    model: tuple[str, ...] = ()
    """The model's paragraphs that the writer's own letter took the place of."""

    @property
    def dir(self) -> str:
        return i18n.direction(self.language)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Everything above the signature."""
        return self.before + self.personal + self.after

    @property
    def words(self) -> tuple[str, ...]:
        """The paragraphs between salutation and signature: what a writer may rewrite."""
        return self.paragraphs[self.greeting :]

    @property
    def body(self) -> str:
        """The whole letter as plain text with \\n line ends."""
        return "\n\n".join(filter(None, (*self.before, *self.personal, *self.after, "\n".join(self.signature), *self.note)))


def salutation(target: Target, language: str) -> str:
    """How a letter in `language` opens: the target's own form in it, else a neutral one of the language, else the English one.

    The form of a language serves its regions, `pt` for `pt-BR`, and that of a region the language, where both write the same script.
    """
    for one in target.salutations:
        if one.language == language:
            return one.text
    own = {one.language: one.text for one in target.salutations}
    near = i18n.same_language(language, own)
    return own[near] if near else neutral_salutation(language)


def picked(key: str) -> Pick:
    """The subject, opening and closing of the appeal with this key, the same on every view.

    SHA-256 of the key; its first eight bytes pick the subject, the next eight the opening, the next eight the closing, so that one tells
    nothing of the others.
    """
    return Pick(*struct.unpack(">QQQ", sha256(key.encode()).digest()[:24]))


def compose(campaign: Campaign, text: Text, target: Target, writer: Writer, *, on: date, pick: Pick = FIRST, copy_note: str = "") -> Composed:
    """The letter to one target in the text's language, of the day `on`.

    Salutation, opening, personal lines, closing and signature are put in where the text forgot them. A subject the writer typed and a letter
    the writer rewrote take the place of the model's. `copy_note` says under the signature whom copies go to.
    """
    given = _Given(
        text.language,
        _variant(text.subjects, pick.subject),
        text.headline,
        _variant(text.openings, pick.opening),
        _variant(text.closings, pick.closing),
        text.body,
        salutation(target, text.language),
        target.name,
        target.role,
        target.organisation,
        tuple([person.name for person in campaign.people]),
        campaign.reference or "",
        on,
    )
    return _composed(given, writer, writer.rewritten, copy_note)


def compose_own(language: str, target: Target, writer: Writer, *, headline: str, copy_note: str = "") -> Composed:
    """A letter in a language there is no text in, all in the writer's own words; `headline` is its subject unless they typed one."""
    given = _Given(language, headline=headline, salutation=salutation(target, language))
    return _composed(given, writer, writer.rewritten or writer.personal_lines, copy_note)


class _Given(NamedTuple):
    """All that a model letter depends on but its writer."""

    language: str
    subject: str = ""
    headline: str = ""
    opening: str = ""
    closing: str = ""
    body: str = ""
    salutation: str = ""
    target_name: str = ""
    target_role: str = ""
    target_organisation: str = ""
    people: tuple[str, ...] = ()
    reference: str = ""
    on: date | None = None


class _Model(NamedTuple):
    """A letter to one target with only the writer's fields still to be put in."""

    subject: "_Part"
    head: "_Part"
    before: "_Part"
    after: "_Part"
    signature: "_Part"
    tail: "_Part"


class _Part(NamedTuple):
    """Paragraphs or lines: texts that stand as they are, or formats if at least one of them needs a field."""

    texts: tuple[str, ...]
    formats: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> tuple[str, ...]:
        return self.texts or tuple([one % values for one in self.formats])


def _composed(given: _Given, writer: Writer, rewritten: str, copy_note: str) -> Composed:
    latin = writer.latin_name and i18n.script(given.language) == "Latn"
    values = {
        "supporter.name": writer.latin_name if latin else writer.name,
        "supporter.place": writer.place,
        "supporter.country": _country(writer.country, given.language) if writer.country else "",
    }
    model = _model(given, tuple([name for name, value in values.items() if value.strip()]))
    subject = " ".join((writer.subject or model.subject.fill(values)[0]).split())
    head, before, after = model.head.fill(values), model.before.fill(values), model.after.fill(values)
    signature, note = model.signature.fill(values), model.tail.fill(values)
    if copy_note:
        note += (copy_note,)
    if rewritten:
        return Composed(given.language, subject, head, _paragraphs(rewritten), (), signature, note, len(head), before + after)
    return Composed(given.language, subject, head + before, _paragraphs(writer.personal_lines), after, signature, note, len(head))


@lru_cache(2048)
def _model(given: _Given, present: tuple[str, ...]) -> _Model:
    """The letter for all writers who fill in the same fields. What is costly is done here, once for a thousand letters."""
    address = given.salutation.rstrip(f"{MARKS} ") or given.salutation
    mark = LETTER_SALUTATION_PUNCTUATION.get(given.language, LETTER_SALUTATION_PUNCTUATION.get(given.language.split("-")[0], ","))
    values = {
        "salutation": address,
        AS_TYPED: given.salutation,
        WITH_MARK: given.salutation if address != given.salutation else address + mark,
        "target.name": given.target_name,
        "target.role": given.target_role,
        "target.organisation": given.target_organisation,
        "person.name": i18n.listed(given.people, given.language) if given.people else "",
        "campaign.reference": given.reference,
        "date": i18n.day(given.on, into=given.language) if given.on else "",
    }
    known = {name: Line((value,)) for name, value in values.items() if value.strip()}
    have = known.keys() | set(present)
    for name, template in (("opening", given.opening), ("closing", given.closing)):
        line = _one_line(template, known, have)
        if line is not None:
            known[name] = line
    have |= known.keys()
    layout = lay_out(given.body, opening="opening" in known, closing="closing" in known)
    return _Model(
        _part([_one_line(given.subject, known, have) or Line((given.headline,))]),
        _ready(layout.head, known, have),
        _ready(layout.before, known, have),
        _ready(layout.after, known, have),
        _part(_kept(layout.signature, known, have)),
        _ready(layout.tail, known, have),
    )


def _ready(paragraphs: Iterable[Paragraph], known: Mapping[str, Line], have: Collection[str]) -> _Part:
    """The paragraphs with what is known put in; those that have nothing to say are left out."""
    return _part([join(kept) for lines in paragraphs if (kept := _kept(lines, known, have))])


def _part(lines: Sequence[Line]) -> _Part:
    if any(line.names for line in lines):
        return _Part((), tuple(line.format for line in lines))
    return _Part(tuple(line.texts[0] for line in lines), ())


def _one_line(template: str, known: Mapping[str, Line], have: Collection[str]) -> Line | None:
    kept = [line for lines in read(template) for line in _kept(lines, known, have)]
    return join(kept, " ") if kept else None


def _kept(lines: Iterable[Line], known: Mapping[str, Line], have: Collection[str]) -> list[Line]:
    return [line.put(known) for line in (line.only(have) for line in lines) if line is not None]


def _paragraphs(typed: str) -> tuple[str, ...]:
    return tuple([part.strip() for part in typed.split("\n\n") if part.strip()])


def _variant(variants: Sequence[str], pick: int) -> str:
    return variants[pick % len(variants)] if variants else ""


_country = lru_cache(4096)(i18n.country_name)
