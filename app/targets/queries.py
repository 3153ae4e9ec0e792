"""Reading the directory of embassies."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.targets.models import Embassy, Target


class Entry(NamedTuple):
    """An embassy with all that it is accredited to, that of its seat first."""

    target: Target
    represents: str
    accredited_to: tuple[str, ...]


class Represented(NamedTuple):
    """A country whose embassies are known."""

    country: str
    embassies: int
    """Offices."""
    reached: int
    """Countries whose supporters write to them."""


class KnownOffice(NamedTuple):
    """What tells an office apart from others, and whether it can be mailed."""

    id: int
    role: str
    name: str
    organisation: str
    country: str
    emails: list[str]


_OFFICES = (
    select(Embassy.accredited_to, Target.id, Target.role, Target.name, Target.organisation, Target.country, Target.emails)
    .join(Target, Target.id == Embassy.target_id)
    .where(Embassy.represents == bindparam("represents"))
)


def offices_of(session: Session, country: str) -> Mapping[str, KnownOffice]:
    """The embassies of a country by the country they are accredited to, in one small query."""
    rows = session.connection().execute(_OFFICES, {"represents": country})
    return {accredited_to: KnownOffice._make(office) for accredited_to, *office in rows}


def count_offices(session: Session, country: str) -> int:
    """How many embassies of a country are known."""
    return session.scalar(select(func.count(Embassy.target_id.distinct())).where(Embassy.represents == country)) or 0


def has_embassies(session: Session, country: str) -> bool:
    return bool(session.scalar(select(exists().where(Embassy.represents == country))))


def list_represented(session: Session) -> list[Represented]:
    """Every country whose embassies are known."""
    numbers = select(Embassy.represents, func.count(Embassy.target_id.distinct()), func.count()).group_by(Embassy.represents)
    return [Represented(*row) for row in session.execute(numbers.order_by(Embassy.represents))]


def list_embassies(session: Session, represents: Sequence[str] | None = None) -> list[Entry]:
    """The embassies of some countries, or all there are."""
    return _entries(session, Embassy.represents.in_(represents) if represents is not None else Embassy.represents != "")


def search_embassies(session: Session, words: str, countries: Sequence[str], *, limit: int) -> list[Entry]:
    """Embassies whose name, office or e-mail holds the words, or that stand in or for one of the countries."""
    fields = (Target.role, Target.name, Target.organisation, cast(Target.emails, String))
    matching = select(Embassy.target_id).join(Target, Target.id == Embassy.target_id).distinct().order_by(Embassy.target_id).limit(limit)
    found = or_(
        *(func.lower(field).contains(words.lower(), autoescape=True) for field in fields),
        Embassy.represents.in_(countries),
        Embassy.accredited_to.in_(countries),
    )
    return _entries(session, Embassy.target_id.in_(list(session.scalars(matching.where(found)))))


def get_embassy(session: Session, target_id: int) -> Entry:
    """One embassy. Raises NotFound, also for a target that is none."""
    found = _entries(session, Embassy.target_id == target_id)
    if not found:
        raise NotFound
    return found[0]


def _entries(session: Session, which: ColumnElement[bool]) -> list[Entry]:
    rows = session.scalars(select(Embassy).where(which).options(joinedload(Embassy.target)).order_by(Embassy.represents, Embassy.accredited_to))
    by_target: dict[tuple[str, int], list[Embassy]] = {}
    for row in rows:
        by_target.setdefault((row.represents, row.target_id), []).append(row)
    return [_entry(mine) for mine in by_target.values()]


def _entry(rows: list[Embassy]) -> Entry:
    target = rows[0].target
    countries = sorted((row.accredited_to for row in rows), key=lambda country: (country != target.country, country))
    return Entry(target, rows[0].represents, tuple(countries))
