"""Caps on requests per network, in memory and, where several machines share them, in Redis."""

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask

from app.db import Database
from app.web import limits
from app.web.limits import limiter
from app.wiring import Wiring, site_of
from config import ROOT, Config, Environment
from tests import redis_server
from tests.conftest import KEYS

ELSEWHERE = """
import json, sys
from tests.web.test_limits import ask
from app.wiring import wire
from config import Config
print(json.dumps(ask(wire(Config.from_env()), sys.argv[1], 2)))
"""


def ask(wiring: Wiring, address: str, times: int) -> list[int]:
    """What a caller from there is answered by a web app of its own, whose page may be had three times in an hour."""
    web = Flask("machine")
    limits.install(web, wiring)
    web.add_url_rule("/", view_func=limiter.limit("3 per hour")(lambda: "here"))
    return [web.test_client().get("/", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(times)]


@pytest.fixture
def address() -> str:
    """Of a network nobody else asks from."""
    return f"10.{random.randrange(256)}.{random.randrange(256)}.7"


def test_network_is_stopped_and_its_neighbour_is_not(config: Config, database: Database, address: str) -> None:
    limited = replace(config, environment=Environment.DEMO)
    wiring = Wiring(limited, site_of(limited), database)
    assert ask(wiring, address, 4) == [200, 200, 200, 429]
    assert ask(wiring, "192.0.2.1", 1) == [200]


@pytest.mark.redis
def test_machines_share_what_they_count(config: Config, address: str) -> None:
    settings = {**KEYS, "REDIS_URL": redis_server.SERVER, "INSTANCE_PATH": str(config.instance)}

    def elsewhere() -> list[int]:
        """The same in a process of its own: all it shares is Redis."""
        told = subprocess.run([sys.executable, "-c", ELSEWHERE, address], cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
        return json.loads(told.stdout)

    assert elsewhere() + elsewhere() == [200, 200, 200, 429]
