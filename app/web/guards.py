"""The door of the desk: nobody enters who has not signed in, and no form is taken that was not ours. Denies by default."""

from collections.abc import Collection

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError


def staff_required() -> ResponseReturnValue | None:
    """For `before_request`: lets signed-in staff pass, with their second factor where the site asks for one.

    A form that arrives after the session ended comes back with all that was typed, to be sent again after signing in.
    """
    if not current_user.is_authenticated:
        if request.method == "POST" and request.form:
            return _hold("signed_out"), 401
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if current_app.config["SECURITY_TWO_FACTOR_REQUIRED"] and not current_user.tf_primary_method:
        return redirect(url_for("security.two_factor_setup"))
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        try:
            current_app.extensions["csrf"].protect()
        except CSRFError:
            return _hold("not_ours"), 400
    session.modified = True  # the idle time begins anew with each page
    return None


def roles_required(roles: Collection[str]) -> None:
    """Stop with a page that says so unless the person has one of these roles."""
    if not current_user.role_names & set(roles):
        abort(403)


def _hold(reason: str) -> str:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("desk/held.html", reason=reason, fields=fields, sent_token=request.form.get("csrf_token", ""))
