"""Whose word about the caller is taken."""

import pytest
from flask import Flask, request

from app.web import proxies

FORWARDED = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "act.example.org"}


@pytest.fixture
def seen() -> Flask:
    web = Flask(__name__)
    web.add_url_rule("/", view_func=lambda: {"address": request.remote_addr, "url": request.url})
    return web


def test_without_a_proxy_nobody_is_believed(seen: Flask) -> None:
    proxies.trust(seen, 0)
    assert seen.test_client().get("/", headers=FORWARDED).json == {"address": "127.0.0.1", "url": "http://localhost/"}


def test_one_proxy_is_believed_about_its_own_caller_alone(seen: Flask) -> None:
    proxies.trust(seen, 1)
    assert seen.test_client().get("/", headers=FORWARDED).json == {"address": "198.51.100.7", "url": "https://act.example.org/"}


def test_two_proxies_are_believed_two_steps_back(seen: Flask) -> None:
    proxies.trust(seen, 2)
    said = seen.test_client().get("/", headers=FORWARDED | {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "act.example.org, inner"})
    assert said.json == {"address": "203.0.113.9", "url": "https://act.example.org/"}
