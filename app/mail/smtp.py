"""Mail to a relay by SMTP (RFC 5321), its stages kept apart so that a crash leaves only the last mail in doubt."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from app.mail.transport import Envelope, LostConnection, MailFailure, PermanentFailure, Reply, Stage, TemporaryFailure

COMMAND_SECONDS = 60
"""How long a relay may think about one command. Shorter than RFC 5321 asks for: before the mail itself, giving up costs nothing."""
GOODBYE_SECONDS = 5

LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class SmtpTransport:
    """A relay. `our_name` is said in EHLO; `final_reply_seconds` is how long it may take to answer the final dot (RFC 5321, 4.5.3.2.6)."""

    host: str
    port: int
    our_name: str
    user: str = ""
    password: str = ""
    starttls: bool = False
    connect_seconds: float = 30
    final_reply_seconds: float = 600

    def open(self) -> "SmtpSession":
        """Connect, and where the route says so encrypt (the certificate must fit the host) and log in."""
        with _failing_at(Stage.CONNECT):
            smtp = smtplib.SMTP(self.host, self.port, self.our_name, timeout=self.connect_seconds)
        try:
            self._greet(smtp)
        except MailFailure:
            smtp.close()
            raise
        return SmtpSession(smtp, self.final_reply_seconds)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        with _failing_at(Stage.CONNECT):
            smtp.ehlo_or_helo_if_needed()
            if self.starttls:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
        if self.user:
            with _failing_at(Stage.LOGIN):
                smtp.login(self.user, self.password)


class SmtpSession:
    """A connection to the relay, kept for many mails."""

    def __init__(self, smtp: smtplib.SMTP, final_reply_seconds: float) -> None:
        self.carried = 0
        self._smtp = smtp
        self._final_reply_seconds = final_reply_seconds
        self._unfinished = False

    def offer(self, envelope: Envelope) -> None:
        """MAIL and RCPT. A recipient that is refused is left out while another is accepted; with none left the mildest refusal counts."""
        self._wait(COMMAND_SECONDS)
        if self._unfinished:
            self._say(Stage.SENDER, self._smtp.rset)
        self.carried += 1
        self._unfinished = True
        self._say(Stage.SENDER, partial(self._smtp.mail, envelope.sender))
        refusals = [refusal for recipient in envelope.recipients if (refusal := self._name_recipient(recipient))]
        if len(refusals) == len(envelope.recipients):
            raise min(refusals, key=lambda refusal: isinstance(refusal, PermanentFailure))

    def data(self, mime: bytes) -> Reply:
        """DATA, the bytes and the final dot; line ends become CRLF and leading dots are doubled (RFC 5321, 4.5.2)."""
        body = LEADING_DOT.sub(b"..", LINE_END.sub(b"\r\n", mime))
        self._say(Stage.DATA, partial(self._smtp.docmd, "data"), wanted=3)
        self._wait(self._final_reply_seconds)
        reply = self._say(Stage.FINAL, partial(self._finish, body if body.endswith(b"\r\n") else body + b"\r\n"))
        self._unfinished = False
        return reply

    def close(self) -> None:
        """QUIT, and wait only a moment for the answer."""
        try:
            self._wait(GOODBYE_SECONDS)
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def _finish(self, body: bytes) -> tuple[int, bytes]:
        self._smtp.send(body + b".\r\n")
        return self._smtp.getreply()

    def _name_recipient(self, recipient: str) -> MailFailure | None:
        try:
            self._say(Stage.RECIPIENT, partial(self._smtp.rcpt, recipient))
        except (TemporaryFailure, PermanentFailure) as refusal:
            if refusal.reply is not None and refusal.reply.code == 421:
                raise
            return refusal
        return None

    def _say(self, stage: Stage, command: Callable[[], tuple[int, bytes]], wanted: int = 2) -> Reply:
        with _failing_at(stage):
            code, words = command()
            if code // 100 != wanted:
                raise smtplib.SMTPResponseException(code, words)
        return Reply.said(code, words)

    def _wait(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


@contextmanager
def _failing_at(stage: Stage) -> Iterator[None]:
    """Give smtplib's errors our names, with the stage they came at."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as problem:
        raise PermanentFailure(stage, None, str(problem)) from None
    except smtplib.SMTPResponseException as problem:
        raise _refusal(stage, problem.smtp_code, problem.smtp_error) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise LostConnection(stage, None, f"{type(problem).__name__}: {problem}") from None


def _refusal(stage: Stage, code: int, words: bytes | str) -> MailFailure:
    reply = Reply.said(code, words)
    kinds = {4: TemporaryFailure, 5: PermanentFailure}
    kind = kinds.get(code // 100)
    return kind(stage, reply) if kind else LostConnection(stage, None, f"an answer that is none: {code} {reply.text}")
