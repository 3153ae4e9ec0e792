"""The session cookie: signed, under /desk alone. Everywhere else there is no session, so nothing can set a cookie for a supporter."""

from typing import cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

DESK = "/desk"


class DeskSessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a desk page; elsewhere an empty one that refuses to be written to and is never saved."""
        if request.path == DESK or request.path.startswith(f"{DESK}/"):
            return super().open_session(app, request)
        return cast(SecureCookieSession, self.make_null_session(app))
