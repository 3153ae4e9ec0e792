"""What we may mail to an address, and when (design section 7, delivery notes on mail-bombing)."""

from datetime import datetime, timedelta
from enum import StrEnum

CONSENT_VERSION = "2026-11"
"""Grows when the words people agree to change."""

ONE_CONFIRMATION_IN = timedelta(hours=24)
MOST_CONFIRMATIONS = 3
BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_PAUSE = timedelta(hours=1)


class Confirmation(StrEnum):
    """What becomes of the confirmation mail of a sign-up."""

    NOW = "now"
    LATER = "later"
    """Too many went out in the last minutes: it waits an hour, so that staff can look."""
    NOT = "not"
    """This address has had its share; the answer on the page is the same."""


def confirmation(*, sent: int, last_sent_at: datetime | None, recent: int, most_recent: int, now: datetime) -> Confirmation:
    """Whether an address that asks to be confirmed is mailed.

    `sent` and `last_sent_at` are of this address since it was last proven; `recent` counts all addresses in BREAKER_WINDOW.
    """
    if sent >= MOST_CONFIRMATIONS:
        return Confirmation.NOT
    if last_sent_at is not None and now - last_sent_at < ONE_CONFIRMATION_IN:
        return Confirmation.NOT
    return Confirmation.LATER if recent >= most_recent else Confirmation.NOW
