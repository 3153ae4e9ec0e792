from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import i18n
from app.campaigns.rules import Standing, deadline_at
from app.reminders.rules import (
    MARGIN,
    ONE_MAIL_IN,
    SLOTS,
    SPREAD,
    Case,
    Reason,
    Send,
    Skip,
    Wait,
    at_local,
    is_late,
    is_quiet,
    may_plan,
    may_send,
    slot_of,
    slots,
    to_plan,
)
from app.supporters.zones import main_zone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
READY = Case(
    written=False,
    wanted=True,
    standing=Standing.OPEN,
    as_planned=True,
    deadline_at=datetime(2026, 3, 25, tzinfo=UTC),
    timezone="Europe/Madrid",
    planned_for=NOON - HOUR,
    newer_at=NOON + 4 * DAY,
    mailed_at=None,
)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Send()),
        ({"written": True}, Skip(Reason.WRITTEN)),
        ({"wanted": False}, Skip(Reason.NOT_WANTED)),
        ({"standing": Standing.CLOSED}, Skip(Reason.CLOSED)),
        ({"standing": Standing.HIDDEN}, Skip(Reason.CLOSED)),
        ({"standing": Standing.EXPIRED, "deadline_at": NOON - HOUR}, Skip(Reason.OVER)),
        ({"as_planned": False}, Skip(Reason.MOVED)),
        ({"deadline_at": NOON + HOUR}, Skip(Reason.OVER)),
        ({"deadline_at": NOON + HOUR + timedelta(seconds=1)}, Send()),
        ({"standing": Standing.PAUSED}, Wait(Reason.PAUSED)),
        ({"mailed_at": NOON - 19 * HOUR}, Wait(Reason.JUST_MAILED, NOON + HOUR)),
        ({"mailed_at": NOON - 20 * HOUR}, Send()),
        ({"planned_for": NOON - 7 * HOUR, "newer_at": NOON}, Skip(Reason.LATE)),
        ({"planned_for": NOON - 7 * HOUR, "newer_at": NOON + 35 * HOUR}, Skip(Reason.LATE)),
        ({"planned_for": NOON - 7 * HOUR, "newer_at": NOON + 36 * HOUR}, Send()),
        ({"planned_for": NOON - 6 * HOUR, "newer_at": NOON}, Send()),
        ({"planned_for": NOON - 3 * DAY, "newer_at": None}, Send()),
        ({"timezone": "Asia/Tokyo"}, Wait(Reason.QUIET, datetime(2026, 3, 17, 23, tzinfo=UTC))),
        ({"timezone": "America/Los_Angeles"}, Wait(Reason.QUIET, datetime(2026, 3, 17, 15, tzinfo=UTC))),
        ({"written": True, "standing": Standing.PAUSED}, Skip(Reason.WRITTEN)),
        ({"timezone": "Asia/Tokyo", "planned_for": NOON - 7 * HOUR, "newer_at": NOON + 12 * HOUR}, Skip(Reason.LATE)),
    ],
)
def test_whether_a_reminder_goes_out(changes: dict[str, object], answer: object) -> None:
    assert may_send(replace(READY, **changes), NOON) == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "hour", "minute", "quiet"),
    [
        ("UTC", 7, 59, True),
        ("UTC", 8, 0, False),
        ("UTC", 20, 59, False),
        ("UTC", 21, 0, True),
        ("UTC", 0, 0, True),
        ("Asia/Kolkata", 2, 29, True),
        ("Asia/Kolkata", 2, 30, False),
        ("America/New_York", 11, 59, True),
        ("America/New_York", 12, 0, False),
    ],
)
def test_quiet_hours_are_those_of_the_supporter(zone: str, hour: int, minute: int, quiet: bool) -> None:
    assert is_quiet(datetime(2026, 3, 17, hour, minute, tzinfo=UTC), zone) is quiet


@pytest.mark.parametrize(
    ("day", "clock", "zone", "utc"),
    [
        (date(2026, 3, 28), time(2, 30), "Europe/Madrid", "2026-03-28T01:30"),
        (date(2026, 3, 29), time(2, 30), "Europe/Madrid", "2026-03-29T01:30"),  # skipped by the clocks: 03:30 there
        (date(2026, 3, 29), time(10), "Europe/Madrid", "2026-03-29T08:00"),
        (date(2026, 10, 25), time(2, 30), "Europe/Madrid", "2026-10-25T00:30"),  # shown twice: the first
        (date(2026, 10, 25), time(10), "Europe/Madrid", "2026-10-25T09:00"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),  # half an hour is skipped
        (date(2011, 12, 30), time(10), "Pacific/Apia", "2011-12-30T20:00"),  # a whole day is skipped: the 31st there
        (date(2026, 9, 6), time(0), "America/Santiago", "2026-09-06T04:00"),
    ],
)
def test_local_times_that_clocks_skip_or_repeat(day: date, clock: time, zone: str, utc: str) -> None:
    assert at_local(day, clock, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("campaign_zone", "step", "zone", "first"),
    [
        ("Europe/Lisbon", 7, "Europe/Lisbon", "2026-03-17T10:00"),
        ("Europe/Lisbon", 7, "Europe/Madrid", "2026-03-17T09:00"),
        ("Europe/Lisbon", 3, "America/New_York", "2026-03-21T14:00"),
        ("Europe/Lisbon", 1, "Pacific/Auckland", "2026-03-22T21:00"),
        ("Europe/Lisbon", 0, "Europe/Lisbon", "2026-03-24T10:00"),
        # Honolulu's 24 March begins when Auckland's is nearly over; the last hours before are night: the evening before.
        ("Pacific/Auckland", 0, "Pacific/Honolulu", "2026-03-24T05:00"),
        ("Pacific/Auckland", 1, "Pacific/Honolulu", "2026-03-23T20:00"),
        # Lisbon's morning is Auckland's evening: the two hours before the margin.
        ("Pacific/Auckland", 0, "Europe/Lisbon", "2026-03-24T08:00"),
    ],
)
def test_first_slot_of_a_step_before_24_march(campaign_zone: str, step: int, zone: str, first: str) -> None:
    moments = slots(date(2026, 3, 24), campaign_zone, step, zone)
    assert moments[0] == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert moments[-1] < moments[0] + SPREAD
    assert list(moments) == sorted(set(moments))


@given(
    deadline=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    step=st.integers(0, 30),
    campaign_zone=st.sampled_from(["Europe/Lisbon", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "America/Santiago"]),
    zone=st.sampled_from(["Europe/Madrid", "Pacific/Auckland", "Pacific/Honolulu", "Australia/Lord_Howe", "Asia/Gaza", "America/St_Johns"]),
)
def test_every_slot_keeps_the_quiet_hours_and_the_deadline(deadline: date, step: int, campaign_zone: str, zone: str) -> None:
    moments = slots(deadline, campaign_zone, step, zone)
    assert len(moments) == SLOTS
    for moment in moments:
        assert not is_quiet(moment, zone)
        assert moment < deadline_at(deadline, campaign_zone) - MARGIN
    if step >= 2:
        assert {moment.astimezone(ZoneInfo(zone)).date() for moment in moments} == {deadline - step * DAY}


def test_slot_of_a_person_is_the_same_for_every_step_and_slots_fill_evenly() -> None:
    assert slot_of(17) == slot_of(17)
    counts = [sum(slot_of(supporter) == slot for supporter in range(1, 8001)) for slot in range(SLOTS)]
    assert set(counts) == {1000}


@pytest.mark.parametrize(
    ("hours", "open_slots"),
    [(-49, 0), (-48, SLOTS), (-1, SLOTS), (0, SLOTS - 1), (1, SLOTS // 2 - 1), (2, 0), (24, 0)],
)
def test_a_step_is_planned_two_days_ahead_and_only_for_slots_to_come(hours: int, open_slots: int) -> None:
    moments = slots(date(2026, 3, 24), "Europe/Lisbon", 7, "Europe/Lisbon")
    assert len(to_plan(moments, moments[0] + hours * HOUR)) == open_slots


@given(
    step=st.integers(0, 9),
    campaign_zone=st.sampled_from(["Pacific/Kiritimati", "Pacific/Niue", "Europe/Lisbon"]),
    zone=st.sampled_from(["Pacific/Kiritimati", "Pacific/Niue", "Europe/Madrid"]),
    hours=st.integers(-300, 300),
)
def test_no_slot_to_be_planned_is_missed_by_the_quick_look(step: int, campaign_zone: str, zone: str, hours: int) -> None:
    deadline = date(2026, 3, 24)
    now = NOON + hours * HOUR
    if to_plan(slots(deadline, campaign_zone, step, zone), now):
        assert may_plan(deadline_at(deadline, campaign_zone), step, now)


def test_a_late_reminder_never_holds_up_the_next_one() -> None:
    assert all(is_late(NOON - 7 * HOUR, NOON + ahead * HOUR, NOON) for ahead in range(int(ONE_MAIL_IN / HOUR) + 1))


def test_every_country_has_a_zone_that_is_known() -> None:
    with i18n.speaking("en"):
        for code, _name in i18n.countries():
            assert ZoneInfo(main_zone(code)).key
