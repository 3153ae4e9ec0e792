"""A mail server that takes everything at once and notes each Message-ID when it does. Its own process: `python bench/sink.py --record FILE`.

It prints its port on the first line. `--record` adds one Message-ID a line before the yes is sent, so that a reader who sees fewer lines
than senders got a yes has found a loss.
"""

import argparse
import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"
ANSWERS = {b"MAIL": b"250 2.1.0 OK\r\n", b"RCPT": b"250 2.1.5 OK\r\n", b"RSET": b"250 2.0.0 OK\r\n", b"NOOP": b"250 2.0.0 OK\r\n"}


class Conversation(asyncio.Protocol):
    """One SMTP connection."""

    def __init__(self, record: BinaryIO | None) -> None:
        self._record = record
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take():
            pass

    def _take(self) -> bool:
        end = END if self._in_data else b"\r\n"
        piece, found, rest = self._buffer.partition(end)
        if not found:
            return False
        self._buffer = rest
        if self._in_data:
            self._accept(piece)
        else:
            self._answer(piece[:4].upper())
        return True

    def _accept(self, mime: bytes) -> None:
        if self._record is not None:
            name = MESSAGE_ID.search(mime)
            self._record.write((name.group(1) if name else b"<none>") + b"\n")
        self._in_data = False
        self._transport.write(b"250 2.0.0 taken\r\n")

    def _answer(self, verb: bytes) -> None:
        if verb == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go on\r\n")
        elif verb in {b"EHLO", b"HELO"}:
            self._transport.write(b"250-sink.example\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 2.0.0 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(ANSWERS.get(verb, b"502 5.5.1 not known here\r\n"))


async def serve(port: int, record: BinaryIO | None) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(record), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running(record: Path | None = None) -> Iterator[int]:
    """A sink in another process; gives its port and ends it on leaving."""
    command = [sys.executable, str(Path(__file__).resolve()), *(["--record", str(record)] if record else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", type=Path)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.port, chosen.record.open("ab", buffering=0) if chosen.record else None))


if __name__ == "__main__":
    main()
