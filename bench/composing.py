"""Letters composed per second and core, against a bare compiled Jinja template of the same text with the same placeholders.

Both make subject and body of the same letters, one after the other: every letter has another writer, and its own subject, opening and
closing of three each. Jinja is given every value ready and has each of the subjects and bodies compiled; ours starts from the campaign, the
text, the target and the appeal's key, and its Composed is turned into the body that is sent. They take turns; the median of the ratios counts.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import product
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, Template

from app import i18n
from app.campaigns.loading import read
from app.campaigns.models import Campaign, Person, Text
from app.letters.composing import Composed, Pick, Writer, compose, picked
from app.targets.models import Salutation, Target
from config import ROOT

LETTERS, ROUNDS, BAR = 5_000, 15, 1.0
LANGUAGE, ON = "en", date(2026, 11, 10)


@dataclass(frozen=True)
class Case:
    """What is written, and to whom."""

    campaign: Campaign
    text: Text
    target: Target


def run() -> list[dict[str, object]]:
    """The measure, as every bench reports it."""
    case = _case()
    writers = [(f"key-{number}-{random.Random(number).random()}", _writer(number)) for number in range(LETTERS)]
    bare = _bare(case)
    _require_same(case, writers, bare)
    rates = [(_rate(lambda: _ours(case, writers)), _rate(lambda: [bare(key, writer) for key, writer in writers])) for _ in range(ROUNDS)]
    ratio = round(median(ours / limit for ours, limit in rates), 3)
    return [
        {
            "name": "letters_composed",
            "value": round(median(ours for ours, _ in rates)),
            "unit": "letters/s",
            "limit": round(median(limit for _, limit in rates)),
            "ratio": ratio,
            "bar": BAR,
            "holds": ratio >= BAR,
        }
    ]


def _ours(case: Case, writers: list[tuple[str, Writer]]) -> None:
    for key, writer in writers:
        _read_whole(compose(case.campaign, case.text, case.target, writer, on=ON, pick=picked(key)))


def _read_whole(letter: Composed) -> tuple[str, str]:
    return letter.subject, letter.body


def _rate(make: Callable[[], object]) -> float:
    begun = perf_counter()
    make()
    return LETTERS / (perf_counter() - begun)


def _case() -> Case:
    """The letter of the open demo campaign, with placeholders in its openings and closings too."""
    file = read((ROOT / "demo" / "open.toml").read_text())
    words = next(text for text in file.editions[0].texts if text.language == LANGUAGE)
    filed = file.targets[0]
    target = Target(role=filed.role, name=filed.name, organisation=filed.organisation)
    target.salutations = [Salutation(language=code, text=text) for code, text in filed.salutations.items()]
    campaign = Campaign(reference=file.reference, people=[Person(position=at, name=one.name) for at, one in enumerate(file.people)])
    text = Text(
        language=LANGUAGE,
        headline=words.headline,
        subjects=[f"{subject} ({{{{ campaign.reference }}}})" for subject in words.subjects],
        openings=[
            "I write to you from {{ supporter.place }}.",
            "I turn to you as {{ target.role }}.",
            "I am troubled by what I read about {{ person.name }}.",
        ],
        closings=["I look forward to your answer.", "I shall follow this case.", "I thank you for reading this, {{ salutation }}."],
        body=words.body.replace("I am concerned", "On {{ date }}, I am concerned"),
    )
    return Case(campaign, text, target)


def _writer(number: int) -> Writer:
    return Writer(f"Ana Pérez {number}", f"Town {number % 500}", "ES", f"I was there in {number}, and I have not forgotten it.")


def _bare(case: Case) -> Callable[[str, Writer], tuple[str, str]]:
    """Subject and body by templates that were compiled before: nothing but two renderings a letter."""
    environment = Environment()
    subjects = [environment.from_string(subject) for subject in case.text.subjects]
    bodies: dict[tuple[int, int], Template] = {
        (opening, closing): environment.from_string(
            case.text.body.replace("{{ opening }}", case.text.openings[opening]).replace("{{ closing }}", case.text.closings[closing])
        )
        for opening, closing in product(range(3), range(3))
    }
    given: dict[str, Any] = {
        "salutation": "Dear Minister",
        "target": SimpleNamespace(name=case.target.name, role=case.target.role, organisation=case.target.organisation),
        "person": SimpleNamespace(name=case.campaign.people[0].name),
        "campaign": SimpleNamespace(reference=case.campaign.reference),
        "date": i18n.day(ON, into=LANGUAGE),
    }
    names: dict[str, tuple[Pick, SimpleNamespace]] = {}

    def render(key: str, writer: Writer) -> tuple[str, str]:
        if key not in names:
            names[key] = picked(key), SimpleNamespace(name=writer.name, place=writer.place, country="Spain")
        pick, supporter = names[key]
        values = {**given, "supporter": supporter, "personal_lines": writer.personal_lines}
        return subjects[pick.subject % 3].render(**values), bodies[pick.opening % 3, pick.closing % 3].render(**values)

    return render


def _require_same(case: Case, writers: list[tuple[str, Writer]], bare: Callable[[str, Writer], tuple[str, str]]) -> None:
    for key, writer in writers:
        letter = compose(case.campaign, case.text, case.target, writer, on=ON, pick=picked(key))
        if (letter.subject, letter.body) != bare(key, writer):
            raise RuntimeError(f"the two letters of {key} are not the same")
