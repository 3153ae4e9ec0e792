"""Forgetting addresses that were never proven."""

from datetime import datetime, timedelta

from app.db import Database
from app.site import Site
from app.supporters import actions

CAPS_KEPT = timedelta(days=365)
"""The cap of three confirmations "ever" needs its keyed hash for as long; after a year a person may have forgotten, and so do we."""


def retain(database: Database, site: Site, now: datetime) -> int:
    """Delete the keyed hashes of addresses last mailed more than a year ago."""
    with database.transaction() as session:
        return actions.forget_caps(session, before=now - CAPS_KEPT)
