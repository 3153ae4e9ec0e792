"""Letters that a coordinator looks at: held, let go, given back; through the real database and outbox."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import steering
from app.campaigns.models import Campaign
from app.campaigns.queries import get_totals
from app.campaigns.rules import Outcome, Rewritten
from app.db import Database
from app.deliveries.models import Delivery
from app.errors import Refused
from app.letters import actions, jobs, queries
from app.letters.holding import Hold
from app.letters.models import Appeal
from app.letters.rules import Channel, LetterState, Words
from app.site import Site
from tests import make

OWN = "I have known the street for thirty years.\n\nPlease let the family stay."
HELD, WAITING = LetterState.HELD, LetterState.WAITING


@pytest.fixture
def key(database: Database) -> str:
    """An appeal whose letter to the minister waits for its turn."""
    with database.transaction() as session:
        campaign = make.campaign(session)
        return make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=WAITING).key


def save(database: Database, key: str, site: Site, now: datetime, **words: object) -> None:
    with database.transaction() as session:
        own = Words(**({"letter_language": "es"} | words))  # type: ignore[arg-type]
        actions.save_words(session, queries.get_appeal(session, key), own, site=site, now=now)


def allow_rewritten(session: Session) -> None:
    session.scalars(select(Campaign)).one().rewritten = Rewritten.ALLOW


def state(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(Appeal)).one().letters[0].state


def test_letter_written_freely_is_held_and_does_not_leave(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    assert state(database) == HELD
    assert jobs.release(database, site, now + timedelta(hours=2)) == 0
    with database.reading() as session:
        assert queries.count_held(session) == 1
        assert [(one.key, queries.find_hold(one)) for one in queries.list_held(session)] == [(key, Hold.REWRITTEN)]


def test_letter_goes_back_into_the_line_when_it_is_the_model_letter_again(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    save(database, key, site, now, personal_lines="Please.")
    assert state(database) == WAITING


def test_campaign_may_let_free_letters_go_at_once(database: Database, key: str, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        allow_rewritten(session)
    save(database, key, site, now, rewritten=OWN)
    assert state(database) == WAITING


@pytest.mark.parametrize("other", ["María López", "Helena Matos"], ids=["person at risk", "official"])
@pytest.mark.parametrize("words", [{"personal_lines": "Please.\n{}"}, {"rewritten": "Please let them stay.\n\n{}"}], ids=["lines", "whole letter"])
def test_whoever_signs_as_somebody_of_the_case_is_held_all_the_same(
    database: Database, key: str, site: Site, now: datetime, other: str, words: dict[str, str]
) -> None:
    with database.transaction() as session:
        allow_rewritten(session)
    save(database, key, site, now, **{field: text.format("Ana Pérez") for field, text in words.items()})
    assert state(database) == WAITING
    save(database, key, site, now, **{field: text.format(other) for field, text in words.items()})
    assert state(database) == HELD


def test_letter_let_go_takes_its_turn(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    with database.transaction() as session:
        assert actions.let_go(session, queries.get_appeal(session, key), now=now) == 1
        assert actions.let_go(session, queries.get_appeal(session, key), now=now) == 0, "a second click does nothing"
    assert state(database) == WAITING
    assert jobs.release(database, site, now) == 1


def test_letter_changed_after_it_was_let_go_is_looked_at_again(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    with database.transaction() as session:
        actions.let_go(session, queries.get_appeal(session, key), now=now)
    save(database, key, site, now, rewritten="Something else.")
    assert state(database) == HELD


def test_letter_given_back_is_never_sent_and_its_writer_is_told_once(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    for _ in range(2):
        with database.transaction() as session:
            actions.give_back(session, queries.get_appeal(session, key), site=site, now=now)
    assert state(database) == LetterState.RETURNED
    assert jobs.release(database, site, now) == 0
    with database.reading() as session:
        assert list(session.scalars(select(Delivery.mail))) == ["returned"]


def test_letter_given_back_may_be_asked_for_again_and_is_looked_at_again(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    with database.transaction() as session:
        actions.give_back(session, queries.get_appeal(session, key), site=site, now=now)
    with database.transaction() as session:
        assert actions.send_for_me(session, queries.get_appeal(session, key), site=site, now=now) == 1
    assert state(database) == HELD


def test_nothing_is_let_go_once_the_action_ended(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).one()
        steering.close(session, campaign, outcome=Outcome.UNKNOWN, outcome_on=None, story={}, actor="tests", site=site, now=now)
    assert state(database) == LetterState.CANCELLED
    with pytest.raises(Refused), database.transaction() as session:
        actions.let_go(session, queries.get_appeal(session, key), now=now)


def test_held_letter_misses_the_deadline_like_any_other(database: Database, key: str, site: Site, now: datetime) -> None:
    save(database, key, site, now, rewritten=OWN)
    jobs.lapse(database, site, now + timedelta(days=30))
    assert state(database) == LetterState.EXPIRED


def test_language_without_a_text_needs_a_letter_of_ones_own(database: Database, key: str, site: Site, now: datetime) -> None:
    with pytest.raises(Refused, match="no text in this language"):
        save(database, key, site, now, letter_language="el")
    save(database, key, site, now, letter_language="el", rewritten="Σας γράφω για την οικογένεια López.")
    with database.reading() as session:
        assert queries.get_appeal(session, key).letter_language == "el"
    save(database, key, site, now, letter_language="es")


def test_own_share_is_kept_until_the_writer_is_counted(database: Database, key: str, site: Site, now: datetime) -> None:
    def share() -> int:
        with database.reading() as session:
            return queries.get_appeal(session, key).own_share

    assert share() == 0
    save(database, key, site, now, personal_lines="I was a tenant in that street for thirty years and know the house well.")
    mine = share()
    assert 30 < mine < 90
    with database.transaction() as session:
        queries.get_appeal(session, key).counted = "sent"
    save(database, key, site, now, personal_lines="")
    assert share() == mine


def test_people_are_counted_by_how_much_they_wrote_themselves(database: Database, site: Site, now: datetime) -> None:
    def counted() -> dict[str, int]:
        with database.reading() as session:
            return dict(get_totals(session, session.scalars(select(Campaign.id)).one()).own_words)

    with database.transaction() as session:
        campaign = make.campaign(session)
        for share in (0, 0, 5, 14, 15, 100):
            make.appeal(session, campaign, make.supporter(session), own_share=share)
        keys = list(session.scalars(select(Appeal.key)))
    target = campaign.targets[0].target_id
    for key in keys:
        with database.transaction() as session:
            appeal = queries.get_appeal(session, key)
            actions.report_sent(session, appeal, target_id=target, channel=Channel.OWN_MAIL, site=site, now=now)
    assert counted() == {"none": 2, "some": 2, "much": 2}


def test_draft_written_freely_is_held_once_its_address_is_proven(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        draft = make.appeal(session, campaign, channels=[Channel.PLATFORM], rewritten=OWN)
        key = draft.key
    with database.transaction() as session:
        actions.confirm(session, queries.get_appeal(session, key), take_over=True, site=site, now=now)
    assert state(database) == HELD


def test_waiting_letters_know_when_their_turn_should_come(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, cap_per_hour=30)
        for at in range(3):
            appeal = make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=WAITING)
            appeal.letters[0].waiting_at = now + timedelta(seconds=at)
        keys = list(session.scalars(select(Appeal.key).order_by(Appeal.id)))
    with database.reading() as session:
        turns = [list(queries.list_expected(session, queries.get_appeal(session, key), now).values()) for key in keys]
    assert turns == [[now + timedelta(minutes=2) * ahead] for ahead in range(3)]
