"""Fixtures of the whole suite. It runs on SQLite, and with `--database postgresql` the same tests run on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from app import clock, secrets
from app.db import Database, make_engine
from app.site import Bounds, Site
from app.wiring import site_of
from config import Config
from tests import postgresql, redis_server
from tests.browser import chromium
from tests.sink import Sink

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
KEYS = {
    "SECRET_KEY": "secret key of the tests, long enough to be taken",
    "DATA_KEY": "dGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdHM=",
    "LOOKUP_KEY": "lookup key of the tests, long enough to be taken",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default=os.environ.get("VIGIL_TEST_DATABASE", "sqlite"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database, and what needs a browser or Redis where there is none; `make test` says so."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[config.getoption("--database")]
    left_out = [item for item in items if item.get_closest_marker(other)]
    if chromium() is None:
        left_out += [item for item in items if item.get_closest_marker("browser")]
    if any(item.get_closest_marker("redis") for item in items) and redis_server.missing():
        left_out += [item for item in items if item.get_closest_marker("redis")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    secrets.install([KEYS["DATA_KEY"]], KEYS["LOOKUP_KEY"])


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from app.models import metadata

    path = tmp_path_factory.mktemp("schema") / "template.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgresql_url() -> Iterator[str]:
    """A database of this test process alone, with the schema; dropped at the end."""
    from app.models import metadata

    with postgresql.scratch("suite") as url:
        engine = create_engine(url)
        metadata.create_all(engine)
        engine.dispose()
        yield url


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database with all tables."""
    if database_kind == "sqlite":
        path = tmp_path / "vigil.sqlite3"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    from app.models import metadata

    url = str(request.getfixturevalue("_postgresql_url"))
    postgresql.empty(url, metadata)
    return url


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with postgresql.scratch("empty") as url:
        yield url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    config = Config.from_env(
        {
            **KEYS,
            "VIGIL_ENV": "test",
            "DATABASE_URL": database_url,
            "INSTANCE_PATH": str(tmp_path),
            "SITE_NAME": "Vigil Lisboa",
        }
    )
    return replace(config, bounds=Bounds(glance_seconds=0))  # what a test changed is seen at once


@pytest.fixture
def site(config: Config) -> Site:
    return site_of(config)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = Database(config.database_url)
    yield database
    database.close()


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    from app.factory import create_app

    web = create_app(config)
    yield web
    web.extensions["vigil"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment the tests live at. Doors see it too: the clock of the process starts there and runs on."""
    monkeypatch.setattr(clock, "_shift", NOW - datetime.now(UTC))
    return NOW


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A mail server that keeps what it takes."""
    with Sink() as sink:
        yield sink
