"""What would keep a server from working, found before it starts: one clear line each."""

import errno
import socket
import tempfile
from pathlib import Path

import click

from app import clock
from app.commands import database
from app.wiring import Wiring
from config import Environment


def pretend(wiring: Wiring, moment: str | None) -> None:
    """Set the clock of this process, where that can do no harm. Raises ClickException."""
    if moment is None:
        return
    if wiring.config.environment is Environment.PRODUCTION:
        raise click.ClickException("--now is for demos and tests: a site in production lives in the present.")
    try:
        clock.pretend(clock.parse(moment))
    except ValueError:
        raise click.ClickException(f"--now {moment} is no date or time: write it as 2026-03-10 or 2026-03-10T10:00.") from None


def check_port(host: str, port: int) -> None:
    """Raise ClickException where nothing can listen there."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, OverflowError):
        raise click.ClickException(f"{host} port {port} is no address of this machine.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as problem:
            raise click.ClickException(_port_problem(host, port, problem)) from None


def _port_problem(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"port {port} is taken: stop what uses it, or choose another one (flask serve --port {port + 1}, make run PORT={port + 1})."
    if problem.errno == errno.EACCES:
        return f"port {port} needs root: choose one above 1023 and put a proxy in front (docs/operate.md)."
    return f"{host} port {port} cannot be used: {problem.strerror}."


def check_instance(instance: Path) -> None:
    """Raise ClickException where the instance folder cannot be written."""
    try:
        probe_writing(instance)
    except OSError as problem:
        raise click.ClickException(f"{instance} cannot be written ({problem.strerror}): set INSTANCE_PATH to a folder Vigil may write to.") from None


def probe_writing(folder: Path) -> None:
    """Make the folder if it is missing, and a file in it that is deleted again. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"probe")


def check_tables(wiring: Wiring) -> None:
    """Raise ClickException where the database is away or not at this version's migration."""
    at = database.current_or_refuse(wiring.database)
    if at != database.head():
        raise click.ClickException(database.advice(at))
