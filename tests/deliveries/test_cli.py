from datetime import datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app.audit import AuditEntry
from app.db import Database
from app.deliveries.cli import group
from app.deliveries.rules import State
from app.site import Site
from app.wiring import Wiring
from config import Config
from tests.deliveries.outbox import change, get, put


@pytest.fixture
def wiring(config: Config, site: Site, database: Database) -> Wiring:
    return Wiring(config, site, database)


def run(wiring: Wiring, *words: str) -> Result:
    return CliRunner().invoke(group, list(words), obj=wiring)


def test_empty_outbox_says_so(wiring: Wiring) -> None:
    result = run(wiring, "list")
    assert (result.exit_code, result.output) == (0, "The outbox is empty: nothing was ever queued.\n")


def test_list_shows_deliveries_counts_and_what_to_do_with_doubts(wiring: Wiring, now: datetime) -> None:
    first, second = put(wiring.database, wiring.site, now, number=2)
    change(wiring.database, first, state=State.IN_DOUBT, reason="its worker died")
    lines = run(wiring, "list").output.splitlines()
    assert len(lines) == 4
    assert get(wiring.database, first).message_id in "\n".join(lines)
    assert "minister@" not in "\n".join(lines)
    assert lines[2] == "1 in_doubt, 1 queued"
    assert "resolve ID sent|again" in lines[3]
    assert second


def test_list_can_be_narrowed_to_a_state(wiring: Wiring, now: datetime) -> None:
    first, second = put(wiring.database, wiring.site, now, number=2)
    change(wiring.database, first, state=State.REJECTED, code=550, reason="5.1.1 unknown")
    output = run(wiring, "list", "--state", "rejected").output
    assert "550 5.1.1 unknown" in output
    assert get(wiring.database, second).message_id not in output
    assert run(wiring, "list", "--state", "lost").exit_code == 2


@pytest.mark.parametrize(("verdict", "state"), [("sent", State.HANDED_OVER), ("again", State.QUEUED)])
def test_doubt_is_resolved_and_audited(wiring: Wiring, now: datetime, verdict: str, state: State) -> None:
    (delivery_id,) = put(wiring.database, wiring.site, now)
    change(wiring.database, delivery_id, state=State.IN_DOUBT)
    result = run(wiring, "resolve", str(delivery_id), verdict)
    assert (result.exit_code, result.output) == (0, f"Delivery {delivery_id} is settled: {verdict}.\n")
    assert get(wiring.database, delivery_id).state == state
    with wiring.database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.verb, entry.subject, entry.details) == (
            "command line",
            "resolved",
            f"delivery {delivery_id}",
            {"verdict": verdict},
        )


def test_what_cannot_be_resolved_is_said_plainly(wiring: Wiring, now: datetime) -> None:
    (delivery_id,) = put(wiring.database, wiring.site, now)
    refused = run(wiring, "resolve", str(delivery_id), "sent")
    assert (refused.exit_code, refused.output) == (1, f"Error: Delivery {delivery_id} is not in doubt: it is queued.\n")
    missing = run(wiring, "resolve", "99", "sent")
    assert (missing.exit_code, missing.output) == (1, "Error: There is no delivery 99.\n")
