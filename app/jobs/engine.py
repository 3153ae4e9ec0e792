"""The ticker: calls each job of the table at its interval, in the one process that holds the lock."""

import logging
import os
import signal
import traceback
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app import clock
from app.deliveries.jobs import free_dead_claims
from app.jobs.locks import lock_of
from app.jobs.table import JOBS, Job
from app.stopping import stopping
from app.wiring import Wiring

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parent.parent.parent
HEARTBEAT = timedelta(seconds=5)
"""How often the lock is looked at: another process takes over this long after the one that ticked is gone."""
DRAIN_SECONDS = 30.0


class Ticker:
    """The running scheduler. Without the lock it waits for it, and its jobs do nothing."""

    def __init__(self, wiring: Wiring, jobs: Sequence[Job]) -> None:
        self._wiring = wiring
        self._lock = lock_of(wiring)
        self._held = False
        self._running = 0
        self._counting = Lock()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns each time a job is due while it still runs
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._beat()
        self._scheduler.add_job(self._beat, "interval", seconds=HEARTBEAT.total_seconds(), id="heartbeat")
        at_once = clock.machine()
        for job in jobs:
            self._scheduler.add_job(self._run, "interval", seconds=job.every.total_seconds(), args=[job], id=job.name, next_run_time=at_once)
        self._scheduler.start()

    @property
    def holds(self) -> bool:
        """Whether this process is the one that ticks."""
        return self._held

    def stop(self, seconds: float = DRAIN_SECONDS) -> bool:
        """Take nothing new and let running jobs finish what they hold. False: after `seconds` one still runs."""
        stopping.set()
        self._scheduler.shutdown(wait=False)
        end = monotonic() + seconds
        while self._running and monotonic() < end:
            sleep(0.02)
        self._held = False
        self._lock.release()
        if self._running:
            log.warning("a job did not end in time", seconds=seconds)
            return False
        stopping.clear()
        return True

    def _beat(self) -> None:
        """Look whether the lock is still ours; when it has just become so, free what a dead process of this machine held."""
        held_before, self._held = self._held, False
        try:
            self._held = self._lock.hold()
            if self._held and not held_before:
                free_dead_claims(self._wiring.database, self._wiring.site, clock.now())
        except Exception as problem:  # noqa: BLE001 (the ticker outlives every job, and a database that is away)
            self._held = False
            self._lock.release()
            _tell("heartbeat", problem)

    def _run(self, job: Job) -> None:
        with self._counting:
            self._running += 1
        try:
            if self._held and not stopping.is_set():
                job.run(self._wiring.database, self._wiring.site, clock.now())
        except Exception as problem:  # noqa: BLE001 (as above)
            _tell(job.name, problem)
        finally:
            with self._counting:
                self._running -= 1


def start(wiring: Wiring, jobs: Sequence[Job] = JOBS) -> Ticker:
    """Begin to tick in this process, in threads of its own."""
    stopping.clear()
    return Ticker(wiring, jobs)


def worker(wiring: Wiring, jobs: Sequence[Job] = JOBS) -> None:
    """Tick until SIGTERM or SIGINT, then drain. A mail whose answer is still missing after that is left in doubt, where a human finds it."""
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # before any thread is there: they inherit it, so that only sigwait sees them
    ticker = start(wiring, jobs)
    log.info("worker started", boot=wiring.site.boot, ticks=ticker.holds)
    signal.sigwait(endings)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, endings)  # asked a second time, we end at once
    drained = ticker.stop()
    log.info("worker stopped", drained=drained)
    if not drained:
        os._exit(0)  # the interpreter would wait for the thread


def _tell(name: str, problem: Exception) -> None:
    """Log what broke and where in our own code, without the message: it may hold somebody's data."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(problem.__traceback__)]
    ours = [f"{Path(file).relative_to(ROOT)}:{line}" for file, line in frames if file.startswith(f"{ROOT}/") and "site-packages" not in file]
    log.error("a job failed", job=name, error=type(problem).__name__, where=" < ".join(reversed(ours[1:][-4:])))
