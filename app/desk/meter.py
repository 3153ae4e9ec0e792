"""How long the link is that opens a letter in a supporter's own mail program, shown for each language while its text is written.

Counted for a supporter who adds two sentences, with the official, the subject, the opening and the closing that make the link longest.
The script of the page counts on as one types: `measure` here and `measure` in static/desk.js are the same.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app import i18n
from app.campaigns.filling import fill
from app.campaigns.models import Campaign, Person, Text
from app.desk.drafts import Draft
from app.desk.preview import NAMES
from app.letters.composing import Writer, compose, salutation
from app.letters.own_mail import COSTLY, LONG, WEBMAILS, WINDOWS, encoded, mailto
from app.targets.models import Salutation, Target

OWN_WORDS = 160
"""Characters of two sentences that a supporter adds; taken from the case, so that they are of its language and script."""
SIGN = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
IMPLIED = ("salutation", "opening", "personal_lines", "closing", "supporter.name")
"""What is put into a letter that leaves its sign out, as a paragraph of its own, where there is any."""
BREAK = len(encoded("\n\n"))
TAKEN = (("Phones, Mac, Linux", LONG), (WINDOWS.name, WINDOWS.most), *((webmail.budget.name, webmail.budget.most) for webmail in WEBMAILS))
"""Who takes how many characters of a link."""
SCALE = 7_000
"""Characters at the end of the bar."""


class Meter(NamedTuple):
    """What the page shows of one text."""

    size: int
    """Characters of the link."""
    rest: int
    """Of these, what is not of the letter as written."""
    sizes: dict[str, int]
    """Characters that each sign of the letter stands for."""
    costly: bool
    """Whether the script is what makes it long."""
    scale: int = SCALE
    taken: tuple[tuple[str, int], ...] = TAKEN

    @property
    def least(self) -> int:
        return min(most for _, most in self.taken)


def meters(draft: Draft, today: date) -> dict[str, Meter]:
    """A meter for each text of a draft that is in a language we know."""
    return {code: _meter(draft, code, today) for code in draft["editions"][-1]["texts"] if i18n.is_language(code)}


def measure(body: str, sizes: Mapping[str, int]) -> int:
    """Characters a letter takes in a link, each of its signs as long as `sizes` says."""
    names = SIGN.findall(body)
    implied = sum(sizes[name] + BREAK for name in IMPLIED if name in sizes and name not in names)
    return len(encoded(SIGN.sub("", body.strip()))) + sum(sizes.get(name, 0) for name in names) + implied


def _meter(draft: Draft, code: str, today: date) -> Meter:
    typed = draft["editions"][-1]["texts"][code]
    longest = {kind: sorted(typed[kind], key=lambda one: -len(encoded(one)))[:1] for kind in ("subjects", "openings", "closings")}
    text = Text(language=code, headline=typed["headline"], body=typed["body"], **longest)
    campaign = Campaign(reference=str(draft["reference"]), people=[Person(name=row["name"], position=0) for row in draft["people"] if row["name"]])
    country = draft["country"] if i18n.is_country(draft["country"]) else ""
    writer = Writer(NAMES.get(code.split("-")[0], "Maria Example"), "Exampletown", country, (typed["case"] or typed["body"])[:OWN_WORDS])
    size, target = max(((_size(campaign, text, one, writer, today), one) for one in _targets(draft)), key=lambda pair: pair[0])
    values = {
        "salutation": salutation(target, code),
        "personal_lines": writer.personal_lines,
        "target.name": target.name,
        "target.role": target.role,
        "target.organisation": target.organisation,
        "person.name": i18n.listed((person.name for person in campaign.people), code),
        "supporter.name": writer.name,
        "supporter.place": writer.place,
        "supporter.country": i18n.country_name(country, code) if country else "",
        "campaign.reference": campaign.reference or "",
        "date": i18n.day(today, into=code),
    }
    values |= {kind.removesuffix("s"): fill(longest[kind][0], values) for kind in ("openings", "closings") if longest[kind]}
    sizes = {name: len(encoded(value)) for name, value in values.items()}
    return Meter(size, size - measure(text.body, sizes), sizes, costly=len(encoded(text.body)) > COSTLY * len(text.body) > 0)


def _size(campaign: Campaign, text: Text, target: Target, writer: Writer, today: date) -> int:
    return len(mailto(compose(campaign, text, target, writer, on=today), target))


def _targets(draft: Draft) -> list[Target]:
    """The officials with e-mail, else one whose address is still to come."""
    rows = [row for row in draft["targets"] if row["emails"]] or [{"emails": ["official@ministry.example"], "salutations": {}}]
    return [
        Target(
            role=row.get("role", ""),
            name=row.get("name", ""),
            organisation=row.get("organisation", ""),
            emails=row["emails"],
            salutations=[Salutation(language=code, text=words) for code, words in row["salutations"].items() if words],
        )
        for row in rows
    ]
