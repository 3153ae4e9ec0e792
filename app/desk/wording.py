"""Words of the desk: what fields are called, and messages of campaign files said for somebody who sees a form."""

import re

from app import i18n
from app.campaigns.filed import Problem

LABELS = {
    "slug": "Name in the address",
    "reference": "Reference",
    "country": "Country",
    "timezone": "Time zone",
    "topics": "Topics",
    "people": "Person",
    "targets": "Official",
    "timeline": "Event",
    "texts": "Text",
    "edition": "This edition",
    "sending": "Sending",
    "role": "office or role",
    "name": "name",
    "emails": "e-mail",
    "organisation": "organisation",
    "address": "postal address",
    "languages": "languages they read",
    "salutations": "salutation",
    "fax": "fax",
    "phone": "phone",
    "headline": "headline",
    "summary": "summary",
    "case": "the case",
    "demands": "what we ask",
    "background": "background",
    "subjects": "letter subjects",
    "openings": "letter openings",
    "closings": "letter closings",
    "body": "letter",
    "deadline_on": "deadline",
    "issued_on": "issued on",
    "index": "index number",
    "preferred_languages": "preferred languages",
    "cap_per_hour": "letters an hour",
    "reminders": "reminders",
    "rewritten": "rewritten letters",
    "postage": "postage",
    "embassies": "copies to embassies",
    "on": "date",
    "source": "source",
    "text": "text",
}


def worded(problem: Problem) -> str:
    """The message of a campaign file for somebody who sees a form: no talk of keys and quotes."""
    if re.match("is (missing|empty)", problem.message):
        return "Please fill this in."
    if problem.message.startswith("there is none"):
        return "Add at least one."
    message = problem.message[:1].upper() + problem.message[1:]
    line = problem.place.partition(", ")[2]
    return f"{line[:1].upper()}{line[1:]}: {message}" if line else message


def label(name: str) -> str:
    """What a field is called on the page, e.g. `targets.0.emails` is `Official 1, e-mail`."""
    part, *rest = name.split(".")
    row = f" {int(rest[0]) + 1}" if rest and rest[0].isdecimal() else ""
    words = [LABELS.get(one, i18n.language_name(one) if i18n.is_language(one) else one) for one in rest if not one.isdecimal()]
    return ", ".join(filter(None, [LABELS.get(part, part) + row, *words]))
