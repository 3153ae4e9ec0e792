"""A pack of a thousand letters: how long it takes from the stored action to the PDF, and what memory the process takes that makes it.

The time is what a request waits for, with the child process from its start to its end; the best of three. The memory is the child's peak
above what it had when everything was imported and nothing was set yet, as Linux counts it (VmHWM); the highest of three.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from app import i18n, secrets
from app.campaigns import loading, queries
from app.campaigns.models import Campaign
from app.db import Database
from app.events import packs, paper
from app.events.packs import Wish
from app.events.paper import Pack
from app.models import metadata
from bench.sending_limit import site_for
from config import ROOT

LETTERS, RUNS, MOST_SECONDS, MOST_MEGABYTES, BAR = 1000, 3, 10.0, 300.0, 1.0
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
PORT = 25
"""Of a mail server that nothing is sent to."""


def run() -> list[dict[str, object]]:
    """Both measures, each held against the most there may be: the ratio says how many times it fits."""
    secrets.install(["dGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdHM="], "l" * 40)
    with _action() as campaign:
        seconds = min(_seconds(campaign) for _ in range(RUNS))
        megabytes = max(_megabytes(_build(campaign)) for _ in range(RUNS))
    return [_figure("pack_seconds", seconds, "s", MOST_SECONDS), _figure("pack_memory", megabytes, "MB", MOST_MEGABYTES)]


def _figure(name: str, value: float, unit: str, limit: float) -> dict[str, object]:
    ratio = limit / value
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit, "ratio": round(ratio, 3), "bar": BAR, "holds": ratio >= BAR}


def _seconds(campaign: Campaign) -> float:
    begun = time.perf_counter()
    document = paper.make_apart(_build(campaign), made_at=NOW)
    seconds = time.perf_counter() - begun
    if not document.startswith(b"%PDF"):
        raise RuntimeError("this is no pack")
    return seconds


def _megabytes(pack: Pack) -> float:
    spawning = get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    child = spawning.Process(target=_weigh, args=(theirs, pack))
    child.start()
    theirs.close()
    megabytes: float = ours.recv()
    child.join()
    return megabytes


def _weigh(answer: Connection, pack: Pack) -> None:
    """What the process that makes the pack takes at its peak, above what it has before it begins."""
    before = _peak()
    paper.pack_pdf(pack, made_at=NOW)
    answer.send(_peak() - before)


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _build(campaign: Campaign) -> Pack:
    target = next(link.target for link in campaign.targets if not link.copy)
    with i18n.speaking("en"):
        return packs.build(campaign, Wish(LETTERS, target, campaign.edition.texts[0]), site=site_for(PORT), now=NOW)


@contextmanager
def _action() -> Iterator[Campaign]:
    """The demo's open action, with a letter as long as people write them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        with database.engine.begin() as connection:
            metadata.create_all(connection)
        file = loading.read((ROOT / "demo" / "open.toml").read_text())
        with database.transaction() as session:
            loading.apply(session, file, actor="bench", now=NOW)
        with database.reading() as session:
            yield queries.get_campaign(session, file.slug)
        database.close()
