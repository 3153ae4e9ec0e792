"""The mail that a letter becomes: the letter, the whole letter and nothing but the letter, in its own direction."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Refused
from app.letters.composing import Composed
from app.letters.emails import letter, written
from app.letters.models import Appeal
from app.mail.message import UNFIT, build
from app.site import Site
from app.targets.models import Target
from tests.letters.letters import LETTERS, header, parsed, part, read, seen, unmarked
from tests.mail.test_message import sender_of

DATE = datetime(2026, 3, 10, 10, tzinfo=UTC)
TARGET = Target(role="Minister", emails=["a@housing.example", "b+c@housing.example"])


def sent(site: Site, composed: Composed, name: str = "Eva Gil") -> bytes:
    appeal = Appeal(name=name, email="eva@mail.example", answer_direct=False, place="", country="ES", safety="full")
    return build(letter(site, appeal, TARGET, composed), message_id="<1@vigil.example>", date=DATE)


@pytest.mark.parametrize("language", LETTERS)
def test_text_is_the_letter(site: Site, language: str) -> None:
    content = sent(site, LETTERS[language])
    text = part(content, "plain")
    assert text is not None
    assert unmarked(text) == LETTERS[language].body
    assert (text == LETTERS[language].body) == (language != "ar")
    assert header(content, "Subject") == LETTERS[language].subject
    assert read(content)["Content-Language"] == language


@pytest.mark.parametrize("language", LETTERS)
def test_only_a_letter_that_needs_a_direction_has_html(site: Site, language: str) -> None:
    assert read(sent(site, LETTERS[language])).get_content_type() == ("multipart/alternative" if language == "ar" else "text/plain")


def test_arabic_letter_as_text_isolates_what_is_foreign(site: Site) -> None:
    text = part(sent(site, LETTERS["ar"]), "plain")
    assert text is not None
    assert text.split("\n\n") == [
        "معالي الوزيرة،",
        "أكتب إليكم بشأن \u2066Amaranta Quishpe\u2069 والقضية \u2066UA 101/26\u2069، هاتف \u2066+34 91 397 32 86\u2069.",
        "Soy maestra en Évora. Conozco a \u2067أمارانتا\u2069 desde 2019.",
        "أعمل معلمة في لندن.",
        "مع الاحترام،",
        "\u200f\u2066Lucía Prado\u2069\nلندن",
    ]


def test_arabic_letter_as_html_says_the_directions(site: Site) -> None:
    html = part(sent(site, LETTERS["ar"]), "html")
    assert html is not None
    assert html.startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
    found = parsed(html)
    assert [attributes["dir"] for tag, attributes in found.tags if tag == "p"] == ["rtl", "rtl", "ltr", "rtl", "rtl", "rtl"]
    for piece in ("Amaranta Quishpe", "UA 101/26", "+34 91 397 32 86", "Lucía Prado"):
        assert f'<span dir="ltr">{piece}</span>' in html
    assert '<span dir="rtl">أمارانتا</span>' in html
    assert seen(html) == LETTERS["ar"].body


def test_html_fetches_nothing_and_links_nowhere(site: Site) -> None:
    html = part(sent(site, LETTERS["ar"]), "html")
    assert html is not None
    found = parsed(html)
    assert {tag for tag, _ in found.tags} <= {"html", "head", "meta", "title", "body", "div", "p", "span", "br"}
    assert {name for _, attributes in found.tags for name in attributes} <= {"lang", "dir", "charset", "style"}


def test_english_letter_with_arabic_words_says_the_directions_too() -> None:
    text, html = written(Composed("en", "x", ("I know about محمد علي 12/2026.",), ("أنا معلم في لندن.",), (), ("Eva",)))
    assert text == "I know about \u2067محمد علي\u2069 12/2026.\n\nأنا معلم في لندن.\n\nEva\n"
    assert html is not None
    assert '<p dir="ltr" style="white-space: pre-wrap">I know about <span dir="rtl">محمد علي</span> 12/2026.</p>' in html
    assert '<p dir="rtl" style="white-space: pre-wrap">أنا معلم في لندن.</p>' in html


def test_letter_without_a_name_under_it_ends_with_its_closing() -> None:
    assert written(Composed("ar", "x", ("مرحبا",), (), ("مع الاحترام،",), ()))[0] == "مرحبا\n\nمع الاحترام،\n"


AWKWARD = st.sampled_from("abc <>&\"'/=?_ñ مرحبا 101-26 Ж字\u202e\u00a0\t;{}%#,.@:") | st.characters(
    exclude_categories=("Cs",), exclude_characters="\0\r"
)
FIELD = st.text(AWKWARD, max_size=60)
LINES = st.lists(FIELD, min_size=1, max_size=3).map("\n".join)
PARAGRAPHS = st.lists(LINES.map(lambda text: text.replace("\n\n", "\n")), max_size=3).map(tuple)


@given(language=st.sampled_from(["en", "ar"]), before=PARAGRAPHS, personal=PARAGRAPHS, after=PARAGRAPHS, signature=st.lists(FIELD, max_size=3))
@example("ar", ("<script>alert(1)</script>",), ("</p></body>&amp;<b dir=ltr>",), (), ["<!-- Eva"])
@example("en", ("مرحبا <img src=x>",), ('" onclick="x',), ("{{ supporter.name }}{% if %}",), ["مرحبا"])
@example("ar", ("=?utf-8?q?x?=\nBcc: a@b.example",), (".",), ("From here", "--"), ["\t  two  blanks\t"])
def test_any_text_in_any_field_comes_out_as_that_text(
    language: str, before: tuple[str, ...], personal: tuple[str, ...], after: tuple[str, ...], signature: list[str]
) -> None:
    composed = Composed(language, "x", before, personal, after, tuple(text.replace("\n", "") for text in signature))
    text, html = written(composed)
    expected = unmarked(composed.body).strip()
    assert unmarked(text).strip() == expected
    if html is not None:
        assert unmarked(seen(html)).strip() == expected
        assert {tag for tag, _ in parsed(html).tags} <= {"html", "head", "meta", "title", "body", "div", "p", "span", "br"}


ONE_LINE = st.text(AWKWARD | st.characters(exclude_categories=tuple(UNFIT)), max_size=100).map(
    lambda text: "".join(sign for sign in text if unicodedata.category(sign) not in UNFIT)
)


@given(name=ONE_LINE, subject=ONE_LINE, body=LINES, language=st.sampled_from(["en", "ar"]))
@example(name="Eva\u200f مرحبا", subject="=?utf-8?q?Bcc:_x?=", body="\n\nBcc: a@b.example\n\n", language="ar")
@example(name='"Eva" <a@b.example>, x', subject="a, b; c: <d>", body="\u2028Bcc: x\u2029", language="en")
def test_no_field_reaches_the_head(name: str, subject: str, body: str, language: str) -> None:
    site = Site.__new__(Site)
    object.__setattr__(site, "letters_from", "letters@vigil.example")
    object.__setattr__(site, "contact", "office@vigil.example")
    content = sent(site, Composed(language, subject, (body,), (), (), ()), name)
    mail = read(content)
    assert mail.keys()[:7] == ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language"]
    assert set(mail.keys()[7:]) <= {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert header(content, "Subject") == subject
    assert sender_of(mail) == (name if name.strip() else "", "letters@vigil.example")
    assert [address.addr_spec for address in mail["To"].addresses] == TARGET.emails
    assert content.isascii()


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\nBcc: all@mail.example", "\0", "\u2028", "\u2029", "\x85"])
@pytest.mark.parametrize("field", ["name", "subject"])
def test_break_in_a_field_of_the_head_is_refused(site: Site, field: str, bad: str) -> None:
    values: dict[str, Any] = {"name": "Eva", "subject": "A home"} | {field: f"a{bad}b"}
    with pytest.raises(Refused):
        sent(site, Composed("ar", values["subject"], ("x",), (), (), ()), values["name"])
