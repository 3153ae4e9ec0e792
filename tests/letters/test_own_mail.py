"""The ways through the writer's own mail: whole letters in links as far as links go, and a draft that is the letter to the byte."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.letters import emails
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.own_mail import LONG, MAIL_PROGRAMS, WEBMAILS, WINDOWS, draft, encoded, mailto, own_mail
from app.site import Site
from app.targets.models import Target
from tests.letters.letters import LETTERS, header, part, read, seen, unmarked

TARGET = Target(role="Minister", name="Ana", emails=["a@x.example", "b+c@x.example"])


def letter(body: str = "One.\n\nTwo & three?") -> Composed:
    return Composed("en", "Spring = hope & 100%?", (body,), (), (), ("Eva",))


def opened(url: str) -> tuple[list[str], str, str]:
    """Recipients, subject and text that a program takes out of a mailto link (RFC 6068)."""
    parts = urlsplit(url)
    values = {name: unquote(value) for name, _, value in (pair.partition("=") for pair in parts.query.split("&"))}
    assert (parts.scheme, parts.fragment) == ("mailto", "")
    assert set(values) <= {"subject", "body"}
    return [unquote(address) for address in parts.path.split(",")], values["subject"], values.get("body", "")


def test_mailto_holds_everything_with_crlf_line_ends() -> None:
    assert opened(mailto(letter(), TARGET)) == (TARGET.emails, "Spring = hope & 100%?", "One.\r\n\r\nTwo & three?\r\n\r\nEva")


@pytest.mark.parametrize("language", LETTERS)
def test_mailto_of_every_language_comes_out_as_it_was(language: str) -> None:
    to, subject, body = opened(mailto(LETTERS[language], TARGET))
    assert (to, subject, body.replace("\r\n", "\n")) == (TARGET.emails, LETTERS[language].subject, LETTERS[language].body)


@given(subject=st.text(max_size=60), body=st.text(max_size=200), email=st.text("abc+&=?#%'!", min_size=1, max_size=8))
@example(subject="a&body=b", body="x&bcc=all@x.example\r\ny\rz", email="a&cc=b")
@example(subject="\ud800", body="\0\u2028", email="?")
def test_nothing_in_a_letter_reads_as_a_part_of_the_link(subject: str, body: str, email: str) -> None:
    target = Target(role="x", emails=[f"{email}@x.example"])
    url = mailto(Composed("en", subject, (body,), (), (), ()), target)
    assert re.fullmatch(r"mailto:(?:[\w.~@-]|%[0-9A-F]{2})+\?subject=(?:[\w.~-]|%[0-9A-F]{2})*&body=(?:[\w.~-]|%[0-9A-F]{2})*", url, re.ASCII)
    assert opened(url) == (target.emails, as_sent(subject), as_sent(Composed("en", "", (body,), (), (), ()).body))


def as_sent(text: str) -> str:
    """A text with the line ends of mail, and without halves of characters."""
    return re.sub(r"\r\n?|\n", "\r\n", text).encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("text", "characters"), [("a", 1), ("é", 6), ("ж", 6), ("م", 6), ("字", 9), ("\n", 6), ("\r\n", 6), (" ", 3), ("~-._", 4), ("'", 3)]
)
def test_what_a_character_costs_in_a_link(text: str, characters: int) -> None:
    assert len(encoded(text)) == characters


@pytest.mark.parametrize(
    ("body", "fits", "opens", "costly"),
    [
        ("x" * 500, True, True, False),
        ("ж" * 250, True, True, True),
        ("ж" * 500, False, True, True),
        ("x" * WINDOWS.most, False, True, False),
        ("字" * 15_000, False, False, True),
    ],
)
def test_what_fits_is_counted_in_characters_of_the_link(body: str, fits: bool, opens: bool, costly: bool) -> None:
    mail = own_mail(letter(body), TARGET)
    assert (mail.fits, mail.opens, mail.costly) == (fits, opens, costly)
    assert mail.size == len(mail.whole)


def test_budget_is_kept_to_the_character() -> None:
    size = own_mail(letter(""), TARGET).size
    exact = own_mail(letter("x" * (WINDOWS.most - size - len("%0D%0A%0D%0A"))), TARGET)
    assert (exact.size, exact.fits) == (WINDOWS.most, True)
    assert not own_mail(letter("x" * (WINDOWS.most - size - len("%0D%0A%0D%0A") + 1)), TARGET).fits


def test_link_without_the_letter_holds_address_and_subject() -> None:
    assert opened(own_mail(letter("ж" * 500), TARGET).blank) == (TARGET.emails, "Spring = hope & 100%?", "")


@pytest.mark.parametrize(("name", "between"), [("Gmail", ","), ("Outlook.com", ";"), ("Yahoo", ",")])
@pytest.mark.parametrize("language", LETTERS)
def test_webmail_opens_with_the_whole_letter_or_none_of_it(name: str, between: str, language: str) -> None:
    letter = LETTERS[language]
    link = next(link for link in own_mail(letter, TARGET).webmails if link.name == name)
    parts = urlsplit(link.url)
    assert parts.scheme == "https"
    values = parse_qs(parts.query, strict_parsing=True)
    assert values["to"] == [between.join(TARGET.emails)]
    assert values["su" if name == "Gmail" else "subject"] == [letter.subject]
    assert values.get("body", [""])[0].replace("\r\n", "\n") == (letter.body if link.whole else "")


def test_webmails_lead_where_their_makers_have_them() -> None:
    links = own_mail(letter(), TARGET).webmails
    assert [(urlsplit(link.url).netloc, urlsplit(link.url).path) for link in links] == [
        ("mail.google.com", "/mail/"),
        ("outlook.live.com", "/mail/0/deeplink/compose"),
        ("compose.mail.yahoo.com", "/"),
    ]
    assert parse_qs(urlsplit(links[0].url).query)["view"] == ["cm"]
    assert all(link.whole for link in links)


def test_webmails_are_given_no_more_than_they_take() -> None:
    for characters in range(0, 7_000, 97):
        for link, one in zip(own_mail(letter("x" * characters), TARGET).webmails, WEBMAILS, strict=True):
            assert len(link.url) <= one.budget.most
            assert link.whole == ("body=" in link.url)


def test_every_budget_says_where_it_is_from() -> None:
    assert all(budget.source and budget.most >= WINDOWS.most for budget in (*MAIL_PROGRAMS, *(webmail.budget for webmail in WEBMAILS)))
    assert min(budget.most for budget in MAIL_PROGRAMS) == WINDOWS.most < LONG


HOSTILE = {
    "encoded word": ("=?utf-8?q?Bcc=3A?= x", "=?utf-8?b?QmNj?="),
    "quotes": ('"Eva" <a@b.example>, c', "x\n.\n..\nFrom me\n-- \nBcc: all@mail.example"),
    "directions": ("مرحبا \u202e abc", "abc \u202e def"),
    "long": ("слово" * 100, "word " * 500),
    "blanks": ("a  b", "  two  blanks \t and a tab"),
}


@pytest.mark.parametrize(("subject", "body"), HOSTILE.values(), ids=HOSTILE)
def test_draft_of_a_hostile_letter_is_the_letter(site: Site, subject: str, body: str) -> None:
    composed = Composed("en", subject, (body,), (), (), ("Eva",))
    content = draft(
        site,
        Appeal(name='Eva "x" <a@b.example>', email="eva@mail.example", answer_direct=True, place="", country="ES", safety="full"),
        TARGET,
        composed,
    )
    _check(content, composed)


@pytest.mark.parametrize("language", LETTERS)
def test_draft_is_the_letter(site: Site, language: str) -> None:
    content = draft(
        site, Appeal(name="Eva Gil", email="eva@mail.example", answer_direct=True, place="", country="ES", safety="full"), TARGET, LETTERS[language]
    )
    _check(content, LETTERS[language])
    assert b"eva@mail.example" not in content, "their program knows who they are"


def _check(content: bytes, composed: Composed) -> None:
    mail = read(content)
    assert mail["X-Unsent"] == "1"
    assert [address.addr_spec for address in mail["To"].addresses] == TARGET.emails
    assert header(content, "Subject") == composed.subject
    assert not {"From", "Date", "Message-ID", "Reply-To", "Bcc", "Cc", "Sender"} & set(mail.keys())
    text, html = emails.written(composed)
    found = part(content, "plain")
    assert found is not None
    assert (found + "\n").encode() == text.encode()
    assert unmarked(found).strip() == unmarked(composed.body).strip()
    assert part(content, "html") == (None if html is None else html.removesuffix("\n"))
    if html is not None:
        assert unmarked(seen(html)) == unmarked(composed.body)
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")
