"""Which addresses there are, who may write to them, and that the links in mails lead to them."""

from collections.abc import Callable
from inspect import getmembers, isfunction
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from app import links
from app.site import Site

PUBLIC_WRITES = {
    "/<lang>/actions/<slug>/event",
    "/<lang>/actions/<slug>/sign-up",
    "/<lang>/appeals/<token>/",
    "/<lang>/appeals/<token>/letter.pdf",
    "/<lang>/appeals/<token>/send",
    "/<lang>/appeals/<token>/sent",
    "/<lang>/appeals/<token>/withdraw",
    "/<lang>/confirm/<token>",
    "/<lang>/me/<token>/",
    "/<lang>/me/<token>/forget",
    "/<lang>/reminder/<token>/sent",
    "/unsubscribe/<token>",
}
"""Where anybody may POST: each acts only on a signed token in its body or its address. Deny by default: a new one is put here on purpose."""


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _writes(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}


def _address(app: Flask, rule: Rule) -> str:
    """An address that fits the rule, with made-up values."""
    values = {name: "en" if name == "lang" else _fitting(converter) for name, converter in rule._converters.items()}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))
    return urlsplit(built).path


def _fitting(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_anybody_may_write_only_where_it_is_meant(app: Flask) -> None:
    outside_desk = {rule.rule for rule in _rules(app) if _writes(rule) and not rule.rule.startswith("/desk")}
    assert outside_desk == PUBLIC_WRITES


def test_desk_shows_and_takes_nothing_without_signing_in(app: Flask, client: FlaskClient) -> None:
    steps = {"/desk/sign-in", "/desk/sign-out", "/desk/code", "/desk/code-help", "/desk/recovery-code"}
    for rule in _rules(app):
        if not rule.rule.startswith("/desk") or rule.rule in steps:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(_address(app, rule), method=method)
            sent_away = answer.status_code == 302 and answer.headers["Location"].startswith("/desk/sign-in")
            assert sent_away or answer.status_code in {400, 401, 403, 404}, f"{method} {rule.rule}: {answer.status}"


@pytest.mark.parametrize("step", ["/desk/code", "/desk/code-help", "/desk/recovery-code"])
def test_later_steps_of_signing_in_need_the_first(client: FlaskClient, step: str) -> None:
    for answer in (client.get(step), client.post(step)):
        assert answer.status_code in {302, 400, 403}
        assert b"/desk/campaigns" not in answer.data


LINKS: dict[Callable[..., str], tuple[object, ...]] = {
    links.home: ("es",),
    links.action: ("es", "lopez"),
    links.event: ("es", "lopez"),
    links.confirm: ("es", "key"),
    links.appeal: ("es", "key"),
    links.already_sent: ("es", "key"),
    links.me: ("es", 1),
    links.unsubscribe: (1,),
}


def test_every_link_is_looked_at() -> None:
    made_here = {function for _, function in getmembers(links, isfunction) if function.__module__ == links.__name__}
    assert made_here == LINKS.keys()


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.__name__)
def test_link_of_a_mail_has_a_route(app: Flask, site: Site, link: Callable[..., str]) -> None:
    address = urlsplit(link(site, *LINKS[link]))
    assert f"{address.scheme}://{address.netloc}" == site.public_url
    endpoint, values = app.url_map.bind("127.0.0.1").match(address.path, method="GET")
    assert endpoint
    assert values
