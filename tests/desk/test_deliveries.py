"""Mails in doubt are settled by a person, after a question."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.db import Database
from app.deliveries import actions
from app.deliveries.models import Delivery
from app.deliveries.rules import Kind, State
from app.letters.rules import Channel, LetterState
from app.mail.message import Message
from app.site import Site
from tests import make
from tests.desk.visitor import Visitor


@pytest.fixture
def delivery_id(database: Database, site: Site, now: datetime) -> int:
    mail = Message(("minister@housing.example",), "Subject", "Text", None, "Ana", "letters@vigil.example", None)
    prepared = actions.prepare(mail, kind=Kind.LETTER, mail="letter", site=site, now=now)
    with database.transaction() as session:
        (delivery,) = actions.queue_all(session, [prepared])
        delivery.state, delivery.attempt, delivery.reason = State.IN_DOUBT, 1, "the line broke"
        appeal = make.appeal(session, None, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.IN_DOUBT)
        appeal.letters[0].delivery_id = delivery.id
        session.flush()
        return delivery.id


def _state(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(Delivery.state)).one()


def test_mail_in_doubt_is_shown_with_what_is_known_of_it(coordinator: Visitor, delivery_id: int, database: Database) -> None:
    coordinator.get("/desk/deliveries")
    with database.reading() as session:
        message_id = session.scalars(select(Delivery.message_id)).one()
    for words in ("Helena Matos, Minister of Housing", "the line broke", message_id.strip("<>"), "1 in doubt"):
        assert words in coordinator.page
    assert "ana@" not in coordinator.page, "no supporter is named"


@pytest.mark.parametrize(("verdict", "state"), [("sent", "handed_over"), ("again", "queued")])
def test_mail_in_doubt_is_settled_only_after_the_question(
    coordinator: Visitor, delivery_id: int, database: Database, verdict: str, state: str
) -> None:
    coordinator.get(f"/desk/deliveries/{delivery_id}/{verdict}")
    assert _state(database) == "in_doubt"
    assert coordinator.send(f"/desk/deliveries/{delivery_id}/{verdict}").status_code == 302
    assert _state(database) == state
    coordinator.get("/desk/deliveries")
    assert "Every mail is known" in coordinator.page


def test_settling_twice_says_that_it_is_settled(coordinator: Visitor, delivery_id: int, database: Database) -> None:
    coordinator.get(f"/desk/deliveries/{delivery_id}/sent")
    coordinator.send(f"/desk/deliveries/{delivery_id}/sent")
    coordinator.get(f"/desk/deliveries/{delivery_id}/again")
    answer = coordinator.send(f"/desk/deliveries/{delivery_id}/again")
    coordinator.get(answer.headers["Location"])
    assert "is not in doubt" in coordinator.page
    assert _state(database) == "handed_over"


def test_unknown_delivery_or_verdict_is_not_found(coordinator: Visitor, delivery_id: int) -> None:
    assert coordinator.get("/desk/deliveries/999/sent").status_code == 404
    assert coordinator.get(f"/desk/deliveries/{delivery_id}/lost").status_code == 404
