"""The wiring of the app that serves this request."""

from datetime import datetime

from flask import current_app

from app import clock
from app.db import Database
from app.site import Site
from app.wiring import Wiring


def wiring() -> Wiring:
    found: Wiring = current_app.extensions["vigil"]
    return found


def database() -> Database:
    return wiring().database


def site() -> Site:
    return wiring().site


def now() -> datetime:
    return clock.now()
