from pathlib import Path
from typing import Any

import pytest

from app.campaigns.filed import BadCampaignFile, CampaignFile, Problem
from app.campaigns.parsing import decode, read
from app.campaigns.rules import Outcome, State
from app.targets.neutral import NEUTRAL_SALUTATIONS
from app.targets.postal import PostalAddress
from config import ROOT

GOOD = """\
slug = "lopez"
country = "PT"
timezone = "Europe/Lisbon"

[[targets]]
role = "Minister"
name = "Beatriz Modelo"
emails = ["office@ministry.example"]
salutations = { en = "Dear Minister" }

[[editions]]
deadline_on = 2026-12-06

[editions.texts.en]
headline = "No eviction"
body = "{{ salutation }},"
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(BadCampaignFile) as bad:
        read(text)
    return bad.value.problems


def only_problem(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def load(name: str) -> CampaignFile:
    return read(decode((ROOT / name).read_bytes()))


def test_smallest_file_gets_the_defaults() -> None:
    file = read(GOOD)
    assert (file.state, file.reference, file.topics, file.people, file.timeline) == (None, "", (), (), ())
    assert (file.cap_per_hour, file.reply_to, file.reminders, file.outcome) == (60, "office", (7, 3, 1), None)
    assert (file.rewritten, file.postage) == ("hold", {})
    assert (file.editions[0].texts[0].openings, file.editions[0].texts[0].closings) == ((), ())
    assert (file.targets[0].country, file.targets[0].copy, file.targets[0].fax) == ("PT", False, "")
    assert (file.editions[0].asks_again, file.editions[0].issued_on, file.editions[0].texts[0].subjects) == (False, None, ())


def test_whole_file_is_read() -> None:
    file = load("tests/data/lopez.toml")
    assert (file.slug, file.reference, file.country, file.timezone, file.state) == (
        "lopez-eviction",
        "UA 101/26",
        "PT",
        "Europe/Lisbon",
        State.DRAFT,
    )
    assert [target.copy for target in file.targets] == [False, True]
    assert file.targets[0].salutations == {"en": "Dear Minister", "es": "Sra. Ministra"}
    assert file.editions[0].index == "EUR 38/001/2026"
    assert [text.language for text in file.editions[0].texts] == ["en", "es"]
    assert file.editions[0].texts[0].body.startswith("{{ salutation }},\n\nI am writing")
    assert len(file.editions[0].texts[0].demands) == 2
    assert file.timeline[0].text["es"].startswith("Se comunica")
    assert file.warnings == ()


@pytest.mark.parametrize("name", ["demo/pavlov.toml", "demo/open.toml"])
def test_demo_files_have_no_problem(name: str) -> None:
    assert load(name).editions


def test_outcome_of_the_closed_demo_is_read() -> None:
    outcome = load("demo/pavlov.toml").outcome
    assert outcome is not None
    assert (outcome.kind, str(outcome.on), sorted(outcome.story)) == (Outcome.GOOD, "2014-07-29", ["ar", "en", "es"])


def test_demo_texts_differ_from_language_to_language_and_have_no_placeholder_left_open() -> None:
    for text in load("demo/open.toml").editions[0].texts:
        assert "{{" not in text.headline + text.summary + text.case


def test_all_five_mistakes_are_named_at_once_with_their_places() -> None:
    found = problems(Path(ROOT / "tests/data/typos.toml").read_text())
    assert {problem.place for problem in found} == {
        "targets[1].emails[1]",
        "targets[1].phnoe",
        "editions[1].deadline_on",
        "editions[1].texts.en.headline",
        "editions[1].texts.en.body, line 3, column 24",
    }
    said = dict(found)
    assert "Did you mean “phone”?" in said["targets[1].phnoe"]
    assert "2026-02-30" in said["editions[1].deadline_on"]
    assert "Did you mean {{ target.name }}?" in said["editions[1].texts.en.body, line 3, column 24"]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('slug = "lopez"', "", "slug", "is missing"),
        ('slug = "lopez"', 'slug = ""', "slug", "is empty"),
        ('slug = "lopez"', 'slug = "  "', "slug", "is empty"),
        ('slug = "lopez"', 'slug = "López 1"', "slug", "cannot stand in an address"),
        ('slug = "lopez"', "slug = 7", "slug", "text in quotes, not a number"),
        ('slug = "lopez"', "slug = true", "slug", "not true or false"),
        ('slug = "lopez"', 'slug = ["lopez"]', "slug", "not a list"),
        ('slug = "lopez"', "slug = 10:00:00", "slug", "not a time"),
        ('slug = "lopez"', 'slug = "lopez"\nslgu = 1', "slgu", "Did you mean “slug”?"),
        ('slug = "lopez"', 'slug = "lopez"\nxyz = 1', "xyz", "Known here: slug, country"),
        ('slug = "lopez"', 'slug = "lopez"\n"x y" = 1', '"x y"', "not a key"),
        ('slug = "lopez"', 'slug = "lopez"\nstate = "open"', "state", "“draft”, “published”, “paused” or “closed”"),
        ('slug = "lopez"', 'slug = "lopez"\nstate = ""', "state", "is empty"),
        ('slug = "lopez"', 'slug = "lopez"\ntopics = "eviction"', "topics", 'write topics = ["eviction"]'),
        ('slug = "lopez"', 'slug = "lopez"\ntopics = ["a", ""]', "topics[2]", "is empty"),
        ('slug = "lopez"', 'slug = "lopez"\ntopics = ["a", "a"]', "topics[2]", "in the list twice"),
        ('slug = "lopez"', 'slug = "lopez"\nreference = "a\\nb"', "reference", "single line"),
        ('slug = "lopez"', 'slug = "lopez"\nreference = "a\\u0000b"', "reference", "U+0000"),
        ('slug = "lopez"', 'slug = "lopez"\nsending = 5', "sending", "must be a table"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.cap_per_hour = 0', "sending.cap_per_hour", "from 1 to 3600, not 0"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.cap_per_hour = "60"', "sending.cap_per_hour", "not text"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.cap_per_hour = 1.5', "sending.cap_per_hour", "not 1.5"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.cap_per_hour = true', "sending.cap_per_hour", "not true or false"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.reply_to = "me"', "sending.reply_to", "use “office”"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.reminders = [7, -1]', "sending.reminders[2]", "from 0 to 365, not -1"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.reminders = [7, 7]', "sending.reminders[2]", "twice"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.remind = [7]', "sending.remind", "Did you mean “reminders”?"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.rewritten = "send"', "sending.rewritten", "use “hold” or “allow”"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.postage = { english = "2 €" }', "sending.postage.english", "Did you mean “en”?"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.postage = { en = "" }', "sending.postage.en", "is empty"),
        ('slug = "lopez"', 'slug = "lopez"\npeople = [{ note = "x" }]', "people[1].name", "is missing"),
        ('slug = "lopez"', 'slug = "lopez"\npeople = ["Marta"]', "people[1]", "must be a table"),
        ('slug = "lopez"', 'slug = "lopez"\npeople = "Marta"', "people", "[[people]]"),
        ('slug = "lopez"', 'slug = "lopez"\noutcome = {}', "outcome.kind", "is missing"),
        ('slug = "lopez"', 'slug = "lopez"\noutcome.kind = "great"', "outcome.kind", "“good”, “partly”, “bad” or “unknown”"),
        ('slug = "lopez"', 'slug = "lopez"\noutcome = { kind = "good", story = { english = "x" } }', "outcome.story.english", "“en”?"),
        ('slug = "lopez"', 'slug = "lopez"\ntimeline = [{ on = 2026-01-01 }]', "timeline[1].text", "is missing"),
        ('slug = "lopez"', 'slug = "lopez"\ntimeline = [{ text = { en = "" } }]', "timeline[1].text.en", "is empty"),
        ('country = "PT"', 'country = "pt"', "country", "Did you mean “PT”?"),
        ('country = "PT"', 'country = "Portugal"', "country", "Did you mean “PT”?"),
        ('country = "PT"', "", "country", "is missing"),
        ('"Europe/Lisbon"', '"Lisbon"', "timezone", "Did you mean “Europe/Lisbon”?"),
        ('role = "Minister"', "", "targets[1].role", "is missing"),
        ('role = "Minister"', 'role = "Minister"\nrol = "x"', "targets[1].rol", "Did you mean “role”?"),
        ('role = "Minister"', 'role = "Minister"\ncopy = "no"', "targets[1].copy", "true or false, without quotes, not text"),
        ('role = "Minister"', 'role = "Minister"\ncopy = true', "targets", "copy = false for the one"),
        ('role = "Minister"', 'role = "Minister"\ncountry = "XX"', "targets[1].country", "not a country code"),
        ('role = "Minister"', 'role = "Minister"\nlanguages = ["pt", "portuguese"]', "targets[1].languages[2]", "“pt”?"),
        ('role = "Minister"', 'role = "Minister"\naddress = ["a\\nb"]', "targets[1].address[1]", "single line"),
        ('"office@ministry.example"', '"office@ministry"', "targets[1].emails[1]", "not an e-mail address"),
        ('"office@ministry.example"', '"office"', "targets[1].emails[1]", "@-sign"),
        ('"office@ministry.example"', '"a@b.example", "ö@b.example"', "targets[1].emails[2]", "not an e-mail address"),
        ('"office@ministry.example"', '"a@b.example", "a@b.example"', "targets[1].emails[2]", "twice"),
        ('emails = ["office@ministry.example"]', 'emails = "office@ministry.example"', "targets[1].emails", "must be a list"),
        ('{ en = "Dear Minister" }', '{ en = "" }', "targets[1].salutations.en", "is empty"),
        ('{ en = "Dear Minister" }', '{ en = "a", English = "b" }', "targets[1].salutations.English", "Did you mean “en”?"),
        ("deadline_on = 2026-12-06", "", "editions[1].deadline_on", "is missing"),
        ("deadline_on = 2026-12-06", 'deadline_on = "2026-02-30"', "editions[1].deadline_on", "“2026-02-30” is not a date"),
        ("deadline_on = 2026-12-06", "deadline_on = 2026-02-30", "editions[1].deadline_on", "“2026-02-30” is not a date"),
        ("deadline_on = 2026-12-06", "deadline_on = 6 December 2026 # soon", "editions[1].deadline_on", "“6 December 2026” is not a date"),
        ("deadline_on = 2026-12-06", "deadline_on = 2026-12-06T10:00:00", "editions[1].deadline_on", "a date with a time"),
        ("deadline_on = 2026-12-06", "deadline_on = 9999-12-31", "editions[1].deadline_on", "the year 9999"),
        ("deadline_on = 2026-12-06", "deadline_on = 2026-12-06\nasks_agian = true", "editions[1].asks_agian", "“asks_again”?"),
        ('headline = "No eviction"', "", "editions[1].texts.en.headline", "is missing"),
        ('headline = "No eviction"', 'headline = "No eviction"\nsubject = "x"', "editions[1].texts.en.subject", "Did you mean “subjects”?"),
        ('headline = "No eviction"', 'headline = "x"\nsubjects = ["{{ nam }}"]', "editions[1].texts.en.subjects[1], line 1, column 1", "not known"),
        ('headline = "No eviction"', 'headline = "x"\nopenings = ["{{ nam }}"]', "editions[1].texts.en.openings[1], line 1, column 1", "not known"),
        ('headline = "No eviction"', 'headline = "x"\nclosings = ["{{ opening }}"]', "editions[1].texts.en.closings[1], line 1, column 1", "body of"),
        ('headline = "No eviction"', 'headline = "x"\nsubjects = ["A <b>"]', "editions[1].texts.en.subjects[1], line 1, column 3", "is HTML"),
        ('headline = "No eviction"', 'headline = "R&amp;D"', "editions[1].texts.en.headline, line 1, column 2", "is HTML"),
        ('"{{ salutation }},"', '"Hi<br>"', "editions[1].texts.en.body, line 1, column 3", "is HTML"),
        ('"Dear Minister"', '"Dear {{ target.name }}"', "targets[1].salutations.en, line 1, column 6", "not filled in here"),
        ('"Dear Minister"', '"<b>Minister"', "targets[1].salutations.en, line 1, column 1", "is HTML"),
        ('headline = "No eviction"', 'headline = "x"\nclosings = ["", "Yours"]', "editions[1].texts.en.closings[1]", "is empty"),
        ('headline = "No eviction"', 'headline = "x"\ndemands = "Stop"', "editions[1].texts.en.demands", 'demands = ["Stop"]'),
        ('body = "{{ salutation }},"', 'body = ""', "editions[1].texts.en.body", "is empty"),
        ('"{{ salutation }},"', '"Hi {{ salutaton }}"', "editions[1].texts.en.body, line 1, column 4", "Did you mean {{ salutation }}?"),
        ('"{{ salutation }},"', '"Hi {{ salutation"', "editions[1].texts.en.body, line 1, column 4", "not closed"),
        ('"{{ salutation }},"', "'''\nHi\n{% if x %}'''", "editions[1].texts.en.body, line 2, column 1", "cannot be used"),
        (
            'name = "Beatriz Modelo"',
            'address = { town = "Lisboa" }',
            "targets[1].address.town",
            "Known here: street, district, city, area, postcode.",
        ),
        ('name = "Beatriz Modelo"', "address = { city = 5 }", "targets[1].address.city", "must be text in quotes"),
        ('slug = "lopez"', 'slug = "lopez"\nsending.embassies = "no"', "sending.embassies", "must be true or false"),
        ("[editions.texts.en]", "[editions.texts.english]", "editions[1].texts.english", "Did you mean “en”?"),
    ],
)
def test_one_mistake_is_named_with_its_place_and_how_to_mend_it(old: str, new: str, place: str, said: str) -> None:
    problem = only_problem(changed(old, new))
    assert problem.place == place
    assert said in problem.message


@pytest.mark.parametrize(
    ("drop", "place", "said"),
    [
        ("[[targets]]", "targets", "there is none: add [[targets]]"),
        ("[[editions]]", "editions", "there is none: add [[editions]]"),
        ("[editions.texts.en]", "editions[1].texts", "there is none: add [editions.texts.en]"),
    ],
)
def test_missing_part_is_named(drop: str, place: str, said: str) -> None:
    start = GOOD.index(drop)
    end = GOOD.find("[[editions]]", start) if drop == "[[targets]]" else len(GOOD)
    problem = only_problem(GOOD[:start] + GOOD[end:])
    assert (problem.place, said in problem.message) == (place, True)


def test_two_targets_with_the_same_role_and_name_are_refused() -> None:
    twice = '[[targets]]\nrole = "minister"\nname = "Beatriz Modelo"\n'
    problem = only_problem(GOOD.replace("[[editions]]", f"{twice}[[editions]]"))
    assert problem.place == "targets[2]"
    assert "same role and name as targets[1]" in problem.message


def test_second_target_and_edition_are_counted_from_one() -> None:
    more = '[[targets]]\nrole = "Mayor"\nemails = ["x"]\n\n[[editions]]\ndeadline_on = 2026-11-01\n'
    more += 'texts.en = { headline = "x", body = "y" }\n\n[[editions]]'
    text = GOOD.replace("[[editions]]", more).replace("2026-12-06", '"soon"')
    assert {problem.place for problem in problems(text)} == {"targets[2].emails[1]", "editions[2].deadline_on"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("slug = lopez\n", "line 1, column 8"),
        ('a = "x"\nb = [1, 2\n', "end of document"),
        ('a = "x"\na = "y"\n', "line 2, column 8"),
        ("on = 2026-13-40 x 'y'\n", "line 1, column 10"),
    ],
)
def test_broken_toml_is_named_with_line_and_column(text: str, place: str) -> None:
    problem = only_problem(text)
    assert problem.place == place
    assert problem.message.startswith("this is not TOML: ")


def test_unquoted_bad_dates_are_named_together_with_all_else() -> None:
    text = changed('country = "PT"', 'country = "pt"').replace("2026-12-06", "2026-02-30\nissued_on = 2026-13-01")
    assert [problem.place for problem in problems(text)] == ["country", "editions[1].issued_on", "editions[1].deadline_on"]


def test_windows_line_ends_and_byte_order_mark_do_no_harm() -> None:
    assert read(decode(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())) == read(GOOD)


def test_file_in_another_encoding_is_named_with_its_line() -> None:
    with pytest.raises(BadCampaignFile) as bad:
        decode('slug = "x"\nname = "Ministério"'.encode("latin-1"))
    assert bad.value.problems[0].place == "line 2"
    assert "save the file as UTF-8" in str(bad.value)


def test_empty_file_says_everything_that_is_missing() -> None:
    assert {problem.place for problem in problems("")} == {"slug", "country", "timezone", "targets", "editions"}


@pytest.mark.parametrize(
    ("language", "opens"),
    [("ru", NEUTRAL_SALUTATIONS["ru"]), ("qu", "Dear Sir or Madam")],
)
def test_missing_salutation_is_a_warning_that_names_the_neutral_form(language: str, opens: str) -> None:
    file = read(GOOD + f'\n[editions.texts.{language}]\nheadline = "x"\nbody = "y"\n')
    assert [warning.place for warning in file.warnings] == ["targets[1].salutations"]
    assert f"“{language}”" in file.warnings[0].message
    assert opens in file.warnings[0].message


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('headline = "No eviction"', 'headline = "No eviction of {{ person.name }}"', "editions[1].texts.en.headline"),
        ("deadline_on = 2026-12-06", "deadline_on = 2026-12-06\nissued_on = 2026-12-07", "editions[1].deadline_on"),
        ('name = "Beatriz Modelo"', 'name = "Beatriz Modelo"\naddress = { city = "Lisboa", postcode = "1000" }', "targets[1].address.postcode"),
        ('name = "Beatriz Modelo"', 'name = "Beatriz Modelo"\nfax = "12"', "targets[1].fax"),
        ('name = "Beatriz Modelo"', 'name = "Beatriz Modelo"\nphone = "ask for it"', "targets[1].phone"),
    ],
)
def test_doubtful_things_are_warnings(old: str, new: str, place: str) -> None:
    assert [warning.place for warning in read(changed(old, new)).warnings] == [place]


def test_addresses_are_kept_as_they_are_sent_to() -> None:
    file = read(changed('"office@ministry.example"', '"Office@MÜNCHEN.example", "Office@xn--mnchen-3ya.example"'))
    assert file.targets[0].emails == ("Office@xn--mnchen-3ya.example",)


def test_reminders_may_be_none_at_all() -> None:
    values: dict[str, Any] = {"[]": (), "[1, 14, 3]": (14, 3, 1)}
    for written, expected in values.items():
        assert read(changed('slug = "lopez"', f'slug = "lopez"\nsending.reminders = {written}')).reminders == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('["Rua do Exemplo 8", "1000-001 Lisboa"]', ("Rua do Exemplo 8", "1000-001 Lisboa")),
        (
            '{ street = "Rua do Exemplo 8\\n2.º", city = "Lisboa", postcode = "1000-001" }',
            PostalAddress("Rua do Exemplo 8\n2.º", city="Lisboa", postcode="1000-001"),
        ),
        ("{}", ()),
    ],
)
def test_address_is_lines_or_a_table(written: str, expected: object) -> None:
    file = read(changed('name = "Beatriz Modelo"', f'name = "Beatriz Modelo"\naddress = {written}'))
    assert file.targets[0].address == expected
    assert file.warnings == ()


@pytest.mark.parametrize(("written", "expected"), [("", True), ("sending.embassies = false", False), ("sending.embassies = true", True)])
def test_embassies_get_copies_unless_the_file_says_no(written: str, expected: bool) -> None:
    assert read(changed('slug = "lopez"', f'slug = "lopez"\n{written}')).embassies is expected
