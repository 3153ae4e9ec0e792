"""The text of a letter: filled, whole, and nothing of a field is ever read as a placeholder."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import i18n
from app.campaigns.models import Campaign, Person, Text
from app.db import Database
from app.letters.composing import Composed, Writer, compose, salutation
from app.targets.models import Salutation, Target
from tests import make

ON = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _english():  # type: ignore[no-untyped-def]
    with i18n.speaking("en"):
        yield


def plain_campaign() -> Campaign:
    return Campaign(slug="x", country="PT", reference=None, people=[Person(name="María López", position=0), Person(name="Rui Dias", position=1)])


def minister(**salutations: str) -> Target:
    spoken = salutations or {"es": "Sr. Ministro", "en": "Dear Minister"}
    return Target(
        role="Minister", name="Helena Matos", organisation="", salutations=[Salutation(language=code, text=text) for code, text in spoken.items()]
    )


def write(body: str, language: str = "en", writer: Writer | None = None, subjects: list[str] | None = None, pick: int = 0) -> Composed:
    text = Text(language=language, headline="Headline", subjects=subjects or ["Subject"], body=body)
    who = writer or Writer("Ana Pérez", "Sevilla", "ES", "I was there.")
    return compose(plain_campaign(), text, minister(), who, on=ON, pick=pick)


def test_a_letter_opens_with_the_targets_salutation_in_its_language() -> None:
    assert write("{{ salutation }}:\n\nTexto.", "es").before[0] == "Sr. Ministro:"


def test_a_target_without_a_salutation_gets_a_neutral_one_of_the_language() -> None:
    assert salutation(minister(), "fr") == "Madame, Monsieur"


def test_a_language_nobody_wrote_a_neutral_form_for_opens_in_english() -> None:
    assert salutation(minister(), "eu") == "Dear Sir or Madam"


def test_own_lines_stand_where_the_text_puts_them() -> None:
    letter = write("{{ salutation }},\n\nOne.\n\n{{ personal_lines }}\n\nTwo.\n\nYours,\n{{ supporter.name }}\n{{ supporter.place }}")
    assert letter.body == "Dear Minister,\n\nOne.\n\nI was there.\n\nTwo.\n\nYours,\n\nAna Pérez\nSevilla"


def test_a_text_that_forgot_them_still_has_salutation_own_lines_and_signature() -> None:
    letter = write("One.\n\nTwo.\n\nYours sincerely,")
    assert letter.body == "Dear Minister,\n\nOne.\n\nTwo.\n\nI was there.\n\nYours sincerely,\n\nAna Pérez\nSevilla, Spain"


def test_empty_fields_leave_no_gap() -> None:
    letter = write("{{ salutation }},\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}\n{{ supporter.place }}", writer=Writer("Ana"))
    assert letter.body == "Dear Minister,\n\nYours,\n\nAna"


def test_an_empty_field_inside_a_sentence_leaves_no_double_blank() -> None:
    assert "I live in and write" in write("I live in {{ supporter.place }} and write.", writer=Writer("Ana")).body


def test_several_people_are_listed_as_the_language_lists_them() -> None:
    assert write("For {{ person.name }}.", "es").paragraphs[1] == "For María López y Rui Dias."


def test_the_writers_own_subject_wins() -> None:
    assert write("Text.", writer=Writer("Ana", subject="My own words")).subject == "My own words"


def test_the_model_subject_is_the_same_on_every_view() -> None:
    assert [write("Text.", subjects=["A", "B", "C"], pick=pick).subject for pick in (0, 1, 2, 3, 1)] == ["A", "B", "C", "A", "B"]


HOSTILE = st.text() | st.sampled_from(["{{ salutation }}", "{{ 7*7 }}", "{% raw %}", "<b>x</b>", "#import", "{{{{", "}}", "{#"])


@given(name=HOSTILE, lines=HOSTILE)
def test_whatever_a_writer_types_comes_out_as_that_text(name: str, lines: str) -> None:
    name, lines = " ".join(name.split()), lines.strip()
    with i18n.speaking("en"):
        letter = write("{{ salutation }},\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}", writer=Writer(name, personal_lines=lines))
    assert letter.before == ("Dear Minister,",)
    assert letter.signature == ((name,) if name else ())
    assert "".join("".join(letter.personal).split()) == "".join(lines.split())


def test_a_campaign_from_the_database_composes(database: Database) -> None:
    def body(session: Session) -> str:
        campaign = make.campaign(session, languages=("en", "es", "ar"))
        text = campaign.edition.text("ar")
        assert text is not None
        return compose(campaign, text, campaign.targets[0].target, Writer("Ana", "Sevilla"), on=ON).body

    with database.transaction() as session:
        assert body(session).startswith("معالي الوزيرة،\n\n")
