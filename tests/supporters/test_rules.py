"""Which sign-ups are mailed: a truth table against mail bombs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import i18n
from app.supporters.rules import Confirmation, confirmation
from app.supporters.zones import main_zone

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("sent", "ago", "recent", "expected"),
    [
        pytest.param(0, None, 0, Confirmation.NOW, id="a new address"),
        pytest.param(1, DAY - timedelta(seconds=1), 0, Confirmation.NOT, id="second within a day"),
        pytest.param(1, DAY, 0, Confirmation.NOW, id="second after a day"),
        pytest.param(2, DAY * 5, 0, Confirmation.NOW, id="third"),
        pytest.param(3, DAY * 300, 0, Confirmation.NOT, id="three were enough for ever"),
        pytest.param(0, None, 9, Confirmation.NOW, id="below the breaker"),
        pytest.param(0, None, 10, Confirmation.LATER, id="the breaker holds it back for an hour"),
        pytest.param(3, DAY * 300, 10, Confirmation.NOT, id="the cap beats the breaker"),
    ],
)
def test_an_unproven_address_is_mailed_once_a_day_and_three_times_ever(sent: int, ago: timedelta | None, recent: int, expected: Confirmation) -> None:
    assert confirmation(sent=sent, last_sent_at=NOW - ago if ago else None, recent=recent, most_recent=10, now=NOW) is expected


def test_every_country_on_the_form_has_a_zone_that_exists() -> None:
    with i18n.speaking("en"):
        for code, _name in i18n.countries():
            ZoneInfo(main_zone(code))


@pytest.mark.parametrize(("country", "zone"), [("ES", "Europe/Madrid"), ("FR", "Europe/Paris"), ("US", "America/New_York"), ("KZ", "Asia/Almaty")])
def test_a_country_with_several_zones_has_its_most_peopled_one(country: str, zone: str) -> None:
    assert main_zone(country) == zone
