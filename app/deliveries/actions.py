"""Putting mails into the outbox, taking them back, settling those in doubt, forgetting what they said."""

import secrets as random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from app import secrets
from app.deliveries import moves, queries
from app.deliveries.models import Delivery, DeliveryContent
from app.deliveries.moves import Claim, Ending
from app.deliveries.rules import CANCELLABLE, FINAL, Kind, State, gives_up_at
from app.errors import Refused
from app.i18n import N_
from app.mail.message import Message, build
from app.site import Site

STORE_DELIVERY = insert(Delivery.__table__).returning(Delivery.id)  # type: ignore[arg-type]
CONTENT = DeliveryContent.__table__
STORE_CONTENT = insert(CONTENT).values(  # type: ignore[arg-type]
    {
        "delivery_id": bindparam("delivery_id"),
        "sender": bindparam("sender"),
        "recipient_hash": bindparam("recipient_hash"),
        "recipients": bindparam("recipients", type_=LargeBinary),  # sealed before the transaction, so not by the column type again
        "mime": bindparam("mime", type_=LargeBinary),
    }
)


@dataclass(frozen=True)
class Prepared:
    """A mail rendered and encrypted, ready for `queue`. Made outside any transaction."""

    kind: Kind
    mail: str
    message_id: str
    domain: str
    due_at: datetime
    expires_at: datetime
    queued_at: datetime
    sender: str
    recipient_hash: str
    recipients: bytes
    mime: bytes


class Verdict(StrEnum):
    """What a human says of a mail in doubt."""

    SENT = "sent"
    AGAIN = "again"


def prepare(
    message: Message, *, kind: Kind, mail: str, site: Site, now: datetime, due_at: datetime | None = None, expires_at: datetime | None = None
) -> Prepared:
    """The final bytes of a mail under a new Message-ID; they are the same on every attempt.

    `mail` names it: its folder under templates/emails, or `letter`. It is given up at `expires_at`, at the latest five days after `due_at`.
    """
    due_at = due_at or now
    sender, domain = (site.letters_from, site.letters_domain) if kind is Kind.LETTER else (site.mail_from, site.mail_domain)
    message_id = f"<{random.token_hex(16)}@{domain}>"
    return Prepared(
        kind=kind,
        mail=mail,
        message_id=message_id,
        domain=message.to[0].rpartition("@")[2],
        due_at=due_at,
        expires_at=gives_up_at(expires_at, due_at),
        queued_at=now,
        sender=sender,
        recipient_hash=secrets.lookup(message.to[0].casefold()),
        recipients=secrets.seal("\n".join(message.to).encode()),
        mime=secrets.seal(build(message, message_id=message_id, date=now)),
    )


def queue(session: Session, prepared: Prepared) -> int:
    """Put a mail into the outbox; it leaves once the caller's transaction is committed. Returns the delivery's id."""
    connection = session.connection()
    delivery_id: int = connection.execute(STORE_DELIVERY, _row(prepared)).scalar_one()
    connection.execute(STORE_CONTENT, _content(delivery_id, prepared))
    return delivery_id


def queue_all(session: Session, prepared: Sequence[Prepared]) -> list[Delivery]:
    """Put many mails into the outbox, in one statement for the rows and one for the contents. The deliveries come back in the same order."""
    if not prepared:
        return []
    rows = [_row(one) for one in prepared]
    made = list(session.scalars(insert(Delivery).returning(Delivery, sort_by_parameter_order=True), rows))
    session.execute(STORE_CONTENT, [_content(delivery.id, one) for delivery, one in zip(made, prepared, strict=True)])
    return made


def _row(prepared: Prepared) -> dict[str, object]:
    plain = {name: getattr(prepared, name) for name in ("kind", "mail", "message_id", "domain", "due_at", "expires_at", "queued_at")}
    return {**plain, "state": State.QUEUED, "state_at": prepared.queued_at, "attempt": 0, "tries": 0, "captured": False, "unread": False}


def _content(delivery_id: int, prepared: Prepared) -> dict[str, object]:
    sealed = {name: getattr(prepared, name) for name in ("sender", "recipient_hash", "recipients", "mime")}
    return {"delivery_id": delivery_id, **sealed}


def cancel(session: Session, delivery_id: int, *, now: datetime) -> bool:
    """Take a mail back; True = it will never leave. False: it has left, is on the line at this moment, or had ended before."""
    here = session.execute(select(Delivery.attempt, Delivery.state).where(Delivery.id == delivery_id).with_for_update()).one_or_none()
    if here is None or here.state not in CANCELLABLE:
        return False
    return moves.move(session, delivery_id, here.attempt, State(here.state), State.CANCELLED, now=now)


def resolve(session: Session, delivery_id: int, verdict: Verdict, *, actor: str, now: datetime) -> None:
    """Settle a mail in doubt by what a human found out. Raises NotFound, or Refused when there is no doubt or it cannot go again."""
    delivery = queries.get_delivery(session, delivery_id)
    if delivery.state != State.IN_DOUBT:
        raise Refused(N_("Delivery %(id)s is not in doubt: it is %(state)s."), id=delivery_id, state=delivery.state)
    if verdict is Verdict.AGAIN:
        _send_again(session, delivery, now=now)
    else:
        kind = Kind(delivery.kind)
        claim = Claim(delivery.id, delivery.attempt, kind, delivery.tries, delivery.due_at, delivery.expires_at)
        said = Ending(claim, State.IN_DOUBT, State.HANDED_OVER, actor, now, now, tries=delivery.tries, text="sent, as somebody found out")
        moves.end(session, said)
    session.refresh(delivery)


def _send_again(session: Session, delivery: Delivery, *, now: datetime) -> None:
    if session.get(DeliveryContent, delivery.id) is None:
        raise Refused(N_("Delivery %(id)s cannot go again: what it said has been deleted."), id=delivery.id)
    if delivery.expires_at <= now:
        raise Refused(N_("Delivery %(id)s cannot go again: its time was over on %(day)s."), id=delivery.id, day=delivery.expires_at.date())
    moves.move(session, delivery.id, delivery.attempt, State.IN_DOUBT, State.QUEUED, now=now, due_at=now)


def claim_news(session: Session, limit: int, *, mails: Collection[str]) -> list[Delivery]:
    """Deliveries of these mails whose end, or doubt, nobody has taken note of; taken note of in the caller's transaction. Oldest first."""
    news = (
        select(Delivery.id)
        .where(text("unread"), Delivery.mail.in_(mails))
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("news")
    )
    read = update(Delivery).where(Delivery.id.in_(select(news.c.id))).values(unread=False).returning(Delivery)
    found = session.scalars(read, execution_options={"synchronize_session": False, "populate_existing": True}).all()
    return sorted(found, key=lambda delivery: delivery.id)


def forget_contents(session: Session, *, before: datetime, limit: int = 500) -> int:
    """Delete what up to `limit` mails said that ended, or fell into doubt, before a moment. Returns how many."""
    old = (
        select(DeliveryContent.delivery_id)
        .join(Delivery, Delivery.id == DeliveryContent.delivery_id)
        .where(Delivery.state.in_([*FINAL, State.IN_DOUBT]), Delivery.state_at < before)
        .limit(limit)
    )
    return session.connection().execute(delete(CONTENT).where(CONTENT.c.delivery_id.in_(old))).rowcount  # type: ignore[arg-type]


def erase(session: Session, delivery_ids: Collection[int] = (), *, recipient_hash: str | None = None) -> list[str]:
    """Delete what these mails said, and all mails to one recipient; what has not left is cancelled. Returns their Message-IDs.

    The rows stay, without personal data. With captured mail the caller also removes the files (`app.mail.file`) once this is committed.
    """
    ids = set(delivery_ids)
    if recipient_hash is not None:
        ids |= set(session.scalars(select(DeliveryContent.delivery_id).where(DeliveryContent.recipient_hash == recipient_hash)))
    now = queries.database_time(session)
    for delivery_id in sorted(ids):
        cancel(session, delivery_id, now=now)
    session.execute(delete(DeliveryContent).where(DeliveryContent.delivery_id.in_(ids)))
    return list(session.scalars(select(Delivery.message_id).where(Delivery.id.in_(ids))))
