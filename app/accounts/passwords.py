"""Passwords as sign-in will compare them: normalised first, then hashed. Needs the web app's context."""

from flask import current_app
from flask_security import Security, hash_password

from app.errors import Refused


def hashed(password: str) -> str:
    """The argon2id hash of a new password. Raises Refused when it is too weak."""
    security: Security = current_app.extensions["security"]
    problems, normalised = security._password_util.validate(password, is_register=False)  # noqa: SLF001 (the one documented way in)
    if problems:
        raise Refused(" ".join(str(problem) for problem in problems))
    return str(hash_password(normalised))
