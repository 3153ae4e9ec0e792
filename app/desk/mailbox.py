"""Reading captured mail: a folder of .eml files, each named by a short key that says nothing about where it lies."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from app.errors import NotFound

SHOWN_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True)
class Summary:
    """A line of the list."""

    key: str
    to: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One captured mail, taken apart."""

    summary: Summary
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]
    source: bytes


def list_mails(folder: Path, first: int, most: int) -> tuple[list[Summary], int]:
    """Mails from the `first` on, newest first, and how many there are in all. A mail that goes away meanwhile is left out."""
    files = sorted(_files(folder), key=lambda pair: pair[0], reverse=True)
    summaries = []
    for at, path in files[first : first + most]:
        try:
            with path.open("rb") as file:
                head = file.read(20_000).split(b"\r\n\r\n", 1)[0]
        except FileNotFoundError:
            continue
        summaries.append(_summary(path, message_from_bytes(head), at))
    return summaries, len(files)


def get_mail(folder: Path, key: str) -> Mail:
    """The mail with this key. Only files that lie in the folder are ever opened. Raises NotFound."""
    for at, path in _files(folder):
        if key_of(path) == key:
            return _taken_apart(path, path.read_bytes(), at)
    raise NotFound


def key_of(path: Path) -> str:
    return hashlib.sha256(path.name.encode()).hexdigest()[:16]


def _files(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.glob("*.eml") if folder.is_dir() else ():
        try:
            if path.is_file() and not path.is_symlink():
                yield path.stat().st_mtime, path
        except FileNotFoundError:
            continue


def _summary(path: Path, mail: Message, at: float) -> Summary:
    return Summary(key_of(path), _header(mail, "To"), _header(mail, "Subject"), datetime.fromtimestamp(at, UTC))


def _taken_apart(path: Path, source: bytes, at: float) -> Mail:
    mail = message_from_bytes(source)
    text, html, attachments = "", "", []
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        kind, name = part.get_content_type(), part.get_filename()
        if name is None and kind == "text/plain" and not text:
            text = _decoded(part, content)
        elif name is None and kind == "text/html" and not html:
            html = _decoded(part, content)
        else:
            attachments.append(Attachment(_one_line(name or "unnamed"), kind, content))
    headers = [(name, _header(mail, name)) for name in SHOWN_HEADERS if name in mail]
    return Mail(_summary(path, mail, at), headers, text, html, attachments, source)


def _decoded(part: Message, content: bytes) -> str:
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
    except LookupError:
        return content.decode("utf-8", "replace")


def _header(mail: Message, name: str) -> str:
    """A header as people read it; one that cannot be decoded is shown as it stands."""
    raw = str(mail.get(name, ""))
    try:
        return _one_line(str(make_header(decode_header(raw))))
    except (LookupError, ValueError):
        return _one_line(raw)


def _one_line(text: str) -> str:
    return " ".join(text.split())
