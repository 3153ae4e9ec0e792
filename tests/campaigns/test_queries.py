from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from app.campaigns import queries
from app.campaigns.actions import CountKey, count
from app.campaigns.models import Announcement, Campaign
from app.campaigns.queries import Totals
from app.campaigns.rules import Measure, Outcome, Standing, State
from app.db import Database
from app.errors import NotFound
from tests import make


def test_campaign_that_is_not_there_is_not_found(database: Database) -> None:
    with database.reading() as session:
        assert queries.find_campaign(session, "nobody") is None
        with pytest.raises(NotFound):
            queries.get_campaign(session, "nobody")


def test_sign_up_is_told_the_edition_in_force_its_languages_and_who_gets_mail(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        mailed, posted, copied = make.target(session), make.target(session, emails=[]), make.target(session)
        campaign = make.campaign(session, targets=[mailed, posted], copies=[copied], languages=("es", "en"), deadline_on=date(2026, 3, 9))
        campaign.editions.append(make.edition(number=2, round=2, languages=("ar", "es"), deadline_on=date(2026, 3, 20)))
        session.flush()
        slug, second, targets = campaign.slug, campaign.edition.id, (mailed.id, copied.id)
    with database.reading() as session:
        terms = queries.get_terms(session, slug, now)
        assert (terms.campaign_id, terms.edition_id, terms.round) == (campaign.id, second, 2)
        assert terms.standing is Standing.OPEN
        assert list(terms.headlines) == ["ar", "es"]
        assert terms.headlines["es"] == "Stop the eviction of the López family (es)"
        assert tuple(terms.mailed_from("ES")) == targets
        assert queries.get_terms(session, slug, now + timedelta(days=30)).standing is Standing.EXPIRED
        with pytest.raises(NotFound):
            queries.get_terms(session, "nobody", now)


def test_open_campaigns_come_most_urgent_first_and_ended_ones_newest_first(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="later", deadline_on=date(2026, 4, 1))
        make.campaign(session, slug="sooner", deadline_on=date(2026, 3, 12))
        make.campaign(session, slug="east", deadline_on=date(2026, 3, 12), timezone="Asia/Tokyo")
        make.campaign(session, slug="draft", state=State.DRAFT)
        make.campaign(session, slug="paused", state=State.PAUSED)
        make.campaign(session, slug="expired", deadline_on=date(2026, 3, 9))
        make.campaign(session, slug="closed", state=State.CLOSED, closed_at=now - timedelta(hours=1))
        make.campaign(session, slug="long-ago", state=State.CLOSED, closed_at=now - timedelta(days=300))
        make.campaign(session, slug="paused-too-long", state=State.PAUSED, deadline_on=date(2026, 3, 1))
    with database.reading() as session:
        urgent, ended = queries.list_public(session, now)
    assert [one.slug for one in urgent] == ["east", "sooner", "later"]
    assert [one.slug for one in ended] == ["closed", "expired", "paused-too-long", "long-ago"]


def test_listed_campaign_shows_its_edition_in_force_its_outcome_and_counts(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(
            session,
            slug="two",
            state=State.CLOSED,
            outcome_kind=Outcome.GOOD,
            outcome_on=date(2026, 3, 9),
            outcome_story={"en": "Free."},
            languages=["es"],
        )
        campaign.editions.append(make.edition(number=2, languages=["ar", "en"], deadline_on=date(2026, 3, 12)))
        other = make.campaign(session, slug="other")
        for whose, n in ((campaign, 3), (other, 7)):
            count(session, {CountKey(whose.id, Measure.PEOPLE, "sent", now.date(), "es", "ES"): n})
    with database.reading() as session:
        _, (one,) = queries.list_public(session, now)
    assert (one.slug, one.standing, one.country, one.deadline_on, one.days_left) == ("two", Standing.CLOSED, "PT", date(2026, 3, 12), 2)
    assert [text.language for text in one.headlines] == ["ar", "en"]
    assert (one.outcome_kind, one.outcome_on, one.outcome_story) == (Outcome.GOOD, date(2026, 3, 9), {"en": "Free."})
    assert (one.totals.people, one.ended_at) == (3, now)


def test_headline_is_in_the_readers_language_else_in_english_else_in_the_first(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        make.campaign(session, slug="a", languages=["ar", "en"])
        make.campaign(session, slug="b", languages=["ru", "fr"])
    with database.reading() as session:
        found = {one.slug: one for one in queries.list_public(session, now)[0]}
    chosen = {(slug, code): found[slug].headline(code) for slug in "ab" for code in ("ar", "es")}
    assert {key: one.language for key, one in chosen.items() if one} == {("a", "ar"): "ar", ("a", "es"): "en", ("b", "ar"): "ru", ("b", "es"): "ru"}


def test_desk_list_shows_everything_even_a_campaign_without_an_edition(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        session.add(Campaign(slug="bare", country="PT", timezone="Europe/Lisbon", created_at=now))
        make.campaign(session, slug="older")
    with database.reading() as session:
        bare, older = queries.list_campaigns(session, now)
    assert (bare.slug, bare.standing, bare.deadline_on, bare.deadline_at, bare.days_left) == ("bare", Standing.HIDDEN, None, None, None)
    assert bare.headline("en") is None
    assert older.slug == "older"


@pytest.mark.parametrize("campaigns", [1, 12])
def test_list_takes_three_statements_however_many_campaigns(database: Database, now: datetime, campaigns: int) -> None:
    with database.transaction() as session:
        for _ in range(campaigns):
            make.campaign(session)
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: said.append(statement))
    with database.reading() as session:
        assert len(queries.list_public(session, now)[0]) == campaigns
    selects = [statement for statement in said if statement.startswith("SELECT")]
    assert len(selects) == 3
    assert not any("body" in statement for statement in selects)


def test_totals_of_an_unwritten_campaign_are_zero(database: Database) -> None:
    with database.transaction() as session:
        assert queries.get_totals(session, make.campaign(session).id) == Totals(0, 0, {}, {})


def test_public_number_adds_sent_and_reported_people_and_no_letters(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        numbers = {("people", "sent"): 4, ("people", "reported"): 2, ("letters", "handed_over"): 9, ("letters", "captured"): 1}
        count(session, {CountKey(campaign.id, measure, evidence, now.date(), "en", "GB"): n for (measure, evidence), n in numbers.items()})
        totals = queries.get_totals(session, campaign.id)
    assert (totals.sent, totals.reported, totals.people) == (4, 2, 6)
    assert totals.letters == {"handed_over": 9, "captured": 1}


def test_ledger_leaves_out_lines_that_came_to_nothing(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        key = CountKey(campaign.id, Measure.PEOPLE, "sent", now.date(), "en", "GB")
        count(session, {key: 1, key._replace(country="ES"): 1})
        count(session, {key: -1})
        assert [(line.country, line.n) for line in queries.list_counts(session, campaign.id)] == [("ES", 1)]


def test_announcements_are_counted_by_whether_they_went_out(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        for tell_new, sent_at in ((True, now), (False, now), (True, None), (False, None)):
            person = make.supporter(session, tell_new=tell_new)
            session.add(Announcement(campaign_id=campaign.id, supporter_id=person.id, sent_at=sent_at))
        session.flush()
        assert queries.count_announcements(session, campaign.id) == (2, 1)
