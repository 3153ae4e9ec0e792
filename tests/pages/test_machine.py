import gzip

import pytest
from flask.testing import FlaskClient

from config import ROOT


def test_process_and_database_are_well(client: FlaskClient) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").data == b"ready\n"


@pytest.mark.parametrize(("name", "kind"), [("site.css", "text/css"), ("site.js", "text/javascript"), ("favicon.svg", "image/svg+xml")])
def test_file_is_sent_packed_and_kept_for_a_year(client: FlaskClient, name: str, kind: str) -> None:
    body = (ROOT / "app" / "web" / "static" / name).read_bytes()
    plain, packed = client.get(f"/assets/{name}"), client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert plain.data == body
    assert gzip.decompress(packed.data) == body
    for answer in (plain, packed):
        assert answer.mimetype == kind
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["none.css", "..%2fcaching.py", "%2e%2e/caching.py", ".hidden"])
def test_no_other_file_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_style_sheet_is_small() -> None:
    assert len(gzip.compress((ROOT / "app" / "web" / "static" / "site.css").read_bytes(), 9)) < 6_144, "packed, as browsers get it"
