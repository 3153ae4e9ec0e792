"""Storing a directory of embassies: what a file would change, and changing it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import audit
from app.errors import Conflict
from app.targets.filed import DirectoryFile, FiledEmbassy
from app.targets.models import Embassy, Salutation, Target

FIELDS = ("role", "name", "organisation", "country", "address", "emails", "phone", "fax", "languages")


@dataclass(frozen=True)
class Change:
    """One embassy of a file against what is stored; `fields` are those whose values change."""

    filed: FiledEmbassy
    target: Target | None
    """The stored one; None for a new embassy."""
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a file would do."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[Change, ...]

    @property
    def mark(self) -> str:
        """Changes when the plan does, so that what was confirmed is what is done."""
        done = [(one.filed.represents, one.filed.accredited_to, one.fields) for one in (*self.new, *self.changed, *self.same)]
        return hashlib.sha256(repr(done).encode()).hexdigest()[:20]


def plan(session: Session, file: DirectoryFile) -> Plan:
    """Compare a file with the directory: an embassy that represents and is accredited to the same countries is the same one.

    Embassies that the file does not name stay as they are.
    """
    stored = _stored(session, file)
    accredited: dict[int, set[str]] = {}
    for row in stored.values():
        accredited.setdefault(row.target_id, set()).add(row.accredited_to)
    taken: set[int] = set()
    changes = []
    for filed in file.embassies:
        rows = [stored[filed.represents, country] for country in filed.accredited_to if (filed.represents, country) in stored]
        target = next((row.target for row in rows if row.target_id not in taken), None)
        if target is None:
            changes.append(Change(filed, None, ()))
            continue
        taken.add(target.id)
        moved = accredited[target.id] != set(filed.accredited_to)
        changes.append(Change(filed, target, _changed(target, filed) + (("accredited_to",) if moved else ())))
    return Plan(
        new=tuple(one for one in changes if one.target is None),
        changed=tuple(one for one in changes if one.target is not None and one.fields),
        same=tuple(one for one in changes if one.target is not None and not one.fields),
    )


def apply(session: Session, file: DirectoryFile, *, actor: str, now: datetime) -> Plan:
    """Store the embassies of a file. Returns what was done. Raises Conflict when somebody else loads the same embassies at this moment."""
    done = plan(session, file)
    stored = _stored(session, file)
    rows_of: dict[int, list[Embassy]] = {}
    for row in stored.values():
        rows_of.setdefault(row.target_id, []).append(row)
    for change in (*done.new, *done.changed):
        target = change.target or Target()
        _fill(target, change.filed)
        session.add(target)
        for row in rows_of.get(target.id, []):
            if row.target is target and row.accredited_to not in change.filed.accredited_to:
                session.delete(stored.pop((row.represents, row.accredited_to)))
        _accredit(session, target, change.filed, stored)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("Somebody else is loading the same embassies at this moment: try again.") from None
    _remove_unused(session, list(rows_of))
    if done.new or done.changed:
        counts = {"new": len(done.new), "changed": len(done.changed)}
        audit.record(session, actor=actor, verb="load", subject="embassies", now=now, **counts)
    return done


def _stored(session: Session, file: DirectoryFile) -> dict[tuple[str, str], Embassy]:
    """The directory as far as the file's countries go, by what each row represents and is accredited to."""
    represented = sorted({one.represents for one in file.embassies})
    rows = select(Embassy).where(Embassy.represents.in_(represented)).options(selectinload(Embassy.target))
    return {(row.represents, row.accredited_to): row for row in session.scalars(rows)}


def _values(filed: FiledEmbassy) -> Mapping[str, Any]:
    values = {name: getattr(filed, name) for name in FIELDS}
    return values | {"address": filed.stored_address, "emails": list(filed.emails), "languages": list(filed.languages)}


def _changed(target: Target, filed: FiledEmbassy) -> tuple[str, ...]:
    changed = tuple(name for name, value in _values(filed).items() if getattr(target, name) != value)
    spoken = {one.language: one.text for one in target.salutations}
    return changed + (("salutations",) if spoken != dict(filed.salutations) else ())


def _fill(target: Target, filed: FiledEmbassy) -> None:
    for name, value in _values(filed).items():
        setattr(target, name, value)
    stored = {one.language: one for one in target.salutations}
    target.salutations = [stored.get(language) or Salutation(language=language) for language in filed.salutations]
    for position, (salutation, text) in enumerate(zip(target.salutations, filed.salutations.values(), strict=True)):
        salutation.position, salutation.text = position, text


def _accredit(session: Session, target: Target, filed: FiledEmbassy, stored: dict[tuple[str, str], Embassy]) -> None:
    """Give the target the countries of its line."""
    for country in filed.accredited_to:
        if (filed.represents, country) not in stored:
            stored[filed.represents, country] = Embassy(represents=filed.represents, accredited_to=country)
            session.add(stored[filed.represents, country])
        stored[filed.represents, country].target = target


def _remove_unused(session: Session, target_ids: list[int]) -> None:
    """Delete offices that are accredited nowhere any more; one that letters were written to stays, for them."""
    left = select(Target.id).where(Target.id.in_(target_ids), ~exists().where(Embassy.target_id == Target.id))
    for target_id in session.scalars(left).all():
        try:
            with session.begin_nested():
                session.execute(delete(Target).where(Target.id == target_id))
        except IntegrityError:
            continue
