"""Nights in which the clocks change, in many zones at once: each reminder once, at its local hour."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.db import Database
from app.deliveries.models import Delivery
from app.reminders import jobs
from app.reminders.models import Reminder
from app.site import Site
from app.supporters.models import Supporter
from tests import make
from tests.reminders.world import asker, at

ZONES = (
    "Europe/Madrid", "Europe/London", "Europe/Lisbon", "Europe/Berlin", "Europe/Chisinau", "Europe/Kyiv", "Europe/Moscow", "Atlantic/Azores",
    "America/New_York", "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion", "America/Mexico_City", "America/Nuuk",
    "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata",
    "Asia/Tehran", "Asia/Tokyo", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Honolulu",
)  # fmt: skip
EVERY = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("night", "campaign_zone"),
    [
        (date(2026, 3, 29), "Europe/Madrid"),
        (date(2026, 10, 25), "Europe/Madrid"),
        (date(2026, 3, 8), "America/New_York"),
        (date(2026, 11, 1), "America/New_York"),
        (date(2026, 10, 4), "Australia/Lord_Howe"),
        (date(2026, 4, 5), "Pacific/Auckland"),
    ],
)
def test_each_reminder_comes_once_at_its_hour(database: Database, site: Site, night: date, campaign_zone: str) -> None:
    with database.transaction() as session:
        long_ago = at("2026-01-05T00:00")
        campaign = make.campaign(
            session, deadline_on=night + timedelta(days=1), timezone=campaign_zone, reminders=[2, 1], created_at=long_ago, published_at=long_ago
        )
        for zone in ZONES:
            asker(session, campaign, timezone=zone, proven_at=long_ago)
    now = datetime.combine(night - timedelta(days=2), time(12), ZoneInfo("UTC"))
    while now < datetime.combine(night + timedelta(days=2), time(0), ZoneInfo("UTC")):
        if now.hour % 6 == 0:
            jobs.plan(database, site, now)
        jobs.send(database, site, now)
        now += EVERY
    came = defaultdict(list)
    with database.reading() as session:
        rows = select(Supporter.timezone, Reminder.step, Delivery.queued_at).join(Reminder, Reminder.supporter_id == Supporter.id)
        for zone, step, queued_at in session.execute(rows.join(Delivery, Delivery.id == Reminder.delivery_id)):
            came[step].append(zone)
            there = queued_at.astimezone(ZoneInfo(zone))
            assert there.date() == night + timedelta(days=1 - step), (zone, there)
            assert time(10) <= there.time() <= time(12, 30), (zone, there)
    assert sorted(came[1]) == sorted(came[2]) == sorted(ZONES)
