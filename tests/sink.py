"""A real mail server for tests: keeps what it took, refuses what it is told to."""

import email
import email.policy
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One mail that was answered with 250."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    """As it came over the wire, CRLF."""

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        return str(email.message_from_bytes(self.content)["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def text(self, kind: str = "plain") -> str:
        """The plain (or html) part, decoded."""
        part = self.message.get_body((kind,))
        assert part is not None, f"no {kind} part"
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class Sink:
    """`received` in order of arrival. `on_recipient` and `on_data` may answer a reply line (e.g. "451 4.3.0 later") in place of yes."""

    on_recipient: Callable[[str], str | None] = lambda _address: None
    on_data: Callable[[Received], str | None] = lambda _mail: None
    options: dict[str, Any] = field(default_factory=dict)
    """More arguments for aiosmtpd's Controller, e.g. tls_context, authenticator."""
    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.port = self.port or free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port, data_size_limit=20_000_000, **self.options)
        self._controller.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """For MAIL_URL."""
        return f"smtp://{self.host}:{self.port}"

    def to(self, address: str) -> list[Received]:
        """What came for one recipient."""
        return [mail for mail in self.received if address in mail.recipients]

    def wait_for(self, number: int, seconds: float = 20) -> list[Received]:
        """Wait until `number` mails have arrived. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while len(self.received) < number:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.received)} of {number} mails arrived in {seconds} s")
            time.sleep(0.02)
        return self.received

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        refusal = self.on_recipient(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        mail = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        refusal = self.on_data(mail)
        if refusal:
            return refusal
        self.received.append(mail)
        return "250 2.0.0 kept"


def free_port() -> int:
    """A TCP port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
