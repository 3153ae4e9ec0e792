"""What is in a pack: the organiser's words in their language, the letters in theirs, as plain values."""

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from app import i18n, links
from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.db import Database
from app.events import packs
from app.events.packs import MOST_KINDS, MOST_SHEETS, Wish
from app.events.paper import Pack
from app.site import Site
from tests import make

Build = Callable[..., Pack]


@pytest.fixture
def campaign(database: Database) -> Campaign:
    with database.transaction() as session:
        copy = make.target(session, role="Ombudsperson", name="", fax="+351 21 000 0000", salutations={})
        slug = make.campaign(session, languages=("en", "es", "ar"), copies=[copy], reference="UA 101/26").slug
        text = get_campaign(session, slug).edition.text("es")
        assert text is not None
        text.subjects = ["Uno", "Dos", "Tres"]
    with database.reading() as session:
        return get_campaign(session, slug)


@pytest.fixture
def build(campaign: Campaign, site: Site, now: datetime) -> Build:
    def built(writers: int = 12, *, page: str = "en", letter: str = "es", **more: Any) -> Pack:
        text = campaign.edition.text(letter)
        assert text is not None
        with i18n.speaking(page):
            return packs.build(campaign, Wish(writers, campaign.targets[0].target, text, **more), site=site, now=now)

    return built


def test_each_writer_gets_a_letter_and_subjects_are_spread_evenly(build: Build) -> None:
    pack = build(12)
    subjects = [pack.letters[place].subject for place in pack.order]
    assert Counter(subjects) == {"Uno": 4, "Dos": 4, "Tres": 4}
    assert all(one != next_one for one, next_one in pairwise(subjects)), "neighbours have different ones"
    assert len(pack.letters) == 3, "each is set once"


@pytest.mark.parametrize(("writers", "kinds"), [(1, 1), (2, 2), (MOST_KINDS, MOST_KINDS), (1000, MOST_KINDS)])
def test_letters_that_differ_are_bounded_and_everybody_still_gets_one(campaign: Campaign, build: Build, writers: int, kinds: int) -> None:
    text = campaign.edition.text("es")
    assert text is not None
    text.subjects = [f"Asunto {n}" for n in range(1000)]
    pack = build(writers)
    assert (len(pack.letters), len(pack.order)) == (kinds, writers)
    assert max(Counter(pack.order).values()) - min(Counter(pack.order).values()) <= 1


def test_letter_has_nobodys_name_and_room_for_one(build: Build) -> None:
    (letter, *_others) = build().letters
    assert letter.language == "es"
    assert (letter.sender_lines, letter.place_and_date, letter.signature) == ((), "", "")
    assert letter.paragraphs == ("Sra. Ministra:", "Le escribo por María López.", "Atentamente,")
    assert letter.address_lines == ("Helena Matos", "Minister of Housing", "Ministry of Housing", "Rua do Exemplo 1", "1000-001 Lisboa", "PORTUGAL")
    assert letter.note == "UA 101/26"


@pytest.mark.parametrize("page", ["en", "es", "ar"])
def test_organisers_page_and_sheet_speak_the_language_of_the_page(build: Build, site: Site, campaign: Campaign, page: str) -> None:
    pack = build(page=page)
    cover, sheet = pack.cover, pack.sheet
    assert pack.language == page
    assert cover.headline == sheet.headline == f"Stop the eviction of the López family ({page})"
    with i18n.speaking(page):
        assert cover.facts[0].told == i18n.weekday(campaign.edition.deadline_on)
        assert i18n.language_name("es") in cover.facts[1].told
        assert cover.steps == packs.steps()
        assert sheet.columns[1:] == tuple(i18n._(name) for name in ("Name", "E-mail", "Country, town", "Remind me", "New actions", "Signature"))
    assert "12" in cover.facts[1].told
    assert len(cover.steps) == 6
    assert site.name in sheet.consent
    assert site.contact in sheet.consent
    action, event = links.action(site, page, campaign.slug), links.event(site, page, campaign.slug)
    assert [code.url for code in cover.codes] == [action, event + "#report"]
    assert sheet.code.url == action
    assert action in sheet.keep


def test_every_office_is_told_of_with_its_address_and_what_it_gets(build: Build) -> None:
    minister, ombudsperson = build().cover.targets
    assert minister.lines[0] == "Helena Matos"
    assert minister.note == "the letters in this pack"
    assert ombudsperson.lines[0] == "Ombudsperson"
    assert ombudsperson.note == "gets a copy · Fax \u2066+351 21 000 0000\u2069"


def test_one_office_alone_needs_no_mark(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        with i18n.speaking("en"):
            pack = packs.build(campaign, Wish(1, campaign.targets[0].target, campaign.edition.texts[0]), site=site, now=now)
    assert [target.note for target in pack.cover.targets] == [""]


def test_hint_on_stamps_and_the_paper_are_as_wished(build: Build) -> None:
    pack = build(postage="A stamp costs 1.20 euros.", paper="us-letter")
    assert (pack.cover.postage, pack.paper) == ("A stamp costs 1.20 euros.", "us-letter")
    assert (build().cover.postage, build().paper) == ("", "a4")


@pytest.mark.parametrize(("writers", "pages"), [(1, 1), (10, 1), (11, 2), (60, 6), (1000, MOST_SHEETS)])
def test_sheet_has_a_row_for_each_writer_of_a_group(build: Build, writers: int, pages: int) -> None:
    assert build(writers).sheet.pages == pages


def test_pack_is_plain_values_that_another_process_can_be_given(build: Build) -> None:
    def plain(value: object) -> bool:
        if is_dataclass(value):
            return all(plain(getattr(value, field.name)) for field in fields(value))
        return all(map(plain, value)) if isinstance(value, tuple) else type(value) in {str, int}

    pack = build()
    assert plain(pack)
    assert pickle.loads(pickle.dumps(pack)) == pack
