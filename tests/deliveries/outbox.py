"""Mails in the outbox, for the tests of this folder."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.db import Database
from app.deliveries import actions
from app.deliveries.models import Delivery, DeliveryAttempt
from app.deliveries.rules import Kind
from app.mail.message import Message
from app.site import MailRoute, Site

MESSAGE = Message(
    to=("minister@housing.example",),
    subject="The López family",
    text="Dear Minister,\n\nplease stop the eviction.\n\nAna Pérez\n",
    html=None,
    from_name="Ana Pérez",
    from_address="letters@vigil.example",
    reply_to="office@vigil.example",
)


def relayed(site: Site, port: int, **changes: Any) -> Site:
    """The site with a relay on this machine."""
    return replace(site, **{"route": MailRoute("smtp", host="127.0.0.1", port=port), "connections": 1, "final_reply_seconds": 5, **changes})


def put(
    database: Database, site: Site, now: datetime, *, number: int = 1, kind: Kind = Kind.LETTER, message: Message = MESSAGE, **more: Any
) -> list[int]:
    """Queue mails; gives their ids."""
    mail = "letter" if kind is Kind.LETTER else "confirm"
    prepared = [actions.prepare(message, kind=kind, mail=mail, site=site, now=now, **more) for _ in range(number)]
    with database.transaction() as session:
        return [delivery.id for delivery in actions.queue_all(session, prepared)]


def change(database: Database, delivery_id: int, **values: Any) -> None:
    """Set columns of a row as no code of ours would."""
    with database.transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(values))


def get(database: Database, delivery_id: int) -> Delivery:
    with database.reading() as session:
        found = session.get_one(Delivery, delivery_id)
        session.expunge(found)
        return found


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(Counter(session.scalars(select(Delivery.state))))


def attempts(database: Database, delivery_id: int) -> list[DeliveryAttempt]:
    with database.reading() as session:
        found = list(session.scalars(select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id).order_by(DeliveryAttempt.id)))
        session.expunge_all()
        return found
