"""`python -m bench.servers vigil|bare PORT`: the site, or bare Flask views to hold it against, on the very same server settings."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import clock
from app.commands import database, demo
from app.commands.serving import Server
from app.db import Database
from app.site import Bounds
from app.wiring import Wiring, wire
from config import Config

TABLE = "CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, line VARCHAR NOT NULL)"
SEQUENCE = "CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, line VARCHAR NOT NULL)"
PAGE = "bare.html"
"""In the instance folder: what the bare view answers, the same bytes as the page it is held against."""


class BareServer(Server):
    """The same gunicorn; only the app is another."""

    def load(self) -> Flask:
        return bare(self.wiring.config)

    def start_jobs(self, worker: Any) -> None:
        """There are none."""


def bare(config: Config) -> Flask:
    """A page that is a constant, and a form whose answer is one durable insert."""
    web = Flask("bare")
    page = (config.instance / PAGE).read_bytes()
    rows = Database(config.database_url)

    @web.get("/page")
    def show() -> bytes:
        return page

    @web.post("/insert")
    def insert() -> tuple[str, int]:
        with rows.transaction() as session:
            session.execute(text("INSERT INTO bare (line) VALUES (:line)"), {"line": "a row as small as they come"})
        return "", 303

    return web


def main(kind: str, port: int) -> None:
    config = Config.from_env()
    # Each address a benchmark makes up is a new one: the caps against floods stay in the code path and never close.
    config = replace(config, bounds=Bounds(confirmations_per_10_minutes=10**9))
    wiring = wire(config)
    _prepare(wiring)
    server = {"vigil": Server, "bare": BareServer}[kind]
    server(wiring, "127.0.0.1", port, 1, lambda: None).run()


def _prepare(wiring: Wiring) -> None:
    database.upgrade(wiring.database)
    demo.load(wiring, clock.now())
    with wiring.database.transaction() as session:
        session.execute(text(TABLE if wiring.database.on_sqlite else SEQUENCE))
    page: Path = wiring.config.instance / PAGE
    if not page.exists():
        page.write_bytes(b"")
    wiring.database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
