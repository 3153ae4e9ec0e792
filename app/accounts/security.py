"""Staff sign-in: Flask-Security under /desk, with our pages, argon2id, and a second factor wherever the site is public."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Flask, Request, g, redirect, session, url_for
from flask_security import Security
from flask_security.forms import LoginForm
from flask_security.signals import user_authenticated
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from app import secrets
from app.accounts.datastore import StaffDatastore
from app.accounts.models import Staff
from app.accounts.sessions import DESK, DeskSessions
from app.web.limits import limiter
from app.wiring import Wiring

SIGN_IN_TRIES = "10 per minute; 60 per hour"
"""For one network; tries for one account are counted apart, in the database."""
GUARDED = ("security.login", "security.two_factor_token_validation", "security.mf_recovery", "security.verify")
IDLE = timedelta(hours=12)
SHORTEST_PASSWORD = 12

MESSAGES = {
    "GENERIC_AUTHN_FAILED": ("This e-mail and password do not belong together. Check both, and whether Caps Lock is on.", "error"),
    "UNAUTHENTICATED": ("Please sign in to see this page.", "info"),
    "REAUTHENTICATION_REQUIRED": ("You signed in a while ago. Please type your password once more.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you.", "success"),
    "TWO_FACTOR_INVALID_TOKEN": ("This code is not the current one. Wait for the next code in your app, and check that its clock is right.", "error"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Please sign in again: the code was not asked for, or too long ago.", "error"),
    "TWO_FACTOR_SETUP_EXPIRED": ("That took too long. Please set the second factor up again.", "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("", "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": ("The second factor is set up. You will be asked for a code at each sign-in.", "success"),
    "TWO_FACTOR_DISABLED": ("The second factor is off.", "success"),
    "INVALID_RECOVERY_CODE": ("This is none of your recovery codes, or it was used already.", "error"),
    "NO_RECOVERY_CODES_SETUP": ("There are no recovery codes yet.", "info"),
    "PASSWORD_CHANGE": ("Your password is changed.", "success"),
    "PASSWORD_IS_THE_SAME": ("The new password is the old one. Choose another.", "error"),
    "PASSWORD_MISMATCH": ("The two new passwords differ.", "error"),
    "PASSWORD_INVALID_LENGTH": ("Use at least %(length)s characters.", "error"),
    "INVALID_PASSWORD": ("This is not your current password.", "error"),
}


class SignInForm(LoginForm):
    """Without “remember me”: a session ends with the browser, or after twelve idle hours."""

    remember = None


def install(app: Flask, wiring: Wiring) -> None:
    """Set up sessions, CSRF protection and the sign-in pages of the desk."""
    app.session_interface = DeskSessions()
    app.config.update(_settings(wiring))
    CSRFProtect(app)
    datastore = StaffDatastore(wiring.database)
    app.teardown_appcontext(datastore.sessions.close)
    security = Security(app, datastore, login_form=SignInForm)
    security.want_json(_never_json)
    # Rights are asked of the person (app/desk/door.py), so no identity is looked up for every request, public pages included.
    security.principal.identity_loaders.clear()
    for endpoint in GUARDED:
        app.view_functions[endpoint] = limiter.limit(SIGN_IN_TRIES, methods=["POST"])(app.view_functions[endpoint])  # type: ignore[assignment]
    app.view_functions["security.two_factor_rescue"] = _to_recovery_code
    user_authenticated.connect(_tie_forms_to_person, app)


def _settings(wiring: Wiring) -> dict[str, Any]:
    settings = {
        "URL_PREFIX": DESK,
        "LOGIN_URL": "/sign-in",
        "LOGOUT_URL": "/sign-out",
        "VERIFY_URL": "/confirm-password",
        "CHANGE_URL": "/change-password",
        "TWO_FACTOR_SETUP_URL": "/second-factor",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
        "TWO_FACTOR_RESCUE_URL": "/code-help",
        "TWO_FACTOR_SELECT_URL": "/code-choice",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/recovery-code",
        "POST_LOGIN_VIEW": f"{DESK}/",
        "POST_LOGOUT_VIEW": f"{DESK}/sign-in",
        "POST_CHANGE_VIEW": f"{DESK}/account",
        "TWO_FACTOR_POST_SETUP_VIEW": f"{DESK}/account",
        "LOGOUT_CSRF": True,
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": False,
        "CLI_ROLES_NAME": False,
        "RETURN_GENERIC_RESPONSES": True,
        "API_ENABLED_METHODS": ["session"],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": True,
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "CHANGEABLE": True,
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": not wiring.config.on_loopback,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        # This layer guards the copy that waits in the session while the factor is set up; the column is sealed besides.
        "TOTP_SECRETS": {"1": secrets.lookup("second factor of staff")},
        "TOTP_ISSUER": wiring.site.name,
        "FRESHNESS": timedelta(hours=1),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
    }
    return {
        **{f"SECURITY_{name}": value for name, value in settings.items()},
        **{f"SECURITY_MSG_{name}": text for name, text in MESSAGES.items()},
        "PERMANENT_SESSION_LIFETIME": IDLE,
        # The desk checks each write itself (app/web/guards.py); public forms carry signed tokens of their own.
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # some browsers send no Referer; Origin is looked at for every write (app/web/headers.py)
    }


def _never_json(_request: Request) -> bool:
    return False


def _to_recovery_code() -> Response:
    return redirect(url_for("security.mf_recovery"))


def _tie_forms_to_person(app: Flask, user: Staff, **_details: Any) -> None:
    """Make the session's CSRF secret the person's own, so that a form left open over a sign-out can still be sent after signing in again."""
    key = str(app.config["SECRET_KEY"]).encode()
    session["csrf_token"] = hmac.new(key, f"forms of {user.fs_uniquifier}".encode(), hashlib.sha256).hexdigest()
    g.pop("csrf_token", None)
