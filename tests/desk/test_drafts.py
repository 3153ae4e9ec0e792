"""What is typed in the editor, as a plain value and back."""

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.desk import drafts


def _draft(**changes: Any) -> drafts.Draft:
    return drafts.blank(date(2026, 3, 10)) | changes


def _typed(**fields: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("__", "."): value for name, value in fields.items()} | {"texts": "en"})


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("slug", "slug"),
        ("topics[2]", "topics"),
        ("people[1].name", "people.0.name"),
        ("targets[2].emails[1]", "targets.1.emails"),
        ("targets[1].salutations.es", "targets.0.salutations.es"),
        ("targets[1].address[2]", "targets.0.address"),
        ("targets[1].address.postcode", "targets.0.address"),
        ("editions[1].deadline_on", "edition.deadline_on"),
        ("editions[1].preferred_languages[1]", "edition.preferred_languages"),
        ("editions[1].texts", "texts"),
        ("editions[1].texts.es.body", "texts.es.body"),
        ("editions[1].texts.es.demands[3]", "texts.es.demands"),
        ("editions[1].texts.es.openings[2]", "texts.es.openings"),
        ("editions[1].texts.es.closings[1]", "texts.es.closings"),
        ("sending.reminders[2]", "sending.reminders"),
        ("sending.postage.ar", "sending.postage.ar"),
        ("timeline[3].text.ar", "timeline.2.text.ar"),
    ],
)
def test_place_in_a_file_is_a_field_of_the_form(place: str, field: str) -> None:
    assert drafts.field_of(place, _draft()) == field


def test_lists_are_typed_in_one_field() -> None:
    draft = drafts.read(
        _typed(
            topics="water,  housing ,",
            targets__0__emails="a@x.example; b@x.example\r\nc@x.example",
            targets__0__address="Rua 1\r\n\r\n1000 Lisboa",
            targets__0__languages="pt, en fr",
            texts__en__demands="Stop it.\r\nTalk, then act.",
            texts__en__openings="I write to you, Minister.\r\nPlease read on.",
            texts__en__closings="Thank you.",
            sending__reminders="7, 3 x",
        ),
        _draft(),
    )
    target, text = draft["targets"][0], draft["editions"][-1]["texts"]["en"]
    assert draft["topics"] == ["water", "housing"]
    assert target["emails"] == ["a@x.example", "b@x.example", "c@x.example"]
    assert target["address"] == ["Rua 1", "1000 Lisboa"]
    assert target["languages"] == ["pt", "en", "fr"]
    assert text["demands"] == ["Stop it.", "Talk, then act."]
    assert text["openings"] == ["I write to you, Minister.", "Please read on."]
    assert text["closings"] == ["Thank you."]
    assert draft["sending"]["reminders"] == [7, 3, "x"]


def test_paragraphs_of_a_text_are_kept() -> None:
    draft = drafts.read(_typed(texts__en__body="{{ salutation }},\r\n\r\nStop.\r\n"), _draft())
    assert draft["editions"][-1]["texts"]["en"]["body"] == "{{ salutation }},\n\nStop."


def test_earlier_editions_state_and_outcome_stay_as_they_were() -> None:
    base = _draft(
        editions=[{"deadline_on": date(2026, 1, 1), "texts": {"en": drafts.text()}}, *_draft()["editions"]], state="closed", outcome={"kind": "good"}
    )
    draft = drafts.read(_typed(edition__deadline_on="2026-05-01"), base)
    assert draft["editions"][0] == base["editions"][0]
    assert draft["editions"][1]["deadline_on"] == date(2026, 5, 1)
    assert (draft["state"], draft["outcome"]) == ("closed", {"kind": "good"})
    assert base["editions"][1]["deadline_on"] == "", "the base is not changed"


def test_what_is_no_date_and_no_number_is_kept_as_typed() -> None:
    draft = drafts.read(_typed(edition__deadline_on="31 February", sending__cap_per_hour="many"), _draft())
    assert draft["editions"][-1]["deadline_on"] == "31 February"
    assert draft["sending"]["cap_per_hour"] == "many"


@pytest.mark.parametrize(
    ("wish", "language", "count", "part"),
    [
        ("add people", "", {"people": 2}, "people"),
        ("add targets", "", {"targets": 2}, "targets"),
        ("add timeline", "", {"timeline": 1}, "timeline"),
        ("remove people 0", "", {"people": 0}, "people"),
        ("remove people 7", "", {"people": 1}, "people"),
        ("remove people x", "", {"people": 1}, "people"),
        ("add nonsense", "", {"people": 1}, ""),
    ],
)
def test_row_button_adds_and_removes(wish: str, language: str, count: dict[str, int], part: str) -> None:
    draft = _draft()
    assert drafts.change(draft, wish, language) == part
    assert {name: len(draft[name]) for name in count} == count


def test_language_button_adds_a_text_once_and_removes_it() -> None:
    draft = _draft()
    draft["editions"][-1]["texts"]["en"]["headline"] = "Kept"
    for language in ("ar", "en"):
        drafts.change(draft, "add text", language)
    assert drafts.languages(draft) == ["en", "ar"]
    assert draft["editions"][-1]["texts"]["en"]["headline"] == "Kept"
    drafts.change(draft, "remove text en")
    assert drafts.languages(draft) == ["ar"]


def test_rows_without_anything_typed_are_dropped() -> None:
    draft = drafts.without_blanks(
        _draft(people=[drafts.person(), {**drafts.person(), "name": "Ana"}], timeline=[{"on": "", "text": {"en": ""}, "source": ""}])
    )
    assert [one["name"] for one in draft["people"]] == ["Ana"]
    assert draft["targets"] == draft["timeline"] == []


@pytest.mark.parametrize(
    ("headlines", "slug"),
    [
        (["Protect Ana López now!"], "protect-ana-lopez-now"),
        (["أطلقوا سراحها", "Set her free"], "set-her-free"),
        (["حرروها"], ""),
        (["word " * 40], "-".join(["word"] * 12)),
        (["x" * 90], "x" * 60),
    ],
)
def test_slug_is_suggested_from_a_headline(headlines: list[str], slug: str) -> None:
    draft = _draft()
    draft["editions"][-1]["texts"] = {str(n): drafts.text() | {"headline": one} for n, one in enumerate(headlines)}
    assert drafts.suggest_slug(draft) == slug


ADDRESS = {"street": "Rua do Exemplo 8", "city": "Lisboa", "postcode": "1000-001"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Rua do Exemplo 8\r\n1000-001 Lisboa", ADDRESS),
        ("Rua do Exemplo 9\r\n1000-001 Lisboa", ["Rua do Exemplo 9", "1000-001 Lisboa"]),
        ("", []),
    ],
)
def test_address_in_fields_stays_until_other_lines_are_typed(typed: str, expected: object) -> None:
    base = drafts.complete(_draft(targets=[{"role": "Minister", "country": "PT", "address": ADDRESS}]))
    assert drafts.address_lines(base["targets"][0]) == ["Rua do Exemplo 8", "1000-001 Lisboa"]
    draft = drafts.read(_typed(targets__0__role="Minister", targets__0__country="PT", targets__0__address=typed), base)
    assert draft["targets"][0]["address"] == expected


@pytest.mark.parametrize(("fields", "expected"), [({}, False), ({"sending__embassies": "yes"}, True)])
def test_copies_to_embassies_are_ticked_or_not(fields: dict[str, str], expected: bool) -> None:
    assert drafts.for_check(drafts.read(_typed(**fields), _draft()))["sending"]["embassies"] is expected
