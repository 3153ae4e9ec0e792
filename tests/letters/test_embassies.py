"""The embassy in a supporter's country gets a copy by itself: from the sign-up to the count, which it never raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign, Total
from app.campaigns.queries import get_campaign, get_terms
from app.db import Database
from app.deliveries import jobs as delivery_jobs
from app.deliveries.models import Delivery
from app.errors import NotFound
from app.letters import actions, addressing, due, emails, jobs, queries
from app.letters.models import Appeal, Letter
from app.letters.rules import Channel, LetterState, SignUp
from app.site import Site
from app.targets.models import Embassy, Target
from tests import make

MINISTER, MAYOR = "Minister of Housing", "Mayor"


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def sign_up(database: Database, slug: str, site: Site, now: datetime, **changes: object) -> str:
    values = {"email": "eva@mail.example", "name": "Eva Gil", "country": "ES", "language": "es", "letter_language": "es"}
    with database.reading() as session:
        plan = actions.plan_sign_up(get_terms(session, slug, now), SignUp(**(values | changes)), site=site, now=now)  # type: ignore[arg-type]
    with database.transaction() as session:
        return actions.sign_up(session, plan, site=site, now=now)


def confirm(database: Database, key: str, site: Site, now: datetime) -> str:
    with database.transaction() as session:
        return actions.confirm(session, queries.get_appeal(session, key), take_over=True, site=site, now=now).key


def states(database: Database, key: str) -> dict[str, str]:
    """Name of the office -> state of its letter."""
    with database.reading() as session:
        return {letter.target.organisation or letter.target.role: letter.state for letter in queries.get_appeal(session, key).letters}


def addressed(database: Database, key: str) -> list[tuple[str, bool, bool]]:
    with database.reading() as session:
        return [(link.target.role, link.copy, link.embassy) for link in addressing.addressees_of(queries.get_appeal(session, key))]


def people(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(session.execute(select(Total.evidence, Total.n).where(Total.measure == "people", Total.n != 0)).all())


@pytest.fixture
def slug(database: Database) -> str:
    """Portugal is written to; its embassies in Spain, in Andorra from Madrid, and in France, where it has no e-mail."""
    with database.transaction() as session:
        made = make.campaign(session, slug="lopez", targets=[make.target(session)], copies=[make.target(session, role=MAYOR)])
        make.embassy(session, "ES", "AD", organisation="in Madrid")
        make.embassy(session, "FR", organisation="in Paris", emails=[])
        make.embassy(session, "ES", represents="PE", organisation="of another country")
        return made.slug


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("ES", [(MINISTER, False, False), (MAYOR, True, False), ("Ambassador", True, True)]),
        ("AD", [(MINISTER, False, False), (MAYOR, True, False), ("Ambassador", True, True)]),
        ("FR", [(MINISTER, False, False), (MAYOR, True, False), ("Ambassador", True, True)]),
        ("DE", [(MINISTER, False, False), (MAYOR, True, False)]),
        ("PT", [(MINISTER, False, False), (MAYOR, True, False)]),
    ],
)
def test_appeal_is_addressed_to_the_main_targets_first_and_the_embassy_last(
    database: Database, slug: str, site: Site, now: datetime, country: str, expected: list[tuple[str, bool, bool]]
) -> None:
    assert addressed(database, sign_up(database, slug, site, now, country=country)) == expected


def test_sign_up_writes_to_the_embassy_that_has_an_address(database: Database, slug: str, site: Site, now: datetime) -> None:
    assert "in Madrid" in states(database, sign_up(database, slug, site, now))
    assert "in Madrid" in states(database, sign_up(database, slug, site, now, country="AD"))
    assert "in Paris" not in states(database, sign_up(database, slug, site, now, country="FR"))
    assert set(states(database, sign_up(database, slug, site, now, country="DE"))) == {"Ministry of Housing"}


def test_sign_up_for_the_reminder_alone_writes_to_nobody(database: Database, slug: str, site: Site, now: datetime) -> None:
    assert states(database, sign_up(database, slug, site, now, wants_letter=False)) == {}


def test_sign_up_asks_the_database_no_more_for_an_embassy(database: Database, slug: str, site: Site, now: datetime) -> None:
    with database.reading() as session:
        terms = get_terms(session, slug, now)
    asked = {}
    for country in ("ES", "DE"):
        wish = SignUp(email=f"{country}@mail.example", name="Eva", country=country, language="en", letter_language="en")
        plan = actions.plan_sign_up(terms, wish, site=site, now=now)
        with statements(database) as said, database.transaction() as session:
            actions.sign_up(session, plan, site=site, now=now)
        asked[country] = len(said)
    assert asked["ES"] == asked["DE"]


def test_terms_are_read_in_three_statements_however_many_embassies(database: Database, slug: str, now: datetime) -> None:
    with database.transaction() as session:
        for country in ("DE", "IT", "PL"):
            make.embassy(session, country)
    with statements(database) as said, database.reading() as session:
        terms = get_terms(session, slug, now)
    assert len([statement for statement in said if statement.startswith("SELECT")]) == 3
    assert set(terms.embassies) == {"ES", "AD", "FR", "DE", "IT", "PL"}


@pytest.mark.parametrize("way", ["switched off", "listed by mail", "listed by name"])
def test_no_embassy_where_the_campaign_says_so_or_has_it_already(database: Database, site: Site, now: datetime, way: str) -> None:
    with database.transaction() as session:
        office = make.embassy(session, "ES", name="Ana")
        emails = office.emails if way == "listed by mail" else ["other@embassy.example"]
        name = "Ana" if way == "listed by name" else "Eva"
        listed = make.target(session, role="Ambassador", name=name, organisation=office.organisation, country="ES", emails=emails)
        campaign = make.campaign(session, copies=[] if way == "switched off" else [listed], embassies=way != "switched off")
        slug = campaign.slug
    key = sign_up(database, slug, site, now)
    assert not any(embassy for _, _, embassy in addressed(database, key))
    assert len(states(database, key)) == (1 if way == "switched off" else 2)


def test_letter_to_the_embassy_waits_leaves_and_counts_nobody(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, targets=[make.target(session, emails=[])]).slug
        make.embassy(session, "ES", organisation="in Madrid")
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    assert states(database, key) == {"in Madrid": "waiting"}
    assert jobs.release(database, site, now) == 1
    delivery_jobs.send_due(database, site, now)
    jobs.absorb(database, site, now)
    assert states(database, key) == {"in Madrid": "captured"}
    with database.transaction() as session:
        appeal = queries.get_appeal(session, key)
        embassy = addressing.addressees_of(appeal)[-1].target
        actions.report_sent(session, appeal, target_id=embassy.id, channel=Channel.POST, site=site, now=now)
    assert people(database) == {}, "a copy never makes a person one who has written"
    with database.transaction() as session:
        actions.report_all_sent(session, queries.get_appeal(session, key), site=site, now=now)
    assert people(database) == {"reported": 1}


def test_embassy_that_left_the_directory_is_still_no_main_target(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    with database.transaction() as session:
        appeal = queries.get_appeal(session, key)
        embassy = addressing.addressees_of(appeal)[-1].target
        actions.report_sent(session, appeal, target_id=embassy.id, channel=Channel.OWN_MAIL, site=site, now=now)
        session.delete(session.get_one(Embassy, ("PT", "ES")))
        session.flush()
        actions.report_sent(session, queries.get_appeal(session, key), target_id=_mayor(session), channel=Channel.POST, site=site, now=now)
    assert people(database) == {}


def _mayor(session: Session) -> int:
    return session.scalars(select(Target.id).where(Target.role == MAYOR)).one()


def test_send_for_me_writes_to_the_embassy_too(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = confirm(database, sign_up(database, slug, site, now, wants_letter=False), site, now)
    with database.transaction() as session:
        assert actions.send_for_me(session, queries.get_appeal(session, key), site=site, now=now) == 3
    assert states(database, key)["in Madrid"] == "waiting"


def test_only_the_embassy_of_the_own_country_is_theirs(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.reading() as session:
        appeal = queries.get_appeal(session, key)
        offices = {target.organisation: target.id for target in session.scalars(select(Target))}
        assert addressing.get_target(appeal, offices["in Madrid"]).organisation == "in Madrid"
        for other in ("in Paris", "of another country"):
            with pytest.raises(NotFound):
                addressing.get_target(appeal, offices[other])


def test_what_is_switched_off_before_the_proof_does_not_leave(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.transaction() as session:
        get_campaign(session, slug).embassies = False
    confirm(database, key, site, now)
    found = states(database, key)
    assert found.pop("in Madrid") == "prepared"
    assert set(found.values()) == {"waiting"}


def test_writer_who_moved_writes_to_the_embassy_in_the_new_country(database: Database, slug: str, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        make.embassy(session, "DE", organisation="in Berlin")
    key = confirm(database, sign_up(database, slug, site, now), site, now)
    again = sign_up(database, slug, site, now + timedelta(days=2), country="DE")
    assert confirm(database, again, site, now + timedelta(days=2)) == key
    found = states(database, key)
    assert (found["in Madrid"], found["in Berlin"]) == ("withdrawn", "waiting")


def test_thanks_name_the_embassy_and_that_it_is_theirs_to_post(database: Database, slug: str, site: Site, now: datetime) -> None:
    mailed = confirm(database, sign_up(database, slug, site, now, email="a@mail.example"), site, now)
    posted = confirm(database, sign_up(database, slug, site, now, email="b@mail.example", country="FR"), site, now)
    with database.reading() as session:
        assert "Ambassador" in emails.thanks(site, queries.get_appeal(session, mailed)).text
        assert "Ambassador, in Paris" in emails.thanks(site, queries.get_appeal(session, posted)).text


@pytest.mark.parametrize("job", ["release", "thank"])
def test_batches_ask_the_database_no_more_for_more_people(database: Database, slug: str, site: Site, now: datetime, job: str) -> None:
    asked = []
    for people_before in (0, 12):
        with database.transaction() as session:
            campaign = get_campaign(session, slug)
            for _ in range(12 if people_before else 2):
                _proven(session, campaign, LetterState.WAITING if job == "release" else LetterState.HANDED_OVER)
        with statements(database) as said, database.reading() as session:
            if job == "release":
                target_id = session.scalars(select(Letter.target_id)).first() or 0
                for letter in due.waiting_letters(session, campaign.id, target_id, limit=50):
                    addressing.addressees_of(letter.appeal)
            else:
                for appeal in due.appeals_to_thank(session, waited_since=now, limit=50):
                    emails.thanks(site, appeal)
        asked.append(len(said))
    assert asked[0] == asked[1]


def _proven(session: Session, campaign: Campaign, state: LetterState) -> Appeal:
    return make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=state)


def test_letters_name_each_other(database: Database, slug: str, site: Site, now: datetime) -> None:
    key = sign_up(database, slug, site, now)
    with database.reading() as session:
        links = addressing.addressees_of(queries.get_appeal(session, key))
        minister, mayor, embassy = (link.target for link in links)
        to_main = "Con copia a: Helena Matos, Mayor; Ambassador, in Madrid"
        to_copy = "Copia para su conocimiento. La carta va dirigida a: Helena Matos, Minister of Housing"
        assert addressing.copying_line(links, minister, "es") == to_main
        assert addressing.copying_line(links, mayor, "es") == addressing.copying_line(links, embassy, "es") == to_copy
        assert addressing.copying_line(links[:1], minister, "es") == ""


def test_embassy_of_many_campaigns_keeps_their_letters_apart(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        slugs = [make.campaign(session, targets=[make.target(session, emails=[])]).slug for _ in range(2)]
        make.embassy(session, "ES")
    keys = [confirm(database, sign_up(database, slug, site, now), site, now) for slug in slugs]
    with database.transaction() as session:
        actions.withdraw(session, queries.get_appeal(session, keys[0]).letters[0], site=site, now=now)
    with database.reading() as session:
        assert [pace.campaign_id for pace in due.due_paces(session, now)] == [get_campaign(session, slugs[1]).id]
    with database.transaction() as session:
        actions.send_for_me(session, queries.get_appeal(session, keys[0]), site=site, now=now)
    assert jobs.release(database, site, now) == 2
    with database.reading() as session:
        assert len(session.scalars(select(Delivery).where(Delivery.mail == "letter")).all()) == 2
        campaigns = {letter.appeal.campaign.slug for key in keys for letter in queries.get_appeal(session, key).letters}
    assert campaigns == set(slugs)
