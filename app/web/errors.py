"""Errors as pages: what happened and what to do next, in the reader's language."""

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app import i18n
from app.errors import NotFound, Refused
from app.i18n import N_

log = structlog.get_logger()

TEXTS = {
    400: (N_("That did not arrive whole"), N_("Please go back and send it again.")),
    403: (N_("This cannot be done from here"), N_("Please open the page again and try once more from there.")),
    404: (N_("There is no page here"), N_("The address may be mistyped, or the link was cut in your mail program.")),
    405: (N_("This cannot be done from here"), N_("Please open the page again and try once more from there.")),
    413: (N_("That is too long"), N_("Please shorten your text and send it again.")),
    429: (N_("Too many tries"), N_("Many sign-ups came from your network. Please wait an hour, or write from your own mail program.")),
    500: (N_("Something broke on our side"), N_("Nothing you sent is half done. Please try again in a minute.")),
    503: (N_("We are busy for a moment"), N_("Please try again in a minute. Nothing you sent is half done.")),
}


def install(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        return page(error.code if error.code in TEXTS else 500 if (error.code or 500) >= 500 else 400)

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> ResponseReturnValue:
        return page(404)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        return page(409, i18n._("This cannot be done now"), i18n._(error.reason, **error.values))

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> ResponseReturnValue:
        log.error("database", error=type(error.orig).__name__)
        return page(503)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        log.error("request failed", endpoint=request.endpoint, exc_info=error)
        return page(500)


def page(code: int | None, title: str | None = None, advice: str | None = None) -> tuple[str, int]:
    """An error page in the current language."""
    code = code or 500
    default = TEXTS.get(code, TEXTS[500])
    # A desk page names who is signed in; when the database may be away, it must not be asked.
    template = "desk/error.html" if request.path.startswith("/desk/") and code < 500 else "pages/error.html"
    return render_template(template, title=title or i18n._(default[0]), advice=advice or i18n._(default[1]), code=code), code
