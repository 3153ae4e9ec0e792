"""A directory of embassies as a file says it: plain values that were checked, before there is any row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.targets.postal import PostalAddress


class Flaw(NamedTuple):
    """What is wrong or doubtful in a file, where, and how to mend it. Line 0 is the file as a whole, "" the whole line."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.column)))
        return f"{place}: {self.message}" if place else self.message


class BadDirectory(Exception):
    """A file with at least one flaw that keeps it from being loaded; all of them are in `flaws`."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


@dataclass(frozen=True)
class FiledEmbassy:
    line: int
    represents: str
    accredited_to: tuple[str, ...]
    """Countries, that of the seat first unless `country` says otherwise."""
    country: str
    """Where its seat is."""
    role: str
    name: str
    organisation: str
    address: tuple[str, ...] | PostalAddress
    emails: tuple[str, ...]
    phone: str
    fax: str
    languages: tuple[str, ...]
    salutations: Mapping[str, str]

    @property
    def stored_address(self) -> list[str] | dict[str, str]:
        """The address as the target keeps it."""
        return self.address.table() if isinstance(self.address, PostalAddress) else list(self.address)


@dataclass(frozen=True)
class DirectoryFile:
    embassies: tuple[FiledEmbassy, ...]
    warnings: tuple[Flaw, ...]
    """What is allowed, but perhaps not meant."""
