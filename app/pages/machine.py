"""For machines: whether the process runs and can do its work, and the files of ours that pages ask for."""

from flask import Response
from sqlalchemy import text

from app.pages.door import blueprint
from app.web import caching
from app.web.state import database


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 when the database answers; else the error page of a database that is away (503)."""
    with database().reading() as session:
        session.execute(text("SELECT 1"))
    return Response("ready\n", content_type="text/plain")


@blueprint.get("/assets/<name>")
def asset(name: str) -> Response:
    """A style sheet, script or picture of ours."""
    return caching.answer_asset(name)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    return caching.answer_asset("favicon.svg")
