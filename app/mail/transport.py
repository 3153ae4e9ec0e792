"""What a way out of the house must be able to do, and the three ways in which it may fail."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
ADDRESS = re.compile(r"[^\s<>,;:=\"'()]+@[^\s<>,;:\"'()]+")
LONGEST_TEXT = 300


class Stage(StrEnum):
    """How far a mail had come. Until FINAL the server has not been given the whole mail and cannot have taken it."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    FINAL = "final"


@dataclass(frozen=True)
class Reply:
    """What a server said. `text` holds no addresses and at most LONGEST_TEXT characters."""

    code: int
    text: str

    @classmethod
    def said(cls, code: int, words: bytes | str) -> "Reply":
        text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
        return cls(code, scrub(text))

    @property
    def enhanced(self) -> str | None:
        """The status code of RFC 3463, e.g. `5.1.1`, if there is one."""
        found = ENHANCED.match(self.text)
        return found.group() if found else None


class MailFailure(Exception):
    """The mail was not taken, at `stage`."""

    def __init__(self, stage: Stage, reply: Reply | None, words: str = "") -> None:
        self.stage = stage
        self.reply = reply
        self.words = reply.text if reply else scrub(words)
        super().__init__(f"{stage}: {self.code or ''} {self.words}")

    @property
    def code(self) -> int | None:
        """The server's answer; None when there was none."""
        return self.reply.code if self.reply else None


class TemporaryFailure(MailFailure):
    """The server says: later (4xx)."""


class PermanentFailure(MailFailure):
    """The server says no (5xx)."""


class LostConnection(MailFailure):
    """No answer. At stage FINAL nobody knows whether the mail was taken; before it, it was not."""


@dataclass(frozen=True)
class Envelope:
    sender: str
    recipients: tuple[str, ...]


class Session(Protocol):
    """One open connection. It carries mails one after another: `offer`, then `data`."""

    carried: int
    """Mails offered so far."""

    def offer(self, envelope: Envelope) -> None:
        """Name sender and recipients; returns once at least one recipient is accepted. Raises MailFailure."""

    def data(self, mime: bytes) -> Reply:
        """Hand over the bytes; returns the server's yes to the whole mail. Raises MailFailure."""

    def close(self) -> None:
        """Say goodbye; never raises."""


class Transport(Protocol):
    def open(self) -> Session:
        """A connection that is ready for `offer`. Raises MailFailure at stage CONNECT or LOGIN."""


def scrub(text: str) -> str:
    """A server's words without addresses, on one line, cut to LONGEST_TEXT characters."""
    return ADDRESS.sub("<address>", " ".join(text.split()))[:LONGEST_TEXT]
