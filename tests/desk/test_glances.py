"""The desk's list of letters to look at, and the two answers."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.accounts.rules import RoleName
from app.audit import AuditEntry
from app.db import Database
from app.letters.models import Letter
from app.letters.rules import Channel, LetterState
from tests import make
from tests.desk.conftest import Enter
from tests.desk.visitor import Visitor

OWN = "I have known the street for thirty years. <b>Please</b>."


@pytest.fixture
def key(database: Database) -> str:
    with database.transaction() as session:
        campaign = make.campaign(session)
        by = make.supporter(session)
        return make.appeal(session, campaign, by, channels=[Channel.PLATFORM], letter_state=LetterState.HELD, rewritten=OWN).key


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Letter.state)))


def test_empty_list_says_what_would_be_here(coordinator: Visitor) -> None:
    coordinator.get("/desk/letters")
    assert "Nothing to look at." in coordinator.page
    assert "to look at</b>" not in coordinator.page


def test_held_letter_is_shown_as_its_writer_wrote_it(coordinator: Visitor, key: str) -> None:
    coordinator.get("/desk/letters")
    assert "1 to look at" in coordinator.page
    assert "Written freely." in coordinator.page
    assert "I have known the street for thirty years. &lt;b&gt;Please&lt;/b&gt;." in coordinator.page


@pytest.mark.parametrize(
    ("answer", "said", "state", "verb"),
    [
        ("go", "It goes out in its turn.", LetterState.WAITING, "let letters go"),
        ("back", "Given back. Its writer is told.", LetterState.RETURNED, "give letters back"),
    ],
)
def test_coordinator_answers(coordinator: Visitor, database: Database, key: str, answer: str, said: str, state: LetterState, verb: str) -> None:
    coordinator.get("/desk/letters")
    assert coordinator.send(f"/desk/letters/{key}/{answer}").status_code == 302
    coordinator.get("/desk/letters")
    assert said in coordinator.page
    assert states(database) == [state]
    with database.reading() as session:
        assert verb in set(session.scalars(select(AuditEntry.verb)))
    coordinator.send(f"/desk/letters/{key}/{answer}")
    coordinator.get("/desk/letters")
    assert "Somebody else has answered this one" in coordinator.page


@pytest.mark.parametrize("role", [RoleName.REVIEWER, RoleName.TRANSLATOR])
def test_others_read_no_letters(enter: Enter, key: str, role: RoleName, now: datetime) -> None:
    somebody = enter(role)
    assert somebody.get("/desk/letters").status_code == 403
    assert somebody.send(f"/desk/letters/{key}/go").status_code == 403
