"""The captured outbox: each mail an .eml file. Nothing leaves the machine."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from app.mail.transport import Envelope, LostConnection, Reply, Stage, TemporaryFailure

UNFIT_FOR_A_NAME = re.compile(r"[^A-Za-z0-9@._+=-]")


@dataclass(frozen=True)
class FileTransport:
    outbox: Path

    def open(self) -> "FileSession":
        """The folder, made if it is missing."""
        try:
            self.outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise LostConnection(Stage.CONNECT, None, f"the outbox cannot be made: {problem.strerror}") from None
        return FileSession(self.outbox)


class FileSession:
    def __init__(self, outbox: Path) -> None:
        self.carried = 0
        self._outbox = outbox

    def offer(self, envelope: Envelope) -> None:
        """Everybody is accepted."""
        self.carried += 1

    def data(self, mime: bytes) -> Reply:
        """Keep the mail, durably, under its Message-ID: a repeat replaces its own file."""
        path = self._outbox / file_name(str(BytesHeaderParser().parsebytes(mime)["Message-ID"]))
        try:
            _write(path, mime)
        except OSError as problem:
            raise TemporaryFailure(Stage.FINAL, Reply(452, f"4.3.1 the outbox cannot be written: {problem.strerror}")) from None
        return Reply(250, "2.0.0 kept on this computer")

    def close(self) -> None:
        """Nothing is open."""


def file_name(message_id: str) -> str:
    """Where the mail with this Message-ID lies in the outbox."""
    return UNFIT_FOR_A_NAME.sub("_", message_id.strip().strip("<>")).lstrip(".") + ".eml"


def forget(outbox: Path, *, before: datetime) -> int:
    """Delete mails kept before a moment, and what a crash left half written. Returns how many files."""
    old = [path for path in outbox.glob("*.eml*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, content: bytes) -> None:
    half = path.with_name(path.name + ".part")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
