"""Every job there is, and how often it looks whether there is something to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import app.campaigns.jobs as campaigns
import app.deliveries.jobs as deliveries
import app.events.jobs as events
import app.letters.jobs as letters
import app.reminders.jobs as reminders
import app.supporters.jobs as supporters
from app.db import Database
from app.errors import NotFound
from app.site import Site


@dataclass(frozen=True)
class Job:
    """A plain bounded function that claims what is due. It may run twice, anywhere, and die between any two lines."""

    name: str
    run: Callable[[Database, Site, datetime], int]
    """Returns how much was done."""
    every: timedelta

    @property
    def purpose(self) -> str:
        """What it does, in its own words."""
        return (self.run.__doc__ or "").partition("\n")[0]


JOBS = (
    Job("deliveries.send", deliveries.send_due, timedelta(seconds=1)),
    Job("deliveries.watch", deliveries.watch, timedelta(seconds=5)),
    Job("letters.release", letters.release, timedelta(seconds=1)),
    Job("letters.absorb", letters.absorb, timedelta(seconds=1)),
    Job("letters.lapse", letters.lapse, timedelta(seconds=10)),
    Job("letters.thank", letters.thank, timedelta(seconds=30)),
    Job("campaigns.announce", campaigns.announce, timedelta(seconds=10)),
    Job("reminders.plan", reminders.plan, timedelta(minutes=10)),
    Job("reminders.send", reminders.send, timedelta(seconds=30)),
    Job("letters.retain", letters.retain, timedelta(hours=1)),
    Job("events.retain", events.retain, timedelta(hours=1)),
    Job("supporters.retain", supporters.retain, timedelta(hours=1)),
    Job("deliveries.retain", deliveries.retain, timedelta(hours=1)),
)


def get_job(name: str) -> Job:
    """The job with this name. Raises NotFound."""
    for job in JOBS:
        if job.name == name:
            return job
    raise NotFound
