"""The text of a letter: filled, whole, and nothing of a field is ever read as a placeholder."""

import secrets
from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import i18n
from app.campaigns.models import Campaign, Person, Text
from app.campaigns.placeholders import NAMES
from app.db import Database
from app.letters.composing import FIRST, Composed, Pick, Writer, compose, compose_own, picked, salutation
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


ANA = Writer("Ana Pérez", "Sevilla", "ES", "I was there.")


def write(
    body: str, language: str = "en", writer: Writer = ANA, pick: Pick = FIRST, target: Target | None = None, copy_note: str = "", **words: list[str]
) -> Composed:
    text = Text(language=language, headline="Headline", body=body, **({"subjects": ["Subject"], "openings": [], "closings": []} | words))
    return compose(plain_campaign(), text, target or minister(), writer, on=ON, pick=pick, copy_note=copy_note)


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
    assert [write("Text.", subjects=["A", "B", "C"], pick=Pick(pick)).subject for pick in (0, 1, 2, 3, 1)] == ["A", "B", "C", "A", "B"]


def test_a_subject_that_comes_out_empty_gives_way_to_the_headline_as_it_stands() -> None:
    text = Text(language="en", headline="Headline {{ date }}", body="One.", subjects=["({{ campaign.reference }})"], openings=[], closings=[])
    assert compose(plain_campaign(), text, minister(), ANA, on=ON).subject == "Headline {{ date }}"
    text.subjects = []
    assert compose(plain_campaign(), text, minister(), ANA, on=ON).subject == "Headline {{ date }}"


# ---- salutations


@pytest.mark.parametrize(
    ("own", "body", "opens", "says"),
    [
        ("Dear Minister", "{{ salutation }},\n\nI ask you, {{ salutation }}, now.", "Dear Minister,", "I ask you, Dear Minister, now."),
        ("Dear Minister,", "{{ salutation }},\n\nI ask you, {{ salutation }}, now.", "Dear Minister,", "I ask you, Dear Minister, now."),
        ("Dear Minister:", "{{ salutation }},\n\nNow.", "Dear Minister,", "Now."),
        ("Dear Minister :", "{{ salutation }}\n\nNow.", "Dear Minister :", "Now."),
        ("Dear Minister", "{{ salutation }}\n\nNow.", "Dear Minister", "Now."),
        ("Dear Minister!", "Now.", "Dear Minister!", "Now."),
        ("Dear Sr.", "{{ salutation }},\n\nNow.", "Dear Sr.,", "Now."),
        ("Sr. Ministro / Dear Minister", "Now.", "Sr. Ministro / Dear Minister,", "Now."),
        ("Señora Ministra o señor Ministro", "{{ salutation }}:\n\nNow.", "Señora Ministra o señor Ministro:", "Now."),
        (",", "{{ salutation }}\n\nNow.", ",", "Now."),
    ],
)
def test_the_mark_after_a_salutation_is_not_doubled(own: str, body: str, opens: str, says: str) -> None:
    letter = write(body, target=minister(en=own))
    assert letter.paragraphs[:2] == (opens, says)


@pytest.mark.parametrize(
    ("language", "own", "expected"),
    [
        ("pt-BR", {"pt": "Exma. Senhora"}, "Exma. Senhora"),
        ("pt-BR", {"pt": "Exma. Senhora", "pt-BR": "Excelentíssima"}, "Excelentíssima"),
        ("pt", {"pt-BR": "Excelentíssima"}, "Excelentíssima"),
        ("zh", {"zh-Hant": "部長先生"}, "尊敬的女士、先生"),
        ("zh-Hant", {"zh": "部长先生"}, "尊敬的女士、先生"),
        ("zh-TW", {"zh-Hant": "部長先生"}, "部長先生"),
        ("ru", {"en": "Dear Minister"}, "Уважаемые дамы и господа"),
        ("de-AT", {"en": "Dear Minister"}, "Sehr geehrte Damen und Herren"),
    ],
)
def test_a_salutation_serves_the_regions_of_its_language_in_the_same_script(language: str, own: dict[str, str], expected: str) -> None:
    target = Target(role="x", name="", organisation="", salutations=[Salutation(language=code, text=text) for code, text in own.items()])
    assert salutation(target, language) == expected


@pytest.mark.parametrize(
    ("language", "opens"),
    [("ru", "Уважаемые дамы и господа!"), ("zh-Hant", "尊敬的女士、先生："), ("ja", "ご担当者様"), ("eu", "Dear Sir or Madam,")],
)
def test_a_text_without_salutation_opens_with_it_and_the_mark_of_the_language(language: str, opens: str) -> None:
    assert write("Text.", language).before == (opens, "Text.")


# ---- variants

THREE = {
    "subjects": ["S0", "S1", "S2"],
    "openings": ["O0 of {{ supporter.place }}.", "O1.", "O2."],
    "closings": ["C0.", "C1, {{ salutation }}.", "C2."],
}


@pytest.mark.parametrize("pick", [Pick(*chosen) for chosen in product(range(3), repeat=3)])
def test_subject_opening_and_closing_are_chosen_apart(pick: Pick) -> None:
    letter = write("One.\n\nYours,", pick=pick, **THREE)
    opening, closing = ["O0 of Sevilla.", "O1.", "O2."][pick.opening], ["C0.", "C1, Dear Minister.", "C2."][pick.closing]
    assert letter.subject == f"S{pick.subject}"
    assert letter.paragraphs == ("Dear Minister,", opening, "One.", "I was there.", closing, "Yours,")


def test_they_stand_where_the_text_says() -> None:
    letter = write(
        "{{ salutation }},\n\n– {{ opening }}\nOne. {{ closing }}\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}",
        pick=Pick(0, 1, 2),
        **THREE,
    )
    assert letter.body == "Dear Minister,\n\n– O1.\nOne. C2.\n\nI was there.\n\nYours,\n\nAna Pérez"


def test_where_there_is_none_they_leave_no_gap() -> None:
    assert write("{{ opening }}\n\nOne. {{ closing }}\n\nYours,").paragraphs == ("Dear Minister,", "One.", "I was there.", "Yours,")
    blank = write("One.", writer=Writer("Ana"), openings=["{{ supporter.place }}"])
    assert blank.paragraphs == ("Dear Minister,", "One.")


def test_a_pick_is_the_same_on_every_view_and_told_by_the_key_alone() -> None:
    assert picked("appeal-key") == picked("appeal-key") == (0x44E04B4C087585D7, 0x0655888E24DD3DA9, 0x9D898FB209728D5F)
    assert len({picked(secrets.token_urlsafe(16)) for _ in range(100)}) == 100


def test_a_thousand_letters_spread_evenly_over_all_27_combinations() -> None:
    """Pearson's chi-square with 26 degrees of freedom: 76.1 is passed by chance once in a million runs. Keys as a sign-up makes them."""
    letters = [write("One.", pick=picked(secrets.token_urlsafe(16)), **THREE) for _ in range(1000)]
    seen = Counter((letter.subject, letter.before[1][:2], letter.after[-1][:2]) for letter in letters)
    expected = 1000 / 27
    assert len(seen) == 27
    assert sum((seen[one] - expected) ** 2 / expected for one in seen) < 76.1


# ---- the writer's own letter and name


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Ana Petrova"), ("es", "Ana Petrova"), ("sr-Latn", "Ana Petrova"), ("ru", "Ана Петрова"), ("sr", "Ана Петрова"), ("ar", "Ана Петрова")],
)
def test_the_latin_spelling_signs_letters_in_latin_script(language: str, name: str) -> None:
    assert write("Text.", language, Writer("Ана Петрова", latin_name="Ana Petrova")).signature == (name,)
    assert write("Text.", language, Writer("Ана Петрова")).signature == ("Ана Петрова",)


def test_a_rewritten_letter_keeps_subject_salutation_and_signature_and_nothing_between() -> None:
    body = "Ref. 7\n\n{{ salutation }},\n\nOne.\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}\n\nCopy: press"
    letter = write(body, writer=Writer("Ana", personal_lines="Mine.", rewritten="All mine, {{ salutation }}.\n\nTruly,"), **THREE)
    assert letter.body == "Ref. 7\n\nDear Minister,\n\nAll mine, {{ salutation }}.\n\nTruly,\n\nAna\n\nCopy: press"
    assert letter.words == letter.personal == ("All mine, {{ salutation }}.", "Truly,")
    assert letter.model == ("O0 of.", "One.", "C0.", "Yours,")
    assert letter.subject == "S0"


def test_what_may_be_rewritten_is_what_stands_between_salutation_and_signature() -> None:
    letter = write("{{ salutation }}, this is a sentence that runs on.\n\nTwo.\n\nYours,\n{{ supporter.name }}")
    assert letter.words == ("this is a sentence that runs on.", "Two.", "I was there.", "Yours,")
    assert write("{{ salutation }},\n\nX.", writer=Writer("Ana", rewritten="\n\n".join(letter.words))).words == letter.words


def test_a_letter_in_a_language_without_text_is_all_the_writers() -> None:
    letter = compose_own("el", minister(), Writer("Άννα", "Αθήνα", "GR", rewritten="Σας γράφω.\n\nΜε τιμή,"), headline="Headline {{ date }}")
    assert letter.body == "Αξιότιμη κυρία, αξιότιμε κύριε,\n\nΣας γράφω.\n\nΜε τιμή,\n\nΆννα\nΑθήνα, Ελλάδα"
    assert (letter.language, letter.subject, letter.model) == ("el", "Headline {{ date }}", ())
    own = compose_own("es", minister(), Writer("Ana", subject="Mi asunto", personal_lines="Le escribo."), headline="x", copy_note="Copia: prensa")
    assert (own.subject, own.body) == ("Mi asunto", "Sr. Ministro:\n\nLe escribo.\n\nAna\n\nCopia: prensa")


def test_a_note_on_copies_stands_last_even_without_a_name() -> None:
    body = "{{ salutation }},\n\nOne.\n\n{{ supporter.name }}\n\nEnclosed: a photograph"
    assert write(body, copy_note="Copy: Ombudsman").note == ("Enclosed: a photograph", "Copy: Ombudsman")
    assert write(body, writer=Writer(), copy_note="Copy: X").body == "Dear Minister,\n\nOne.\n\nEnclosed: a photograph\n\nCopy: X"


# ---- whatever is typed

HOSTILE = st.text() | st.sampled_from(
    [
        "{{ salutation }}",
        "{{ 7*7 }}",
        "{% raw %}",
        "{{ opening }}",
        "<b>x</b>",
        "&amp;",
        "#import",
        "{{{{",
        "}}",
        "{#",
        "%(supporter.name)s",
        "%s %",
        "a\r\nBcc: x@y.example",
    ]
)


@given(name=HOSTILE, lines=HOSTILE)
def test_whatever_a_writer_types_comes_out_as_that_text(name: str, lines: str) -> None:
    name, lines = " ".join(name.split()), lines.strip()
    with i18n.speaking("en"):
        letter = write("{{ salutation }},\n\n{{ personal_lines }}\n\nYours,\n{{ supporter.name }}", writer=Writer(name, personal_lines=lines))
        own = write("{{ salutation }},\n\n100 %\n\nYours,\n{{ supporter.name }}", writer=Writer(name, rewritten=lines or "x"))
    assert letter.before == own.before == ("Dear Minister,",)
    assert letter.signature == own.signature == ((name,) if name else ())
    assert "".join("".join(letter.personal).split()) == "".join(lines.split())
    assert "".join("".join(own.personal).split()) == "".join((lines or "x").split())


VALUES = {name: f"{name}=" for name in ("target.name", "target.role", "person.name", "supporter.name", "supporter.place", "campaign.reference")}


@given(values=st.fixed_dictionaries(dict.fromkeys(VALUES, HOSTILE)), names=st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
def test_whatever_stands_in_a_field_comes_out_as_that_text(values: dict[str, str], names: list[str]) -> None:
    sentence = "".join(f"<{name}={{{{ {name} }}}}>" for name in names)
    text = Text(
        language="en", headline="H", subjects=[sentence], openings=[sentence], closings=[sentence], body=f"A 100 % {sentence} of some length."
    )
    target = Target(role=values["target.role"], name=values["target.name"], organisation="", salutations=[])
    people = [Person(name=values["person.name"], position=0)]
    campaign = Campaign(reference=values["campaign.reference"], people=people)
    letter = compose(campaign, text, target, Writer(values["supporter.name"], values["supporter.place"]), on=ON)
    expected = "".join(f"<{name}={values[name].strip() and values[name]}>" for name in names)
    assert letter.before == ("Dear Sir or Madam,", expected, f"A 100 % {expected} of some length.")
    assert letter.after == (expected,)
    assert letter.subject == " ".join(expected.split())
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject


SIGNS = [f"{{{{ {name} }}}}" for name in NAMES]
PIECES = st.lists(
    st.sampled_from([*SIGNS, " ", ", ", ". ", "\n", "\n\n", "word", "100 %", "(", ")", "{{ nonsense }}", "{{ f(x) }}", "{{", "{% if %}"]), max_size=12
).map("".join)


@given(body=PIECES, subject=PIECES, opening=PIECES, closing=PIECES, writer=st.builds(Writer, *[st.sampled_from(["", "x"])] * 5))
def test_any_template_composes_even_one_that_would_not_be_stored(body: str, subject: str, opening: str, closing: str, writer: Writer) -> None:
    with i18n.speaking("en"):
        letter = write(body, writer=writer, subjects=[subject], openings=[opening], closings=[closing])
    assert letter.before
    assert letter.subject
    assert all(letter.paragraphs)


def test_a_campaign_from_the_database_composes(database: Database) -> None:
    def body(session: Session) -> str:
        campaign = make.campaign(session, languages=("en", "es", "ar"))
        text = campaign.edition.text("ar")
        assert text is not None
        return compose(campaign, text, campaign.targets[0].target, Writer("Ana", "Sevilla"), on=ON).body

    with database.transaction() as session:
        assert body(session).startswith("معالي الوزيرة،\n\n")
