"""Forgetting who reported letters."""

from datetime import datetime, timedelta

from app.db import Database
from app.events import actions
from app.site import Site


def retain(database: Database, site: Site, now: datetime) -> int:
    """Delete place, group and address of old reports of letter-writing events; their numbers stay."""
    with database.transaction() as session:
        return actions.scrub(session, before=now - timedelta(days=site.text_days), now=now)
