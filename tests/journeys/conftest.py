"""Vigil running as an operator runs it, with a real mail server behind it, and a real browser in front."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config import ROOT
from tests.browser import chromium
from tests.conftest import KEYS
from tests.server import Server, environment, flask
from tests.sink import Received, Sink

STAFF, PASSWORD = "rosa@vigil.example", "a long sentence only Rosa knows"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]


@dataclass
class Running:
    """A served site and what it sends."""

    server: Server
    settings: dict[str, str]
    sink: Sink

    @property
    def url(self) -> str:
        return self.server.url

    def run(self, *arguments: str) -> str:
        """What `flask ...` prints, on the same site."""
        done = flask(*arguments, settings={"PUBLIC_URL": self.url, **self.settings})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def show(self, slug: str) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.run("campaigns", "show", slug, "--json"))
        return shown

    def mail_to(self, address: str, *, seconds: float = 20) -> Received:
        """The newest mail to an address, waited for."""
        return until(lambda: next((mail for mail in reversed(self.sink.received) if address in mail.recipients), None), seconds=seconds)


def until(look: Callable[[], Any], *, seconds: float = 20) -> Any:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def running(empty_database_url: str, tmp_path: Path, smtp_sink: Sink) -> Iterator[Running]:
    """The site served on an empty, migrated database, with one coordinator; on PostgreSQL with its worker."""
    settings = {
        **KEYS,
        "VIGIL_ENV": "test",
        "DATABASE_URL": empty_database_url,
        "INSTANCE_PATH": str(tmp_path / "instance"),
        "MAIL_URL": f"smtp://127.0.0.1:{smtp_sink.port}",
        "SITE_NAME": "Vigil Lisboa",
    }
    assert flask("db", "upgrade", settings=settings).returncode == 0
    create = [sys.executable, "-m", "flask", "staff", "create", STAFF, "--role", "coordinator", "--password-stdin"]
    subprocess.run(create, cwd=ROOT, env=environment(settings), input=PASSWORD + "\n", text=True, check=True, capture_output=True, timeout=60)
    with Server(settings, tmp_path / "server.log") as server, _worker({"PUBLIC_URL": server.url, **settings}, tmp_path):
        yield Running(server, settings, smtp_sink)


class _worker:  # noqa: N801 (reads as the verb it is)
    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self._settings, self._log = settings, folder / "worker.log"

    def __enter__(self) -> None:
        self._process = None
        if self._settings["DATABASE_URL"].startswith("postgresql"):
            command = [sys.executable, "-m", "flask", "worker"]
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(command, cwd=ROOT, env=environment(self._settings), stdout=log, stderr=log)

    def __exit__(self, *_problem: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(45)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of its own context; what the browser complains about on its console fails the test."""
    contexts, complaints = [], []

    def open_one(*, phone: bool = False, javascript: bool = True, language: str = "en", **more: Any) -> Page:
        viewport = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(viewport=viewport, java_script_enabled=javascript, locale=language, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints
