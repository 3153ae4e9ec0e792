"""The directory of embassies as a CSV file; loading it changes nothing."""

import csv
import io
from collections.abc import Sequence

from app.targets.models import Target
from app.targets.parsing import COLUMNS, SALUTATION
from app.targets.postal import FIELDS
from app.targets.queries import Entry
from app.targets.sheets import safe


def to_csv(entries: Sequence[Entry]) -> str:
    """Every embassy in a line, for a spreadsheet: with a byte order mark, and with no cell that it would take for a formula."""
    languages = sorted({one.language for entry in entries for one in entry.target.salutations})
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow([*COLUMNS, *(SALUTATION + language for language in languages)])
    for entry in entries:
        spoken = {one.language: one.text for one in entry.target.salutations}
        writer.writerow([safe(cell) for cell in (*_cells(entry), *(spoken.get(language, "") for language in languages))])
    return file.getvalue()


def _cells(entry: Entry) -> list[str]:
    target = entry.target
    values = _address(target) | {
        "represents": entry.represents,
        "accredited_to": ", ".join(entry.accredited_to),
        "country": target.country,
        "role": target.role,
        "name": target.name,
        "organisation": target.organisation,
        "emails": ", ".join(target.emails),
        "phone": target.phone,
        "fax": target.fax,
        "languages": ", ".join(target.languages),
    }
    return [values.get(column, "") for column in COLUMNS]


def _address(target: Target) -> dict[str, str]:
    if isinstance(target.address, dict):
        return {name: target.address.get(name, "") for name in FIELDS}
    return {"address": "\n".join(target.address)}
