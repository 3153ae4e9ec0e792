from datetime import timedelta

import pytest

from app.errors import NotFound
from app.jobs.table import JOBS, Job, get_job

NAMES = [
    "deliveries.send",
    "deliveries.watch",
    "letters.release",
    "letters.absorb",
    "letters.lapse",
    "letters.thank",
    "campaigns.announce",
    "reminders.plan",
    "reminders.send",
    "letters.retain",
    "events.retain",
    "supporters.retain",
    "deliveries.retain",
]


def test_table_holds_every_job_once() -> None:
    assert [job.name for job in JOBS] == NAMES


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_job_says_what_it_does_and_how_often(job: Job) -> None:
    assert job.purpose.endswith((".", ":")) or len(job.purpose) > 20
    assert timedelta(seconds=1) <= job.every <= timedelta(hours=1)
    assert job.name.partition(".")[0] == job.run.__module__.split(".")[1]


def test_job_is_found_by_name() -> None:
    assert get_job("deliveries.send").run.__name__ == "send_due"
    with pytest.raises(NotFound):
        get_job("deliveries.sell")
