"""The worker as `flask worker` runs it, with the deliveries' jobs alone: `python -m tests.faults.worker CONNECTIONS`."""

import sys
from dataclasses import replace

from app.jobs.engine import worker
from app.jobs.table import JOBS
from app.wiring import wire
from config import Config

if __name__ == "__main__":
    wiring = wire(Config.from_env())
    site = replace(wiring.site, connections=int(sys.argv[1]), final_reply_seconds=10, lease_seconds=20)
    worker(replace(wiring, site=site), [job for job in JOBS if job.name.startswith("deliveries.")])
