"""Signing up, proving, sending, reporting, taking back: each through the real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import secrets
from app.campaigns.models import Campaign, Count, Total
from app.campaigns.queries import get_terms
from app.campaigns.rules import State as CampaignState
from app.db import Database
from app.deliveries.models import Delivery, DeliveryContent
from app.errors import Conflict, NotFound, Refused
from app.letters import actions, queries
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, Channel, SignUp, Words
from app.site import Site
from app.supporters.models import AddressCap, Supporter
from tests import make

DAY = timedelta(days=1)


def wish(email: str = "Eva.Gil@Mail.example", **changes: object) -> SignUp:
    values = {"email": email, "name": "Eva  Gil", "country": "ES", "language": "es", "letter_language": "es", "place": "Cádiz"}
    return SignUp(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def slug(database: Database) -> str:
    with database.transaction() as session:
        official = make.target(session)
        office = make.target(session, name="", role="Ombudsperson", emails=[], fax="+351 21 000 00 00")
        return make.campaign(session, targets=[official], copies=[office]).slug


def sign_up(database: Database, slug: str, site: Site, now: datetime, request: SignUp | None = None) -> str:
    with database.reading() as session:
        plan = actions.plan_sign_up(get_terms(session, slug, now), request or wish(), site=site, now=now)
    with database.transaction() as session:
        return actions.sign_up(session, plan, site=site, now=now)


def confirm(database: Database, key: str, site: Site, now: datetime, *, take_over: bool = True) -> str:
    with database.transaction() as session:
        return actions.confirm(session, queries.get_appeal(session, key), take_over=take_over, site=site, now=now).key


def states(session: Session, key: str) -> dict[tuple[str, str], str]:
    """(role, channel) -> state of each letter of an appeal."""
    return {(letter.target.role, letter.channel): letter.state for letter in queries.get_appeal(session, key).letters}


def people(session: Session) -> dict[str, int]:
    rows = session.execute(select(Total.evidence, Total.n).where(Total.measure == "people", Total.n != 0))
    return dict(rows.all())


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


MINISTER = "Minister of Housing"


def test_a_sign_up_makes_a_draft_and_one_confirmation_and_no_supporter(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.reading() as session:
        appeal = queries.get_appeal(session, key)
        assert (appeal.state, appeal.name, appeal.place, appeal.supporter_id) == (AppealState.DRAFT, "Eva Gil", "Cádiz", None)
        assert states(session, key) == {(MINISTER, "platform"): "prepared"}
        assert count(session, Supporter) == 0
        assert session.scalars(select(Delivery.mail)).all() == ["confirm"]


def test_the_same_address_is_found_however_it_is_written(database: Database, slug: str, site: Site, now: datetime) -> None:
    sign_up(database, slug, site, now, wish("eva.gil@mail.example"))
    sign_up(database, slug, site, now, wish("EVA.GIL@MAIL.example"))
    with database.reading() as session:
        assert count(session, Appeal) == 2
        assert count(session, AddressCap) == 1


def test_a_second_sign_up_within_a_day_is_not_mailed_again(database: Database, slug: str, site: Site, now: datetime) -> None:
    for hours in (0, 1, 23):
        sign_up(database, slug, site, now + timedelta(hours=hours))
    with database.reading() as session:
        assert count(session, Delivery) == 1


def test_an_address_nobody_proves_is_mailed_three_times_ever(database: Database, slug: str, site: Site, now: datetime) -> None:
    for days in range(6):
        sign_up(database, slug, site, now + days * DAY)
    with database.reading() as session:
        assert count(session, Delivery) == 3


def test_proving_an_address_makes_the_next_sign_up_mailable_at_once(database: Database, slug: str, site: Site, now: datetime) -> None:
    confirm(database, sign_up(database, slug, site, now), site, now)
    sign_up(database, slug, site, now + timedelta(minutes=5))
    with database.reading() as session:
        assert session.scalars(select(Delivery.mail)).all() == ["confirm", "confirm"]


def test_past_the_breaker_confirmations_wait_an_hour_and_are_not_lost(database: Database, slug: str, now: datetime, site: Site) -> None:
    from dataclasses import replace

    narrow = replace(site, confirmations_per_10_minutes=2)
    for n in range(3):
        sign_up(database, slug, narrow, now, wish(f"p{n}@mail.example"))
    with database.reading() as session:
        assert sorted(session.scalars(select(Delivery.due_at))) == [now, now, now + timedelta(hours=1)]


def test_confirming_puts_the_letter_in_line_and_keeps_one_supporter(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    assert confirm(database, key, site, now) == key
    assert confirm(database, key, site, now) == key
    with database.reading() as session:
        assert states(session, key) == {(MINISTER, "platform"): "waiting"}
        supporter = session.scalars(select(Supporter)).one()
        assert (supporter.email_hash, supporter.timezone) == (secrets.lookup("eva.gil@mail.example"), "Europe/Madrid")
        assert count(session, AddressCap) == 0
        assert people(session) == {}


def test_a_second_appeal_can_be_kept_out(database: Database, slug: str, site: Site, now: datetime) -> None:
    first = confirm(database, sign_up(database, slug, site, now), site, now)
    second = sign_up(database, slug, site, now, wish(name="Somebody Else", remind=True))
    assert confirm(database, second, site, now, take_over=False) == first
    with database.reading() as session:
        appeal = queries.get_appeal(session, first)
        assert (appeal.name, appeal.remind) == ("Eva Gil", True)
        assert queries.get_appeal(session, second).state == AppealState.SUPERSEDED


def test_a_second_appeal_can_take_over_what_still_waits(database: Database, slug: str, site: Site, now: datetime) -> None:
    first = confirm(database, sign_up(database, slug, site, now), site, now)
    second = sign_up(database, slug, site, now, wish(name="Eva María Gil", letter_language="en"))
    with database.transaction() as session:
        words = Words(personal_lines="I taught there.", letter_language="en")
        actions.save_words(session, queries.get_appeal(session, second), words, site=site, now=now)
    assert confirm(database, second, site, now) == first
    assert confirm(database, second, site, now) == first
    with database.reading() as session:
        appeal = queries.get_appeal(session, first)
        assert (appeal.name, appeal.personal_lines, appeal.letter_language) == ("Eva María Gil", "I taught there.", "en")
        assert states(session, first) == {(MINISTER, "platform"): "waiting"}
        assert count(session, Letter) == 1


def test_many_confirming_at_once_end_in_one_supporter_and_one_proven_appeal(database: Database, slug: str, site: Site, now: datetime) -> None:
    keys = [sign_up(database, slug, site, now) for _ in range(6)]

    def attempt(key: str) -> None:
        for _ in range(5):
            try:
                confirm(database, key, site, now)
                return
            except Conflict:
                continue
        raise AssertionError("never got through")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, keys))
    with database.reading() as session:
        assert count(session, Supporter) == 1
        assert session.scalars(select(Appeal.state).order_by(Appeal.state)).all() == ["proven"] + ["superseded"] * 5
        assert count(session, Letter) == 1


def test_a_reminder_alone_prepares_no_letter(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now, wish(wants_letter=False)), site, now)
    with database.reading() as session:
        appeal = queries.get_appeal(session, key)
        assert (appeal.letters, appeal.remind, appeal.state) == ([], True, AppealState.PROVEN)


def test_who_was_only_reminded_can_write_later(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now, wish(wants_letter=False)), site, now)
    with database.transaction() as session:
        assert actions.send_for_me(session, queries.get_appeal(session, key), site=site, now=now) == 1
    with database.reading() as session:
        assert states(session, key) == {(MINISTER, "platform"): "waiting"}


def test_a_report_of_an_unproven_address_counts_only_once_it_is_proven(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.transaction() as session:
        appeal = queries.get_appeal(session, key)
        actions.report_sent(session, appeal, target_id=appeal.campaign.targets[0].target_id, channel=Channel.OWN_MAIL, site=site, now=now)
    with database.reading() as session:
        assert people(session) == {}
    confirm(database, key, site, now)
    with database.reading() as session:
        assert people(session) == {"reported": 1}
        line = session.scalars(select(Count).where(Count.measure == "letters")).one()
        assert (line.evidence, line.n, line.language, line.country) == ("reported", 1, "es", "ES")


def test_sending_it_oneself_takes_our_letter_to_that_target_back(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    with database.transaction() as session:
        appeal = queries.get_appeal(session, key)
        actions.report_sent(session, appeal, target_id=appeal.campaign.targets[0].target_id, channel=Channel.OWN_MAIL, site=site, now=now)
    with database.reading() as session:
        assert states(session, key) == {(MINISTER, "platform"): "withdrawn", (MINISTER, "own_mail"): "reported"}


def test_reporting_twice_counts_once(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    for _ in range(2):
        with database.transaction() as session:
            actions.report_all_sent(session, queries.get_appeal(session, key), site=site, now=now)
    with database.reading() as session:
        assert people(session) == {"reported": 1}
        assert session.scalars(select(Total.n).where(Total.measure == "letters")).one() == 1


def test_a_report_to_a_copy_alone_does_not_raise_the_public_number(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    with database.transaction() as session:
        appeal = queries.get_appeal(session, key)
        copy = next(link for link in appeal.campaign.targets if link.copy)
        actions.report_sent(session, appeal, target_id=copy.target_id, channel=Channel.POST, site=site, now=now)
    with database.reading() as session:
        assert people(session) == {}


def test_a_target_of_another_action_cannot_be_reported(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.transaction() as session, pytest.raises(NotFound):
        actions.report_sent(session, queries.get_appeal(session, key), target_id=99_999, channel=Channel.POST, site=site, now=now)


def test_a_waiting_letter_can_be_taken_back_and_sent_after_all(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    with database.transaction() as session:
        letter = queries.get_appeal(session, key).letters[0]
        assert actions.withdraw(session, letter, site=site, now=now)
        assert not actions.withdraw(session, letter, site=site, now=now)
    with database.transaction() as session:
        actions.send_for_me(session, queries.get_appeal(session, key), site=site, now=now)
    with database.reading() as session:
        assert states(session, key) == {(MINISTER, "platform"): "waiting"}


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.CLOSED])
def test_an_action_that_is_not_open_takes_no_sign_up(database: Database, slug: str, site: Site, now: datetime, state: CampaignState) -> None:
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.state = state
        campaign.closed_at = now
    with pytest.raises(Refused):
        sign_up(database, slug, site, now)


def test_a_draft_cannot_be_confirmed_after_the_deadline(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with pytest.raises(Refused):
        confirm(database, key, site, now + 20 * DAY)
    with database.reading() as session:
        assert queries.get_appeal(session, key).state == AppealState.DRAFT


def test_personal_data_is_not_readable_in_the_database(database: Database, slug: str, site: Site, now: datetime) -> None:
    confirm(database, sign_up(database, slug, site, now), site, now)
    with database.reading() as session:
        rows = [
            str(tuple(row))
            for table in ("appeal", "supporter", "delivery", "delivery_content", "address_cap")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert rows
    assert not [row for row in rows if "Eva" in row or "eva.gil" in row.lower() or "Cádiz" in row]


def test_erasing_a_person_leaves_the_count_and_nothing_else(database: Database, slug: str, site: Site, now: datetime) -> None:
    from app import steering

    key = confirm(database, sign_up(database, slug, site, now, wish(remind=True)), site, now)
    with database.transaction() as session:
        actions.report_all_sent(session, queries.get_appeal(session, key), site=site, now=now)
    assert steering.erase(database, secrets.lookup("eva.gil@mail.example"), actor="a", site=site, now=now)
    assert not steering.erase(database, secrets.lookup("nobody@mail.example"), actor="a", site=site, now=now)
    with database.reading() as session:
        assert (count(session, Supporter), count(session, Appeal), count(session, Letter), count(session, AddressCap)) == (0, 0, 0, 0)
        assert count(session, DeliveryContent) == 0
        assert people(session) == {"reported": 1}
