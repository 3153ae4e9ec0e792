"""Vigil as an operator runs it: commands in processes of their own, a server on a port of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

from config import ROOT
from tests.sink import free_port


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The process's environment without any setting of Vigil, and with these."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV"}}
    return kept | dict(settings)


def flask(*arguments: str, settings: Mapping[str, str], prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run `flask ...` to its end, at most a minute."""
    command = [*prefix, sys.executable, "-m", "flask", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, timeout=60)


class Server:
    """`flask serve` (or another command that serves) between `with` and its end."""

    def __init__(self, settings: Mapping[str, str], log: Path, *arguments: str, command: tuple[str, ...] = ("serve",)) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {"PUBLIC_URL": self.url, **settings}
        self._command = [sys.executable, "-m", "flask", *command, "--port", str(self.port), *arguments]
        self._log = log
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._log.open("wb")
        self.process = subprocess.Popen(self._command, cwd=ROOT, env=environment(self._settings), stdout=self._file, stderr=subprocess.STDOUT)
        end = time.monotonic() + 30
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise RuntimeError(f"the server did not start:\n{self.output}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_problem: object) -> None:
        if self.process.poll() is None:
            self.stop()
        if self._file is not None:
            self._file.close()

    @property
    def output(self) -> str:
        return self._log.read_text()

    def get(self, path: str) -> str:
        """The body of a page. Raises urllib.error.HTTPError."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, wait for it, and return its exit code."""
        self.process.send_signal(how)
        try:
            return self.process.wait(45)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def _answers(self) -> bool:
        try:
            self.get("/healthz")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True
