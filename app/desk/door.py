"""The blueprint of the desk: one guard before every page, and what every page's frame needs."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.rules import Right, holders
from app.desk.figures import count_in_doubt
from app.letters.queries import count_held
from app.web.errors import page
from app.web.guards import roles_required, staff_required
from app.web.state import database

View = Callable[..., ResponseReturnValue]

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(staff_required)


def needs(right: Right) -> Callable[[View], View]:
    """Ask for a right before a view runs. Stands on every view of the desk; a test walks them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            roles_required(holders(right))
            return view(*args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def may(right: str) -> bool:
    """Whether the person at the desk has a right; templates leave out what they may not do."""
    return bool(current_user.is_authenticated and current_user.role_names & holders(Right(right)))


@blueprint.app_context_processor
def frame() -> dict[str, object]:
    """For the frame of desk pages, also those of the sign-in: who is here, and whether something needs a look."""
    return {"may": may, "in_doubt": _in_doubt, "to_look_at": _to_look_at}


@blueprint.errorhandler(403)
def not_theirs(_error: Exception) -> tuple[str, int]:
    return page(403, "This is not yours to do", "Your role does not allow it. Ask an admin or a coordinator.")


@blueprint.app_errorhandler(429)
def too_many(_error: Exception) -> tuple[str, int]:
    if request.path.startswith("/desk/"):
        return page(429, "Too many tries", "Many sign-ins were tried from your network. Wait some minutes, then try again.")
    return page(429)


def actor() -> str:
    """Who the audit trail shall name."""
    return str(current_user.email)


def _to_look_at() -> int:
    if not may(Right.MAIL):
        return 0
    with database().reading() as session:
        return count_held(session)


def _in_doubt() -> int:
    if not may(Right.MAIL):
        return 0
    with database().reading() as session:
        return count_in_doubt(session)
