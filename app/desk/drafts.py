"""A campaign as it stands in the editor: the shape of a campaign file, with whatever was typed in it.

The editor has no rules of its own. What is typed becomes the same plain value that a campaign file is read into, so a file and a
form are judged alike, and a form that is not right yet can be shown again with nothing lost.
"""

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.targets import postal

Draft = dict[str, Any]
Typed = MultiDict[str, str]

LISTS = "emails|address|languages|demands|subjects|openings|closings|reminders|topics|preferred_languages"
"""Fields of which each line or item is one of a list."""
TEXT_FIELDS = ("headline", "summary", "case", "background", "body")
PERSON_FIELDS = ("name", "gender", "note")
TARGET_FIELDS = ("role", "name", "organisation", "country", "fax", "phone")
ROWS = ("people", "targets", "timeline")
LONGEST_SLUG = 60


def blank(today: date) -> Draft:
    """What a new campaign starts from: one person, one target, one language."""
    return {
        "slug": "",
        "reference": "",
        "country": "",
        "timezone": "",
        "topics": [],
        "people": [person()],
        "targets": [target()],
        "editions": [{"index": "", "issued_on": today, "deadline_on": "", "preferred_languages": [], "texts": {"en": text()}}],
        "sending": {"cap_per_hour": 60, "reply_to": "office", "rewritten": "hold", "reminders": [7, 3, 1], "embassies": True, "postage": {}},
        "timeline": [],
    }


def person() -> Draft:
    return dict.fromkeys(PERSON_FIELDS, "")


def target() -> Draft:
    return dict.fromkeys(TARGET_FIELDS, "") | {"address": [], "emails": [], "languages": [], "copy": False, "salutations": {}}


def text() -> Draft:
    return dict.fromkeys(TEXT_FIELDS, "") | {"demands": [], "subjects": [], "openings": [], "closings": []}


def event() -> Draft:
    return {"on": "", "text": {}, "source": ""}


def complete(draft: Draft) -> Draft:
    """A draft with every key the editor shows; a campaign file may leave many out."""
    full = blank(date.min) | copy.deepcopy(draft)
    full["sending"] = blank(date.min)["sending"] | full["sending"]
    full["people"] = [person() | row for row in full["people"]]
    full["targets"] = [target() | row for row in full["targets"]]
    full["timeline"] = [event() | row for row in full["timeline"]]
    full["editions"] = [{"index": "", "issued_on": "", "deadline_on": "", "preferred_languages": []} | row for row in full["editions"]]
    texts = full["editions"][-1].get("texts", {})
    full["editions"][-1]["texts"] = {code: text() | one for code, one in texts.items()}
    return full


def read(typed: Typed, base: Draft) -> Draft:
    """The draft that a sent form makes of `base`: earlier editions, state and outcome stay as they were."""
    draft = copy.deepcopy(base)
    for name in ("slug", "reference", "country", "timezone"):
        draft[name] = line(typed, name)
    draft["topics"] = _items(typed, "topics", ",")
    draft["people"] = [{name: line(typed, f"{row}.{name}") for name in PERSON_FIELDS} for row in _rows(typed, "people")]
    draft["targets"] = [_target(typed, row, base) for row in _rows(typed, "targets")]
    draft["timeline"] = [
        {"on": _date(typed, f"{row}.on"), "text": _by_language(typed, f"{row}.text"), "source": line(typed, f"{row}.source")}
        for row in _rows(typed, "timeline")
    ]
    draft["editions"][-1] |= {
        "index": line(typed, "edition.index"),
        "issued_on": _date(typed, "edition.issued_on"),
        "deadline_on": _date(typed, "edition.deadline_on"),
        "preferred_languages": _items(typed, "edition.preferred_languages", ", "),
        "texts": {code: _text(typed, f"texts.{code}") for code in typed.getlist("texts")},
    }
    draft["sending"] = {
        "cap_per_hour": _number(line(typed, "sending.cap_per_hour")),
        "reply_to": base["sending"]["reply_to"],
        "rewritten": line(typed, "sending.rewritten"),
        "reminders": [_number(days) for days in _items(typed, "sending.reminders", ", ")],
        "embassies": typed.get("sending.embassies") == "yes",
        "postage": _by_language(typed, "sending.postage"),
    }
    return draft


def with_fixed(draft: Draft, base: Draft) -> Draft:
    """The draft of a campaign that was published: its address and its deadline are changed elsewhere, or never."""
    edition = draft["editions"][-1] | {"deadline_on": base["editions"][-1]["deadline_on"]}
    return draft | {"slug": base["slug"], "editions": [*draft["editions"][:-1], edition]}


def without_blanks(draft: Draft) -> Draft:
    """The draft without rows in which nothing was typed."""
    return draft | {name: [row for row in draft[name] if _filled(row)] for name in ROWS}


def with_rows(draft: Draft) -> Draft:
    """The draft with an empty row to write into where a campaign needs at least one."""
    return draft | {"people": draft["people"] or [person()], "targets": draft["targets"] or [target()]}


def for_check(draft: Draft) -> Draft:
    """The draft as a campaign file would have it: what was left empty is left out, and so is the state, which is not edited."""
    kept = _without_empty({key: value for key, value in draft.items() if key != "state"})
    assert isinstance(kept, dict)
    return kept


def suggest_slug(draft: Draft) -> str:
    """A short name for the address of the page, from the first headline that has Latin letters; empty if there is none."""
    for one in draft["editions"][-1]["texts"].values():
        plain = unicodedata.normalize("NFKD", one["headline"]).encode("ascii", "ignore").decode().lower()
        words = re.findall(r"[a-z0-9]+", plain)
        while len(words) > 1 and len("-".join(words)) > LONGEST_SLUG:
            words.pop()
        if words:
            return "-".join(words)[:LONGEST_SLUG]
    return ""


def languages(draft: Draft) -> list[str]:
    """Languages the draft has texts in, in order."""
    return list(draft["editions"][-1]["texts"])


def address_lines(row: Mapping[str, Any]) -> list[str]:
    """A target's address as the editor shows it. Left as it is, an address in fields stays one; typed lines replace it."""
    return postal.lines(row["address"], row["country"]) if isinstance(row["address"], Mapping) else row["address"]


def salutation_languages(draft: Draft, row: Mapping[str, Any]) -> list[str]:
    """Languages a target's salutation is asked for in: those of the texts, and any it has already."""
    return list(dict.fromkeys([*languages(draft), *row["salutations"]]))


def event_languages(draft: Draft, row: Mapping[str, Any]) -> list[str]:
    """Languages an event is told in: those of the texts, and any it has already."""
    return list(dict.fromkeys([*languages(draft), *row["text"]]))


def postage_languages(draft: Draft) -> list[str]:
    """Languages the hint about postage is asked for in: those of the texts, and any it has already."""
    return list(dict.fromkeys([*languages(draft), *draft["sending"]["postage"]]))


def field_of(place: str, draft: Draft) -> str:
    """The form field that a place in a campaign file stands for, e.g. `targets[1].emails[2]` is `targets.0.emails`."""
    name = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) - 1}", place.partition(",")[0])
    edition = f"editions.{len(draft['editions']) - 1}."
    if name.startswith(edition):
        name = name.removeprefix(edition)
        name = name if name.startswith("texts") else f"edition.{name}"
    name = re.sub(r"(\.address)\.[a-z]+$", r"\1", name)
    return re.sub(rf"\.({LISTS})\.\d+$", r".\1", f".{name}")[1:]


def change(draft: Draft, wish: str, language: str = "") -> str:
    """Do what a row button asks: `add people`, `remove targets 1`, `add text`, `remove text es`. Returns the part of the page to show."""
    verb, part, *which = wish.split()
    if part == "text":
        texts = draft["editions"][-1]["texts"]
        if verb == "add" and language:
            texts.setdefault(language, text())
        elif verb == "remove":
            texts.pop(which[0], None)
        return "texts"
    if part not in ROWS:
        return ""
    if verb == "add":
        draft[part].append({"people": person, "targets": target, "timeline": event}[part]())
    elif verb == "remove" and which and which[0].isdecimal() and int(which[0]) < len(draft[part]):
        del draft[part][int(which[0])]
    return part


def _target(typed: Typed, row: str, base: Draft) -> Draft:
    lines = _items(typed, f"{row}.address", "\n")
    in_fields = (one["address"] for one in base["targets"] if isinstance(one["address"], Mapping) and address_lines(one) == lines)
    return {name: line(typed, f"{row}.{name}") for name in TARGET_FIELDS} | {
        "address": next(in_fields, lines),
        "emails": _items(typed, f"{row}.emails", ",; \n"),
        "languages": _items(typed, f"{row}.languages", ", "),
        "copy": typed.get(f"{row}.copy") == "yes",
        "salutations": _by_language(typed, f"{row}.salutations"),
    }


def _text(typed: Typed, prefix: str) -> Draft:
    return {
        "headline": line(typed, f"{prefix}.headline"),
        **{name: typed.get(f"{prefix}.{name}", "").replace("\r\n", "\n").strip() for name in ("summary", "case", "background", "body")},
        "demands": _items(typed, f"{prefix}.demands", "\n"),
        **{name: _items(typed, f"{prefix}.{name}", "\n") for name in ("subjects", "openings", "closings")},
    }


def _rows(typed: Typed, part: str) -> Iterator[str]:
    numbers = {int(found[1]) for name in typed if (found := re.match(rf"{part}\.(\d{{1,4}})\.", name))}
    return (f"{part}.{number}" for number in sorted(numbers))


def _by_language(typed: Typed, prefix: str) -> dict[str, str]:
    return {name.removeprefix(f"{prefix}."): line(typed, name) for name in typed if name.startswith(f"{prefix}.")}


def line(typed: Typed, name: str) -> str:
    return " ".join(typed.get(name, "").split())


def _items(typed: Typed, name: str, separators: str) -> list[str]:
    parts = re.split(f"[{re.escape(separators)}\r]+", typed.get(name, ""))
    return [" ".join(part.split()) for part in parts if part.strip()]


def _date(typed: Typed, name: str) -> date | str:
    """A date, or what was typed instead of one."""
    value = line(typed, name)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _number(value: str) -> int | str:
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else value


def _filled(row: Mapping[str, Any]) -> bool:
    return any(_filled(value) if isinstance(value, Mapping) else value for value in row.values())


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        smaller = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in smaller.items() if one not in ("", None, [])}
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    return value
