"""People who asked to be reminded, and what became of it."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.db import Database
from app.deliveries.models import Delivery
from app.letters.models import Appeal
from app.reminders.models import Reminder
from app.supporters.models import Supporter
from tests import make

DEADLINE = date(2026, 3, 24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asker(session: Session, campaign: Campaign, **changes: Any) -> Appeal:
    """A proven person in Madrid who asked to be reminded and has not written. `email`, `language` and `timezone` are theirs."""
    person = {name: changes.pop(name) for name in ("email", "language", "timezone", "name") if name in changes}
    supporter = make.supporter(session, **person)
    return make.appeal(session, campaign, supporter, **({"remind": True} | changes))


def planned(database: Database) -> list[tuple[int, datetime]]:
    """(step, due) of every reminder that is planned, in order."""
    with database.reading() as session:
        rows = session.execute(select(Reminder.step, Reminder.due_at).where(Reminder.state == "planned").order_by(Reminder.step, Reminder.due_at))
        return [(step, due_at) for step, due_at in rows]


def fates(database: Database) -> Counter[tuple[int, str, str | None]]:
    """How many reminders there are by step, state and reason."""
    with database.reading() as session:
        return Counter((row.step, row.state, row.reason) for row in session.scalars(select(Reminder)))


def mailed(database: Database) -> list[str]:
    """Who is being sent a reminder, by address, in the order of sending."""
    with database.reading() as session:
        reminders = select(Supporter.email).join(Reminder, Reminder.supporter_id == Supporter.id).join(Delivery, Delivery.id == Reminder.delivery_id)
        return list(session.scalars(reminders.where(Delivery.state != "cancelled").order_by(Delivery.id)))


def move_deadline(database: Database, slug: str, to: date) -> None:
    with database.transaction() as session:
        get_campaign(session, slug).edition.deadline_on = to
