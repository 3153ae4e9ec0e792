"""A client that asks as fast as it is answered, over connections that are kept."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Self

Request = Callable[[], bytes]
"""Gives the bytes of the next request; called by several threads."""


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, form: str) -> bytes:
    body = form.encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def per_second(port: int, request: Request, status: int, *, seconds: float, connections: int = 8) -> float:
    """Answers per second. Raises RuntimeError when one has another status than expected."""
    counts, problems = [0] * connections, list[BaseException]()
    end = time.perf_counter() + seconds

    def ask(at: int) -> None:
        try:
            with Connection(port) as connection:
                while time.perf_counter() < end:
                    connection.ask(request(), status)
                    counts[at] += 1
        except BaseException as problem:  # noqa: BLE001 (told to the caller)
            problems.append(problem)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(at,)) for at in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise RuntimeError(f"a request failed: {problems[0]!r}") from problems[0]
    return sum(counts) / (time.perf_counter() - began)


class Connection:
    """HTTP/1.1 over one socket, no more of it than a measure needs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._read = b""
        self._socket = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._socket.close()

    def ask(self, request: bytes, status: int) -> bytes:
        """The body of the answer, which must have this status."""
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        if int(head.split(b" ", 2)[1]) != status:
            raise RuntimeError(f"{head.splitlines()[0].decode()} instead of {status}: {body[:300]!r}")
        if fields.get(b"connection") == b"close":
            self._socket.close()
            self._read, self._socket = b"", self._connect()
        return body

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), 30)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _more(self) -> None:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server hung up")
        self._read += chunk
