"""`flask serve`: the web server, and on one machine the jobs with it. What would keep it from working is said before it starts."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app import clock
from app.commands.checks import check_instance, check_port, check_tables, pretend
from app.jobs import engine
from app.wiring import Wiring

THREADS = 8
GRACE_SECONDS = 30
"""How long a stop waits for requests and jobs that are under way."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Web processes; more than one needs PostgreSQL.")
@click.option("--now", "moment", help="Pretend it is this moment (ISO 8601); for demos and tests only.")
@click.pass_obj
def serve_command(wiring: Wiring, host: str, port: int, workers: int, moment: str | None) -> None:
    """Serve the site. On SQLite the jobs run here too; on PostgreSQL `flask worker` runs them."""
    serve(wiring, host=host, port=port, workers=workers, moment=moment)


def serve(wiring: Wiring, *, host: str, port: int, workers: int = 1, moment: str | None = None, ready: Callable[[], None] | None = None) -> None:
    """Serve until stopped. `ready` is called when connections are taken. Raises ClickException when it cannot start."""
    pretend(wiring, moment)
    if workers > 1 and wiring.config.on_sqlite:
        raise click.ClickException("SQLite is written by one process: leave out --workers, or set DATABASE_URL to PostgreSQL.")
    check_port(host, port)
    check_instance(wiring.config.instance)
    check_tables(wiring)
    wiring.database.close()  # no connection may cross the fork
    Server(wiring, host, port, workers, ready or (lambda: _say_ready(wiring, host, port))).run()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told everything here: no file and no environment variable changes it."""

    def __init__(self, wiring: Wiring, host: str, port: int, workers: int, ready: Callable[[], None]) -> None:
        self.wiring = wiring
        self.ticker: engine.Ticker | None = None
        self.settings: dict[str, Any] = {
            "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "loglevel": "error",  # a warning of it names addresses and paths, and paths hold personal links
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: ready(),
            "post_worker_init": self.start_jobs,
            "worker_exit": self.stop_jobs,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app of one web process: made after the fork, so that each has its own name and connections."""
        from app.factory import create_app

        return create_app(self.wiring.config)

    def start_jobs(self, worker: Any) -> None:
        if self.wiring.config.on_sqlite:
            self.ticker = engine.start(worker.app.wsgi().extensions["vigil"])

    def stop_jobs(self, _arbiter: Any, _worker: Any) -> None:
        if self.ticker is not None:
            self.ticker.stop()


def _say_ready(wiring: Wiring, host: str, port: int) -> None:
    click.echo(f"Vigil listens on http://{host}:{port}, its public address is {wiring.config.public_url}")
    if clock.now().date() != clock.machine().date():
        click.echo(f"Here it is {clock.now():%Y-%m-%d}.")
    if not wiring.config.on_sqlite:
        click.echo("Mail and reminders are sent by `flask worker`: see that one runs.")
