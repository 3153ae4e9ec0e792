"""Reading the outbox."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session

from app.deliveries.models import Delivery
from app.deliveries.rules import State
from app.errors import NotFound


def get_delivery(session: Session, delivery_id: int) -> Delivery:
    """The delivery with its content. Raises NotFound."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound
    return found


def list_deliveries(session: Session, *, state: State | None = None, limit: int = 100) -> Sequence[Delivery]:
    """Deliveries, latest change first."""
    query = select(Delivery).order_by(Delivery.state_at.desc(), Delivery.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Delivery.state == state)
    return session.scalars(query).all()


def count_by_state(session: Session) -> Mapping[State, int]:
    """How many deliveries there are in each state that any is in; the sum is all that were ever queued."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
    return {State(state): n for state, n in sorted(rows)}


def database_time(session: Session) -> datetime:
    """This moment by the clock of the database: leases of workers on several machines are timed by one clock."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.fromisoformat(session.scalars(select(func.strftime("%Y-%m-%d %H:%M:%f", "now"))).one()).replace(tzinfo=UTC)
    return session.scalars(select(func.clock_timestamp(type_=DateTime(timezone=True)))).one()
