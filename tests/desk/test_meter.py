"""The meter of a letter's link: what the page says is what the link will be."""

import re
from datetime import date
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desk import drafts
from app.desk.meter import OWN_WORDS, TAKEN, Meter, measure, meters
from app.letters.composing import Pick, Writer, compose
from app.letters.own_mail import WINDOWS, own_mail
from tests import make
from tests.desk.test_editing import GOOD
from tests.desk.visitor import Visitor

TODAY = date(2026, 3, 10)
SIGNED = "{{ salutation }},\n\nPlease stop it.\n\n{{ personal_lines }}\n\n{{ supporter.name }}"


def draft(body: str = SIGNED, code: str = "en", **changes: object) -> drafts.Draft:
    made = drafts.blank(TODAY)
    made["people"][0]["name"] = "María López"
    made["targets"][0] |= {"role": "Minister", "emails": ["minister@housing.example"], "salutations": {code: "Dear Minister"}}
    text = drafts.text() | {"headline": "A home", "subjects": ["A home"], "case": "They live there. " * 20, "body": body}
    made["editions"][0]["texts"] = {code: text}
    return made | changes


def one(made: drafts.Draft) -> Meter:
    return next(iter(meters(made, TODAY).values()))


def test_size_is_that_of_the_link_of_a_typical_supporter() -> None:
    campaign = make.Campaign(people=[make.Person(name="María López", position=0)])
    target = make.Target(
        role="Minister",
        name="",
        organisation="",
        emails=["minister@housing.example"],
        salutations=[make.Salutation(language="en", text="Dear Minister")],
    )
    text = make.Text(language="en", headline="A home", subjects=["A home"], body=SIGNED)
    writer = Writer("Maria Example", "Exampletown", "", ("They live there. " * 20)[:OWN_WORDS])
    assert one(draft()).size == own_mail(compose(campaign, text, target, writer, on=TODAY), target).size


@pytest.mark.parametrize("body", [SIGNED, SIGNED.replace("Please", "{{ opening }}\n\nPlease").replace("it.", "it.\n\n{{ closing }}")])
def test_longest_opening_and_closing_are_counted_wherever_they_stand(body: str) -> None:
    made = draft(body)
    words = made["editions"][0]["texts"]["en"]
    words |= {"openings": ["Short.", "Long enough to be counted, {{ salutation }}, for {{ person.name }}."], "closings": ["Thank you.", "Thanks."]}
    campaign = make.Campaign(people=[make.Person(name="María López", position=0)])
    target = make.Target(role="Minister", name="", organisation="", emails=["minister@housing.example"], salutations=[])
    target.salutations = [make.Salutation(language="en", text="Dear Minister")]
    text = make.Text(language="en", headline="A home", subjects=["A home"], openings=words["openings"], closings=words["closings"], body=body)
    writer = Writer("Maria Example", "Exampletown", "", ("They live there. " * 20)[:OWN_WORDS])
    longest = own_mail(compose(campaign, text, target, writer, on=TODAY, pick=Pick(0, 1, 0)), target).size
    meter = one(made)
    assert meter.size == longest
    for other in (SIGNED, SIGNED.replace("Please", "{{ opening }}\n\nPlease")):
        words["body"] = other
        assert meter.rest + measure(other, meter.sizes) == one(made).size, "what the page's script says while one types"


def test_longest_subject_and_official_are_counted() -> None:
    made = draft()
    before = one(made).size
    made["editions"][0]["texts"]["en"]["subjects"] = ["A", "A much longer home", "Home"]
    made["targets"].append(drafts.target() | {"role": "Office", "emails": ["x" * 40 + "@housing.example"]})
    made["targets"].append(drafts.target() | {"role": "Nobody to be mailed " * 50})
    longest = one(made).size
    assert longest > before
    made["editions"][0]["texts"]["en"]["subjects"].reverse()
    made["targets"].reverse()
    assert one(made).size == longest


@pytest.mark.parametrize(
    "body",
    [
        SIGNED,
        "Please stop it.",
        "{{ salutation }}\n\nFor {{ person.name }} and {{person.name}}, {{ target.role }}.\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}",
        "{{ salutation }}:\n\nЖ (字) 'é'!*\n\n{{ personal_lines }}\n\n{{ date }}\n{{ supporter.name }}",
    ],
)
def test_measure_moves_as_the_link_does(body: str) -> None:
    """What the page's script adds while one types is what saving would give."""
    shorter = one(draft("{{ salutation }},\n\n{{ personal_lines }}\n\n{{ supporter.name }}"))
    assert shorter.rest + measure(body, shorter.sizes) == pytest.approx(one(draft(body)).size, abs=60)


def test_typed_words_count_to_the_character() -> None:
    first = one(draft())
    longer = SIGNED.replace("stop it.", "stop it. Ж字'é!\n\nNow (please).")
    assert first.rest + measure(longer, first.sizes) == one(draft(longer)).size


@pytest.mark.parametrize(
    ("body", "code", "costly"), [("word " * 200, "en", False), ("слово " * 200, "ru", True), ("字" * 50, "zh", True), ("", "ar", False)]
)
def test_script_is_named_where_it_is_to_blame(body: str, code: str, costly: bool) -> None:
    assert one(draft(body, code)).costly is costly


@given(
    body=st.text(st.sampled_from("{}% abc.\n\r字م_") | st.characters(), max_size=80),
    subject=st.text(max_size=20),
    name=st.text(max_size=20),
    country=st.text(max_size=3),
)
def test_any_unfinished_draft_has_a_meter(body: str, subject: str, name: str, country: str) -> None:
    made = draft(body, country=country)
    made["people"][0]["name"] = name
    made["editions"][0]["texts"]["en"] |= {"subjects": [subject], "case": ""}
    made["targets"][0] |= {"emails": [name], "salutations": {"en": subject}}
    assert one(made).size > len("mailto:?subject=&body=")


def test_blank_draft_and_unknown_language_break_nothing() -> None:
    assert one(drafts.blank(TODAY)).size > 0
    assert meters(draft(code="no-such-language"), TODAY) == {}


def test_everybody_who_takes_a_link_is_named() -> None:
    assert [name for name, _ in TAKEN] == ["Phones, Mac, Linux", WINDOWS.name, "Gmail", "Outlook.com", "Yahoo"]


def verdicts(page: str, code: str) -> dict[str, str]:
    """What the meter of a text says without a script: about the whole, and for each program."""
    found = re.search(rf'data-link-of="texts\.{code}\.body".*?</ul>', page, re.DOTALL)
    assert found is not None
    shown = re.sub(r'<span data-verdict="\w+" hidden>.*?</span>(?:</span>)?(?=</li>|<span|</p>)', "", found[0])
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<li data-most[^>]*>(.*?)</li>", shown, re.DOTALL)]
    told = [re.fullmatch(r"(.*?) [\d,]+ (fits|too long by [\d,]+)", row) for row in rows]
    return {row[1]: row[2] for row in told if row} | {"": " ".join(re.findall("fits every|Too long for some", shown))}


def test_editor_shows_each_text_its_meter(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/new")
    coordinator.send("/desk/campaigns/new", **GOOD, do="add text", new_language="ru")
    coordinator.send("/desk/campaigns/new", texts__ru__body="{{ salutation }}!\n\n" + "слово " * 90, do="add people")
    page = unescape(coordinator.page)
    assert verdicts(page, "en") == dict.fromkeys(["Phones, Mac, Linux", WINDOWS.name, "Gmail", "Outlook.com", "Yahoo"], "fits") | {"": "fits every"}
    size = int(re.search(r'data-link-of="texts.ru.body".*?<b data-size>([\d,]+)', page, re.DOTALL)[1].replace(",", ""))  # type: ignore[index]
    assert verdicts(page, "ru") == {
        "Phones, Mac, Linux": "fits",
        "Gmail": "fits",
        **dict.fromkeys([WINDOWS.name, "Outlook.com", "Yahoo"], f"too long by {size - 1_900:,}"),
        "": "Too long for some",
    }
    assert "six characters of a link or nine" in page


def test_editor_shows_the_meter_of_a_text_that_is_not_right(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/new")
    assert coordinator.send("/desk/campaigns/new", **GOOD | {"texts__en__body": "{{ nonsense }} {% x"}).status_code == 422
    assert 'data-link-of="texts.en.body"' in coordinator.page
