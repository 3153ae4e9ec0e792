"""The appeal that a page's token opens."""

from flask import abort, make_response
from sqlalchemy.orm import Session

from app import tokens
from app.errors import NotFound
from app.i18n import _
from app.letters import queries
from app.letters.models import Appeal
from app.letters.rules import AppealState
from app.tokens import Purpose
from app.web import errors
from app.web.state import site


def opened(session: Session, token: str) -> Appeal:
    """The appeal a page's token names. The token of a draft ends with it: whoever typed an address has no part in what its owner proved."""
    try:
        return queries.get_appeal(session, str(tokens.read(site(), Purpose.APPEAL, token)))
    except NotFound:
        draft = queries.get_appeal(session, str(tokens.read(site(), Purpose.DRAFT, token)))
    if draft.state != AppealState.DRAFT:
        title, advice = _("This letter is confirmed"), _("From now on it opens only with the link in the mail to its writer.")
        abort(make_response(errors.page(410, title, advice)))
    return draft
