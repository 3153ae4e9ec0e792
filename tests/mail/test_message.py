import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Refused
from app.mail.message import UNFIT, Message, build, build_draft

PLAIN = Message(
    to=("minister@housing.example",),
    subject="The López family",
    text="Dear Minister,\n\nI am writing.\n",
    html=None,
    from_name="Ana Pérez",
    from_address="letters@vigil.example",
    reply_to="office@vigil.example",
    language="en",
)
DATE = datetime(2026, 3, 10, 10, tzinfo=UTC)


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def decoded(mail: EmailMessage, header: str) -> str:
    """A header as any mail program reads it: unfolded, encoded words joined (RFC 2047)."""
    raw = next(value for name, value in mail.raw_items() if name == header)
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in decode_header(unfolded(raw)))


def sender_of(mail: EmailMessage) -> tuple[str, str]:
    """Display name and address of From."""
    name, address = parseaddr(unfolded(next(value for name, value in mail.raw_items() if name == "From")))
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in decode_header(name)), address


def unfolded(raw: str) -> str:
    return raw.replace("\r\n", "")


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def built(message: Message) -> EmailMessage:
    return read(build(message, message_id="<1@vigil.example>", date=DATE))


def test_message_says_what_it_was_given() -> None:
    mail = built(PLAIN)
    assert mail["From"].addresses == (Address("Ana Pérez", "letters", "vigil.example"),)
    assert mail["To"] == "minister@housing.example"
    assert mail["Reply-To"] == "office@vigil.example"
    assert mail["Subject"] == "The López family"
    assert mail["Message-ID"] == "<1@vigil.example>"
    assert mail["Date"].datetime == DATE
    assert mail["Content-Language"] == "en"
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "text/plain"
    assert text_of(mail) == PLAIN.text


@pytest.mark.parametrize(
    "name",
    [
        "María de los Ángeles Fernández de Córdoba y Álvarez de Toledo, condesa viuda",
        "عبد الرحمن بن محمد بن عبد الله بن عبد العزيز آل سعود الطويل",
        "Иванов Иван Иванович-Пржевальский Константинопольский Александрович",
        'José "Pepe" García, Jr. (Madrid)',
        "O'Neill, Ana <ana@x.example>",
        "=?utf-8?q?not_encoded?=",
        "x" * 500,
    ],
)
def test_long_and_odd_names_come_whole(name: str) -> None:
    content = build(replace(PLAIN, from_name=name), message_id="<1@vigil.example>", date=DATE)
    assert sender_of(read(content)) == (name, "letters@vigil.example")
    assert max(map(len, content.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_link_in_a_header_is_never_broken() -> None:
    link = f"<https://act.example/unsubscribe/{'x' * 150}>"
    content = build(replace(PLAIN, headers=(("List-Unsubscribe", link),)), message_id="<1@vigil.example>", date=DATE)
    assert f"List-Unsubscribe: {link}\r\n".encode() in content


def test_all_addresses_of_a_target_are_in_one_to() -> None:
    mail = built(replace(PLAIN, to=("a@housing.example", "b@housing.example")))
    assert mail.get_all("To") == ["a@housing.example, b@housing.example"]


def test_message_without_reply_to_has_none() -> None:
    assert "Reply-To" not in built(replace(PLAIN, reply_to=None))


def test_html_comes_as_the_second_alternative() -> None:
    mail = built(replace(PLAIN, html="<p>Estimada señora</p>"))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Estimada señora" in list(mail.iter_parts())[1].get_content()


def test_bytes_are_ascii_with_crlf_and_short_lines_in_every_script() -> None:
    content = build(replace(PLAIN, text="نص عربي طويل " * 200 + "\n.\n..\nFrom here\n", subject="موضوع"), message_id="<1@vigil.example>", date=DATE)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.count(b"\r\n.\r\n") == 0


@given(text=st.text(max_size=400), html=st.none() | st.text(max_size=400))
@example(text="trailing blanks  \n\tand = signs =E4\n", html=None)
@example(text="a" * 2000, html="ж" * 500)
@example(text="one\rtwo\r\nthree\x0cfour", html="<p>\x85\u2028</p>")
def test_whatever_is_written_is_what_is_read(text: str, html: str | None) -> None:
    content = build(replace(PLAIN, text=text, html=html), message_id="<1@vigil.example>", date=DATE)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    mail = read(content)
    for written, kind in ((text, "plain"), *([(html, "html")] if html is not None else [])):
        part = mail.get_body((kind,))
        assert part is not None
        shown = written.replace("\0", "").encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
        assert part.get_content().replace("\r\n", "\n") == shown


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Dear Minister,", "7bit"),
        ("word " * 40, "quoted-printable"),
        ("Señora Ministra,", "quoted-printable"),
        ("معالي الوزيرة،", "base64"),
        ("Уважаемый господин министр,", "base64"),
    ],
)
def test_text_travels_in_the_plainest_encoding_that_fits(text: str, encoding: str) -> None:
    assert built(replace(PLAIN, text=text))["Content-Transfer-Encoding"] == encoding


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert build(PLAIN, message_id="<1@vigil.example>", date=DATE) == build(PLAIN, message_id="<1@vigil.example>", date=DATE)


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\nBcc: all@mail.example", "\0", "\u2028", "\u2029", "\x85", "\x1b", "\ud800", "\t"])
@pytest.mark.parametrize("where", ["subject", "from_name", "language", "from_address", "reply_to"])
def test_message_with_a_break_in_its_head_is_refused(where: str, bad: str) -> None:
    with pytest.raises(Refused):
        replace(PLAIN, **{where: f"a{bad}b@x.example"})


@pytest.mark.parametrize("bad", ["a\nb", "a\u2028b", "a\0b"])
def test_extra_headers_are_checked_like_the_others(bad: str) -> None:
    with pytest.raises(Refused):
        replace(PLAIN, headers=(("X-One", bad),))
    with pytest.raises(Refused):
        replace(PLAIN, headers=((bad, "1"),))


@pytest.mark.parametrize(
    "bad", ["", "nobody", "a b@x.example", "a@x.example, b@x.example", "<a@x.example>", "josé@x.example", "a@x.example\n", "@x.example", "a@"]
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(Refused):
        replace(PLAIN, to=(bad,))


def test_mail_to_nobody_is_refused() -> None:
    with pytest.raises(Refused):
        replace(PLAIN, to=())


def test_nul_and_half_characters_in_a_body_do_not_break_the_mail() -> None:
    assert text_of(built(replace(PLAIN, text="a\0b\ud800c\n"))) == "ab?c\n"


AWKWARD = st.sampled_from("abc ,;\"\\()<>@.:é'=?_ñمرحЖ字-[]\xa0")
ONE_LINE = st.text(AWKWARD | st.characters(exclude_categories=tuple(UNFIT)), max_size=200)


@given(name=ONE_LINE, subject=ONE_LINE)
def test_any_name_and_subject_come_back_as_they_were(name: str, subject: str) -> None:
    mail = built(replace(PLAIN, from_name=name, subject=subject))
    assert len(mail.keys()) == len(set(mail.keys())) == 10
    assert sender_of(mail) == (name if name.strip() else "", "letters@vigil.example")
    assert decoded(mail, "Subject") == subject


@given(text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=300))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert text_of(built(replace(PLAIN, text=text))).removesuffix("\n") == text.removesuffix("\n")


def test_draft_has_no_sender_and_no_date() -> None:
    content = build_draft(replace(PLAIN, to=("a@housing.example", "b@housing.example"), html="<p>Estimada señora</p>"))
    mail = read(content)
    assert mail.keys() == ["X-Unsent", "To", "Subject", "Content-Language", "MIME-Version", "Content-Type"]
    assert mail["X-Unsent"] == "1"
    assert [address.addr_spec for address in mail["To"].addresses] == ["a@housing.example", "b@housing.example"]
    assert decoded(mail, "Subject") == PLAIN.subject
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert b"Ana" not in content and b"vigil.example" not in content


@given(subject=ONE_LINE, text=st.text(max_size=200))
def test_any_draft_is_read_as_it_was_written(subject: str, text: str) -> None:
    mail = read(build_draft(replace(PLAIN, subject=subject, text=text)))
    assert len(mail.keys()) == 7
    assert decoded(mail, "Subject") == subject
    shown = text.replace("\0", "").encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    assert text_of(mail).removesuffix("\n") == shown.removesuffix("\n")
