"""A campaign as a file says it: plain values that were checked, before there is any row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.campaigns.rules import Outcome, ReplyTo, Rewritten, State
from app.targets.postal import PostalAddress


class Problem(NamedTuple):
    """What is wrong, where (e.g. `targets[2].emails[1]`, counted from 1), and how to mend it."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class BadCampaignFile(Exception):
    """A file with at least one problem; all of them are in `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class FiledPerson:
    name: str
    gender: str = ""
    note: str = ""


@dataclass(frozen=True)
class FiledTarget:
    role: str
    name: str
    organisation: str
    address: tuple[str, ...] | PostalAddress
    country: str
    emails: tuple[str, ...]
    fax: str
    phone: str
    languages: tuple[str, ...]
    copy: bool
    salutations: Mapping[str, str]


@dataclass(frozen=True)
class FiledText:
    language: str
    headline: str
    summary: str
    case: str
    demands: tuple[str, ...]
    background: str
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    closings: tuple[str, ...]
    body: str


@dataclass(frozen=True)
class FiledEdition:
    index: str
    issued_on: date | None
    deadline_on: date
    asks_again: bool
    preferred_languages: tuple[str, ...]
    texts: tuple[FiledText, ...]


@dataclass(frozen=True)
class FiledOutcome:
    kind: Outcome
    on: date | None
    story: Mapping[str, str]


@dataclass(frozen=True)
class FiledEvent:
    on: date | None
    text: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class CampaignFile:
    """Everything a campaign file holds. `state` None: the file does not say, so a stored campaign keeps its own."""

    slug: str
    reference: str
    country: str
    timezone: str
    topics: tuple[str, ...]
    state: State | None
    people: tuple[FiledPerson, ...]
    targets: tuple[FiledTarget, ...]
    editions: tuple[FiledEdition, ...]
    cap_per_hour: int
    reply_to: ReplyTo
    rewritten: Rewritten
    postage: Mapping[str, str]
    reminders: tuple[int, ...]
    outcome: FiledOutcome | None
    timeline: tuple[FiledEvent, ...]
    embassies: bool = True
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    """What is allowed, but perhaps not meant."""
