"""The list of actions, and the page that says what we store."""

from flask import render_template, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as Answer

from app import i18n
from app.campaigns import queries as campaigns
from app.pages.door import blueprint
from app.web.state import database, now


@blueprint.get("/")
def root() -> Answer:
    """To the list in the language the browser asks for."""
    response = redirect(url_for("pages.home", lang=i18n.current().code))
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/<lang>/")
def home(lang: str) -> str:
    """Open actions, most urgent first; then those that ended."""
    with database().reading() as session:
        running, ended = campaigns.list_public(session, now())
    return render_template("pages/home.html", running=running, ended=ended)


@blueprint.get("/<lang>/privacy")
def privacy(lang: str) -> str:
    """What is stored about whom, and how long."""
    return render_template("pages/privacy.html")
