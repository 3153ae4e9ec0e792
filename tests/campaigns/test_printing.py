import json
import tomllib
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.campaigns import loading, printing, queries
from app.campaigns.actions import CountKey, close, count
from app.campaigns.filed import (
    CampaignFile,
    FiledEdition,
    FiledEvent,
    FiledOutcome,
    FiledPerson,
    FiledTarget,
    FiledText,
)
from app.campaigns.placeholders import LINE_NAMES, SUBJECT_NAMES
from app.campaigns.rules import Measure, Outcome, ReplyTo, Rewritten, State
from app.db import Database
from app.targets.postal import PostalAddress
from config import ROOT
from tests import make

FILES = ["demo/pavlov.toml", "demo/open.toml", "tests/data/lopez.toml"]

lines = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)
line = lines.filter(bool)
plain = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="{}<&"), min_size=1, max_size=30).map(str.strip).filter(bool)
paragraphs = st.lists(st.one_of(plain, st.just(""), st.just("\\ \"\"\" ''' \t x")), max_size=5).map(lambda parts: "\n".join(parts).strip())
sign = st.sampled_from(LINE_NAMES).map(lambda name: f"{{{{ {name} }}}}")
subject_sign = st.sampled_from(SUBJECT_NAMES).map(lambda name: f"{{{{ {name} }}}}")
letter = st.lists(st.one_of(plain, sign), min_size=1, max_size=6).map(lambda parts: "\n".join(parts).strip()).filter(bool)
language = st.sampled_from(["en", "es", "ar", "pt-BR", "ru", "zh-Hant"])
languages = st.lists(language, unique=True, max_size=3).map(tuple)
translations = st.dictionaries(language, line, max_size=3)
day = st.dates(date(1950, 1, 1), date(2150, 1, 1))
maybe_day = st.none() | day
email = st.from_regex(r"[a-z]{1,8}\.[a-z]{1,8}@[a-z]{2,8}\.example", fullmatch=True)
country = st.sampled_from(["PT", "ES", "EC", "KZ"])

people = st.builds(FiledPerson, name=line, gender=lines, note=paragraphs)
addresses = st.builds(PostalAddress, street=paragraphs, district=lines, city=lines, area=lines, postcode=lines).filter(PostalAddress.table)
targets = st.builds(
    FiledTarget,
    role=line,
    name=lines,
    organisation=lines,
    address=st.lists(line, max_size=3).map(tuple) | addresses,
    country=country,
    emails=st.lists(email, unique=True, max_size=2).map(tuple),
    fax=lines,
    phone=lines,
    languages=languages,
    copy=st.booleans(),
    salutations=st.dictionaries(language, plain, max_size=3),
)
texts = st.builds(
    FiledText,
    language=language,
    headline=plain,
    summary=paragraphs,
    case=paragraphs,
    demands=st.lists(plain, max_size=3).map(tuple),
    background=paragraphs,
    subjects=st.lists(plain | subject_sign, max_size=3).map(tuple),
    openings=st.lists(plain | sign, max_size=3).map(tuple),
    closings=st.lists(plain | sign, max_size=3).map(tuple),
    body=letter,
)
editions = st.builds(
    FiledEdition,
    index=lines,
    issued_on=maybe_day,
    deadline_on=day,
    asks_again=st.booleans(),
    preferred_languages=languages,
    texts=st.lists(texts, min_size=1, max_size=3, unique_by=lambda text: text.language).map(tuple),
)
campaign_files = st.builds(
    CampaignFile,
    slug=st.just("made-up"),
    reference=lines,
    country=country,
    timezone=st.sampled_from(["Europe/Lisbon", "America/Guayaquil", "UTC"]),
    topics=st.lists(line, unique=True, max_size=3).map(tuple),
    state=st.just(State.DRAFT),
    people=st.lists(people, max_size=2).map(tuple),
    targets=st.lists(targets, min_size=1, max_size=3, unique_by=lambda target: (target.role.casefold(), target.name.casefold())).map(
        lambda found: (replace(found[0], copy=False), *found[1:])
    ),
    editions=st.lists(editions, min_size=1, max_size=2).map(tuple),
    cap_per_hour=st.integers(1, 3600),
    reply_to=st.just(ReplyTo.OFFICE),
    rewritten=st.sampled_from(Rewritten),
    postage=translations,
    reminders=st.lists(st.integers(0, 365), unique=True, max_size=4).map(lambda days: tuple(sorted(days, reverse=True))),
    outcome=st.none() | st.builds(FiledOutcome, kind=st.sampled_from(Outcome), on=maybe_day, story=translations),
    timeline=st.lists(st.builds(FiledEvent, on=maybe_day, text=translations.filter(bool), source=lines), max_size=2).map(tuple),
    embassies=st.booleans(),
)


def printed(database: Database, slug: str) -> str:
    with database.reading() as session:
        return printing.to_toml(queries.get_campaign(session, slug))


def store(database: Database, file: CampaignFile, now: datetime) -> None:
    with database.transaction() as session:
        loading.apply(session, file, actor="test", now=now)


@pytest.mark.parametrize("name", FILES)
def test_what_is_printed_loads_as_the_same_campaign(database: Database, now: datetime, name: str) -> None:
    file = loading.read((ROOT / name).read_text())
    store(database, file, now)
    once = printed(database, file.slug)
    assert loading.read(once) == file
    store(database, loading.read(once), now)
    assert printed(database, file.slug) == once


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=campaign_files, second=campaign_files)
def test_any_campaign_survives_being_printed_and_replaced(database: Database, now: datetime, first: CampaignFile, second: CampaignFile) -> None:
    for file in (first, second):
        store(database, file, now)
        assert loading.read(printed(database, file.slug)) == file


def test_printed_file_reads_in_the_order_of_the_shape(database: Database, now: datetime) -> None:
    store(database, loading.read((ROOT / "demo/open.toml").read_text()), now)
    text = printed(database, "amaranta-quishpe")
    assert list(tomllib.loads(text)) == [
        "slug",
        "reference",
        "country",
        "timezone",
        "topics",
        "state",
        "people",
        "targets",
        "editions",
        "sending",
        "timeline",
    ]
    assert '"""\n{{ salutation }}:\n\n{{ opening }}\n\nLe escribo' in text
    assert "Уважаемая" in text


def test_data_holds_everything_that_is_known(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, slug="known", reference="UA 1/26")
        at, spain = now.date(), ("es", "ES")
        count(
            session,
            {
                CountKey(campaign.id, Measure.PEOPLE, "sent", at, *spain): 3,
                CountKey(campaign.id, Measure.PEOPLE, "reported", at, *spain): 2,
                CountKey(campaign.id, Measure.LETTERS, "handed_over", at, *spain): 4,
                CountKey(campaign.id, Measure.EVENTS, "reported", at, "", ""): 12,
            },
        )
        close(session, campaign, outcome=Outcome.PARTLY, outcome_on=at, story={"en": "Half."}, actor="test", now=now)
    with database.reading() as session:
        campaign = queries.get_campaign(session, "known")
        data = printing.to_data(campaign, queries.get_totals(session, campaign.id), queries.list_counts(session, campaign.id), (5, 1), now)
        emails = campaign.targets[0].target.emails
    assert json.loads(json.dumps(data)) == data
    assert (data["slug"], data["state"], data["standing"], data["reference"]) == ("known", "closed", "closed", "UA 1/26")
    assert (data["deadline_at"], data["last_second"], data["days_left"]) == ("2026-03-25T00:00:00Z", "2026-03-24T23:59:59Z", 14)
    assert (data["published_at"], data["closed_at"], data["version"]) == ("2026-03-09T10:00:00Z", "2026-03-10T10:00:00Z", 2)
    assert data["outcome"] == {"kind": "partly", "on": "2026-03-10", "story": {"en": "Half."}}
    assert (data["counts"]["people"], data["counts"]["sent"], data["counts"]["reported"]) == (5, 3, 2)
    assert data["counts"]["letters"] == {"handed_over": 4}
    assert data["counts"]["events"] == 12
    assert {"day": "2026-03-10", "measure": "letters", "evidence": "handed_over", "language": "es", "country": "ES", "n": 4} in data["counts"][
        "ledger"
    ]
    assert data["announcements"] == {"sent": 5, "waiting": 1}
    assert data["targets"][0]["emails"] == emails
    assert data["editions"][0]["texts"]["en"]["body"].startswith("{{ salutation }}")


def test_last_second_of_the_deadline_is_told_in_the_campaigns_zone(database: Database, now: datetime) -> None:
    store(database, loading.read((ROOT / "demo/pavlov.toml").read_text()), now)
    with database.reading() as session:
        campaign = queries.get_campaign(session, "pavlov-extradition")
        data = printing.to_data(campaign, queries.get_totals(session, campaign.id), [], (0, 0), now)
    assert data["last_second"] == "2013-09-05T23:59:59+02:00"
