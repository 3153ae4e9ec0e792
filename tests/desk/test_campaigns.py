"""The list and the overview, with the numbers they show."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from app.campaigns.actions import CountKey, count
from app.db import Database
from app.desk.figures import last_days
from app.letters.rules import Channel, LetterState
from tests import make
from tests.desk.visitor import Visitor


def test_empty_desk_says_what_to_do(coordinator: Visitor) -> None:
    coordinator.get("/desk/")
    assert "no campaign yet" in coordinator.page
    assert "/desk/campaigns/new" in coordinator.page


def test_list_puts_what_is_urgent_first_and_what_is_over_last(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        for slug, changes in {
            "later": {"deadline_on": date(2026, 4, 1)},
            "draft": {"state": "draft"},
            "closed": {"state": "closed"},
            "soon": {"deadline_on": date(2026, 3, 12)},
            "passed": {"deadline_on": date(2026, 3, 1)},
            "paused": {"state": "paused"},
        }.items():
            make.campaign(session, slug=slug, **changes)  # type: ignore[arg-type]
    coordinator.get("/desk/")
    order = ["soon", "later", "paused", "draft", "closed", "passed"]
    places = [coordinator.page.index(f'/desk/campaigns/{slug}/"') for slug in order]
    assert places == sorted(places)


def test_day_of_the_end_is_the_one_of_the_campaigns_zone(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        make.campaign(session, state="closed", closed_at=datetime(2014, 7, 28, 22, tzinfo=UTC), timezone="Europe/Madrid")
        make.campaign(session, deadline_on=date(2026, 3, 1))
    coordinator.get("/desk/")
    assert "29 Jul 2014" in coordinator.page
    assert "1 Mar 2026" in coordinator.page


def test_overview_shows_people_and_letters_apart_and_by_evidence(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        day = date(2026, 3, 9)
        count(
            session,
            {
                CountKey(campaign.id, "people", "sent", day, "es", "ES"): 1200,
                CountKey(campaign.id, "people", "reported", day, "en", "GB"): 34,
                CountKey(campaign.id, "letters", "handed_over", day, "es", "ES"): 2400,
                CountKey(campaign.id, "own words", "much", day, "es", "ES"): 700,
                CountKey(campaign.id, "own words", "none", day, "es", "ES"): 534,
            },
        )
        make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
        make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.IN_DOUBT)
        slug = campaign.slug
    coordinator.get(f"/desk/campaigns/{slug}/")
    page = " ".join(coordinator.page.split())
    assert "<b>1,234</b> <span>1,200 sent through us, 34 reported by themselves</span>" in page
    assert '<b class="mid">2,400</b> handed over' in page
    assert "<b>1 letter</b> to" in page
    assert '<b class="mid">1</b> in doubt' in page
    assert "<title>9 March 2026: 1234</title>" in page
    for name in ("Spanish", "English", "Spain", "United Kingdom"):
        assert f">{name}</th>" in page
    own = page[page.index("Words of their own") :]
    own = own[: own.index("</table>")]
    assert re.findall(r'<th scope="row">([^<]*)</th>.*?<td class="n">([^<]*)</td>', own) == [
        ("a good part of the letter", "700"),
        ("the model letter", "534"),
    ]


def test_chart_shows_each_of_the_last_four_weeks_days() -> None:
    days = last_days(Counter({date(2026, 3, 9): 4, date(2025, 1, 1): 9}), date(2026, 3, 10))
    assert len(days) == 28
    assert days[-2:] == [(date(2026, 3, 9), 4), (date(2026, 3, 10), 0)]
    assert days[0][0] == date(2026, 3, 10) - timedelta(days=27)


def test_campaign_file_can_be_fetched_and_read_again(coordinator: Visitor, database: Database) -> None:
    from app.campaigns.loading import read

    with database.transaction() as session:
        slug = make.campaign(session).slug
    answer = coordinator.get(f"/desk/campaigns/{slug}/campaign.toml")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{slug}.toml"'
    assert read(answer.text).slug == slug
