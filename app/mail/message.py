"""A mail as a value, and the bytes it becomes. Nothing that could start a new header line gets in."""

import email.policy
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

from app.errors import Refused
from app.i18n import N_

POLICY = email.policy.SMTP.clone(cte_type="7bit")
"""CRLF line ends, and bodies as quoted-printable or base64: they pass any relay unchanged."""

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
    content = EmailMessage(policy=POLICY)
    content.set_content(_clean(message.text), charset="utf-8")
    if message.html is not None:
        content.add_alternative(_clean(message.html), subtype="html", charset="utf-8")
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
    return "".join(f"{name}: {value}\r\n" for name, value in head).encode("ascii") + content.as_bytes()


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
