"""What a supporter's browser does, without a browser."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def read(client: FlaskClient, path: str, **more: Any) -> str:
    """The text of a page that must be there."""
    answer = client.get(path, **more)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return unescape(answer.get_data(as_text=True))


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def filled(page: str, **changes: str) -> dict[str, str]:
    """The sign-up form of a page, filled in by somebody who agrees."""
    values = {
        "token": hidden(page, "token"),
        "letter": hidden(page, "letter"),
        "leave": "",
        "name": "Eva Gil",
        "email": "eva@mail.example",
        "country": "ES",
        "place": "Sevilla",
        "consent": "y",
        "prepare": "y",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def sign_up(client: FlaskClient, slug: str, *, language: str = "en", letter: str = "", **changes: Any) -> TestResponse:
    """Open an action's page and send its form."""
    page = read(client, f"/{language}/actions/{slug}/?letter={letter}" if letter else f"/{language}/actions/{slug}/")
    return client.post(f"/{language}/actions/{slug}/sign-up", data=filled(page, **changes))
