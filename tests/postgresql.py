"""PostgreSQL databases that live as long as a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import MetaData

SERVER = os.environ.get("VIGIL_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
EMPTY = """DO $$ DECLARE t text; filled bool; BEGIN FOREACH t IN ARRAY ARRAY[{tables}] LOOP
EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', t) INTO filled;
IF filled THEN EXECUTE format('TRUNCATE %I RESTART IDENTITY CASCADE', t); END IF; END LOOP; END $$"""


def missing() -> str | None:
    """Why there is no server to test on, None where there is one."""
    engine = create_engine(SERVER, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return None
    except OperationalError:
        url = make_url(SERVER)
        return f"no server at {url.host}:{url.port}"
    finally:
        engine.dispose()


@contextmanager
def scratch(purpose: str) -> Iterator[str]:
    """The address of a fresh database named after this process; dropped on leaving."""
    name = f"vigil_test_{purpose}_{os.getpid()}"
    _say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        _say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty(url: str, metadata: MetaData) -> None:
    """Delete all rows, and the number a test of migrations left; tables that hold none are left alone, which is what makes it quick."""
    engine = create_engine(url)
    tables = ", ".join(f"'{table.name}'" for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        connection.execute(text(EMPTY.format(tables=tables)))
    engine.dispose()


def _say(*statements: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
