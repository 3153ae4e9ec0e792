"""What sending costs at least: build the MIME, one durable commit, send by smtplib over one kept connection. And our outbox beside it.

`python bench/sending_limit.py [--database URL]` prints both. The letters bench uses `bare_rate`.
"""

import argparse
import smtplib
import sys
import tempfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import create_engine, make_url, text

from app import secrets
from app.db import Database
from app.deliveries import actions
from app.deliveries.jobs import send_due
from app.deliveries.queries import count_by_state
from app.deliveries.rules import Kind, State
from app.mail.message import Message
from app.models import metadata
from app.site import MailRoute, Site
from bench.sink import running

BODY = "Exma. Senhora Ministra,\n\n" + "\n\n".join(
    f"Escrevo sobre a família López, que vive há vinte anos na sua casa. Parágrafo {n}: peço-lhe que suspenda o despejo e que receba a família. " * 2
    for n in range(6)
)
NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)


def build(n: int) -> bytes:
    """The MIME of one letter, as the standard library makes it."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = "Ana Pérez <letters@vigil.example>"
    mail["To"] = "minister@housing.example"
    mail["Reply-To"] = "office@vigil.example"
    mail["Subject"] = f"The López family {n}"
    mail["Date"] = NOW
    mail["Message-ID"] = f"<bare-{n}@vigil.example>"
    mail["Content-Language"] = "pt"
    mail.set_content(BODY, charset="utf-8")
    return mail.as_bytes()


def bare_rate(database: Database, port: int, letters: int) -> float:
    """Letters a second of the bare loop: its commit is an UPDATE of one row, by the driver, on the same database."""
    with database.transaction() as session:
        session.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, state INTEGER)"))
        session.execute(text("INSERT INTO bare (id, state) VALUES (:id, 0)"), [{"id": n} for n in range(letters)])
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    mark = "?" if database.on_sqlite else "%s"
    with smtplib.SMTP("127.0.0.1", port, "bare.example") as smtp:
        begun = perf_counter()
        for n in range(letters):
            mime = build(n)
            cursor.execute(f"UPDATE bare SET state = 1 WHERE id = {mark}", (n,))
            connection.commit()
            smtp.sendmail("letters@vigil.example", ["minister@housing.example"], mime)
        rate = letters / (perf_counter() - begun)
    connection.close()
    with database.transaction() as session:
        session.execute(text("DROP TABLE bare"))
    return rate


def outbox_rate(database: Database, site: Site, letters: int) -> float:
    """Letters a second from queued to handed over, by the worker's own code. The letters are queued before the clock runs."""
    message = Message(("minister@housing.example",), "The López family", BODY, None, "Ana Pérez", site.letters_from, site.contact, language="pt")
    prepared = [actions.prepare(message, kind=Kind.LETTER, mail="letter", site=site, now=NOW) for _ in range(letters)]
    with database.transaction() as session:
        actions.queue_all(session, prepared)
    begun = perf_counter()
    while send_due(database, site, NOW):
        pass
    rate = letters / (perf_counter() - begun)
    with database.reading() as session:
        assert count_by_state(session)[State.HANDED_OVER] >= letters
    return rate


def site_for(port: int, **changes: object) -> Site:
    """A site whose relay is the sink."""
    values: dict[str, object] = {
        "name": "Bench",
        "contact": "office@vigil.example",
        "imprint": "Bench",
        "public_url": "http://127.0.0.1",
        "mail_from": "hello@vigil.example",
        "letters_from": "letters@vigil.example",
        "secret": "s" * 40,
        "route": MailRoute("smtp", host="127.0.0.1", port=port),
        "demo": False,
        "boot": "bench:1:0",
    }
    return Site(**(values | changes))  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite, or the address of an empty PostgreSQL database")
    parser.add_argument("--letters", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    secrets.install(["dGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdHM="], "l" * 40)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "taken") as port:
        url = f"sqlite:///{folder}/bench.sqlite3" if chosen.database == "sqlite" else chosen.database
        engine = create_engine(make_url(url))
        metadata.create_all(engine)
        database = Database(url)
        for _ in range(chosen.rounds):
            bare = bare_rate(database, port, chosen.letters)
            ours = outbox_rate(database, site_for(port, connections=chosen.connections), chosen.letters)
            print(f"bare loop {bare:7.0f} letters/s   outbox {ours:7.0f} letters/s   ratio {ours / bare:.2f}", flush=True)
        database.close()


if __name__ == "__main__":
    main()
