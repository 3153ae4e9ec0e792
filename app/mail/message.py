"""A mail as a value, and the bytes it becomes. Nothing that could start a new header line gets in."""

import re
import secrets as random
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from app.errors import Refused
from app.i18n import N_

LINE_END = re.compile(r"\r\n?|\n")
PLAIN_LINE = 78
"""Longest line that is sent as it is (RFC 5322, 2.1.1); longer ones are encoded, which any relay passes unchanged."""
ASCII = bytes(range(128))
READABLE = 0.3
"""Up to this part of bytes outside ASCII, quoted-printable is shorter than base64 or nearly so, and readable in the source."""

QUOTED = re.compile(r'(["\\])')
BACKSLASHED = r"\\\1"

UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of a surrogate pair, line and paragraph separators (U+2028, U+2029)."""


@dataclass(frozen=True)
class Message:
    """One mail before it has a date and a Message-ID.

    Raises Refused when a header would hold a line break, NUL or another control character, or an address is none.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    from_name: str
    from_address: str
    reply_to: str | None
    headers: tuple[tuple[str, str], ...] = ()
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.to:
            raise Refused(N_("This mail has nobody to go to."))
        _require_one_line([self.subject, self.from_name, self.language, *(part for header in self.headers for part in header)])
        for address in (*self.to, self.from_address, *filter(None, [self.reply_to])):
            _require_address(address)


def build(message: Message, *, message_id: str, date: datetime) -> bytes:
    """The mail as it goes over the wire (RFC 5322 and MIME, lines end in CRLF). The same values give the same bytes, but for MIME boundaries."""
    head = [
        ("From", _sender(message.from_name, message.from_address)),
        ("To", ",\r\n ".join(message.to)),
        *([("Reply-To", message.reply_to)] if message.reply_to else []),
        ("Subject", _words(message.subject, "Subject")),
        ("Date", format_datetime(date)),
        ("Message-ID", message_id),
        ("Content-Language", message.language),
        *((name, _words(value, name)) for name, value in message.headers),
    ]
    return _head(head) + _body(message)


def build_draft(message: Message) -> bytes:
    """The mail as a file that opens ready to be sent: without sender, date and Message-ID, which the program it is opened in puts in.

    X-Unsent is Outlook's mark of a mail that is still being written; Thunderbird and Apple Mail show the file first, and then edit it as new.
    """
    head = [
        ("X-Unsent", "1"),
        ("To", ",\r\n ".join(message.to)),
        ("Subject", _words(message.subject, "Subject")),
        ("Content-Language", message.language),
    ]
    return _head(head) + _body(message)


def _head(lines: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode("ascii")


def _body(message: Message) -> bytes:
    """MIME head and body: the text, or the text and its HTML for the reader's program to choose from (RFC 2046, 5.1.4).

    email.message makes the same in thirty times the time, since it parses each header it writes.
    """
    version = b"MIME-Version: 1.0\r\n"
    if message.html is None:
        return version + _part(message.text, "plain")
    boundary = f"=_{random.token_hex(16)}"  # no encoding makes "=_"
    start = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    parts = (_part(message.text, "plain"), _part(message.html, "html"))
    return version + head + b"".join(start + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _part(text: str, subtype: str) -> bytes:
    """One text with its head, in the plainest encoding that fits it (RFC 2045, 6)."""
    content = LINE_END.sub("\n", _clean(text)).removesuffix("\n").encode() + b"\n"
    if content.isascii() and max(map(len, content.split(b"\n"))) <= PLAIN_LINE:
        encoding, encoded = "7bit", content
    elif len(content.translate(None, ASCII)) <= READABLE * len(content):
        encoding, encoded = "quoted-printable", b2a_qp(content, istext=True)
    else:
        encoding, encoded = "base64", encodebytes(content.replace(b"\n", b"\r\n"))
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + encoded.replace(b"\n", b"\r\n")


def _sender(name: str, address: str) -> str:
    if not name.strip():
        return address
    phrase = f'"{QUOTED.sub(BACKSLASHED, name)}"' if _is_plain(name) else _words(name, "From")
    return f"{phrase} <{address}>" if len(phrase) + len(address) < 66 else f"{phrase}\r\n <{address}>"


def _words(text: str, header: str) -> str:
    """Header text, plain where it may be, else as encoded words of at most 75 characters (RFC 2047).

    email.policy folds too, but loses or adds a space where it breaks a long name that is not ASCII.
    """
    if text.startswith("<") and text.endswith(">") and text.isascii():
        return text  # a link: never broken, never encoded
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether a header can hold the text as it is: short ASCII words with one space between them, nothing that looks encoded."""
    words = text.split(" ")
    return text.isascii() and "=?" not in text and all(words) and max(map(len, words)) < 70 and len(text) < 300


def _clean(text: str) -> str:
    """Text without what no mail may hold: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _require_one_line(texts: Iterable[str]) -> None:
    for text in texts:
        if any(unicodedata.category(character) in UNFIT for character in text):
            raise Refused(N_("A name or subject holds a line break or another character that cannot be in the head of a mail."))


def _require_address(address: str) -> None:
    local, at, domain = address.rpartition("@")
    if not (local and at and domain and address.isascii() and address.isprintable()) or set(address) & set(' ,;<>()"\\'):
        raise Refused(N_("This does not look like an e-mail address. Please check it for typing errors."))
