"""Somebody at the desk: a browser without a script, that sends a form as it is shown with what is typed into it."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

PASSWORD = "four words in a row"


class FormReader(HTMLParser):
    """The fields of all forms on a page, as a browser would send them, but for buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self._area: str | None = None
        self._text = ""
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        name = told.get("name") or ""
        if tag == "input" and name and (told.get("type") not in {"checkbox", "radio", "submit"} or "checked" in told):
            self.fields.add(name, told.get("value") or "")
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
            self.fields.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in told:
            self.fields[self._select] = told.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.fields.add(self._area, self._text.removeprefix("\n"))
            self._area = None
        elif tag == "select":
            self._select = None


def fields_of(html: str) -> MultiDict[str, str]:
    reader = FormReader()
    reader.feed(html)
    return reader.fields


class Visitor:
    def __init__(self, client: FlaskClient, base: str = "http://localhost") -> None:
        self.client = client
        self.base = base
        self.page = ""
        self.fields: MultiDict[str, str] = MultiDict()

    def get(self, path: str) -> TestResponse:
        return self._look(self.client.get(path, base_url=self.base))

    def send(self, path: str, **typed: Any) -> TestResponse:
        """POST the fields of the page last seen, with what is typed over them. None takes a field out, `__` in a name stands for a dot."""
        sent = MultiDict(self.fields)
        for name, value in typed.items():
            sent.poplist(name.replace("__", "."))
            if value is not None:
                sent.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        return self._look(self.client.post(path, data=sent, base_url=self.base))

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/desk/sign-in")
        return self.send("/desk/sign-in", email=email, password=password)

    def _look(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            self.page = answer.text
            self.fields = fields_of(answer.text)
        return answer
