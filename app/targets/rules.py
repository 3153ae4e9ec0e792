"""How a target is addressed when nobody wrote down how, and which embassy gets a copy."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from app.targets.neutral import NEUTRAL_SALUTATIONS


class Office(Protocol):
    """What tells one office from another."""

    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def emails(self) -> Sequence[str]: ...


E = TypeVar("E", bound=Office)


def neutral_salutation(language: str) -> str:
    """The neutral opening of a letter in `language`, else of its base language (`pt` for `pt-BR`), else the English one."""
    base = language.split("-")[0]
    return NEUTRAL_SALUTATIONS.get(language) or NEUTRAL_SALUTATIONS.get(base) or NEUTRAL_SALUTATIONS["en"]


def choose_embassy(embassies: Mapping[str, E], *, government: str, living_in: str, wanted: bool, listed: Sequence[Office]) -> E | None:
    """The embassy that gets a copy of a supporter's letter; None when none does.

    `embassies` are those of the government that is written to, by the country each is accredited to. None gets a copy when the campaign
    wants none, when the supporter lives under that government, and when the campaign has `listed` the same office already.
    """
    if not wanted or living_in == government:
        return None
    found = embassies.get(living_in)
    return None if found is None or any(is_same_office(found, other) for other in listed) else found


def is_same_office(one: Office, other: Office) -> bool:
    """Whether two targets are one office: they share an e-mail address, or are called the same in the same country."""
    if {email.casefold() for email in one.emails} & {email.casefold() for email in other.emails}:
        return True
    return one.country == other.country and _called(one) == _called(other)


def _called(office: Office) -> tuple[str, ...]:
    return tuple(words.casefold() for words in (office.role, office.name, office.organisation))
