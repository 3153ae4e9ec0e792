"""Signed, purpose-bound tokens for links in mails and for public forms."""

from datetime import timedelta
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from app.errors import NotFound, Refused
from app.i18n import N_
from app.site import Site


class Purpose(StrEnum):
    """What a token may be used for; one never opens what another was made for."""

    DRAFT = "draft"
    CONFIRM = "confirm"
    APPEAL = "appeal"
    REMINDER = "reminder"
    ME = "me"
    UNSUBSCRIBE = "unsubscribe"
    FORM = "form"


def sign(site: Site, purpose: Purpose, subject: int | str) -> str:
    """A token for the URL or a hidden field that names `subject`, for this purpose alone."""
    return _serializer(site, purpose).dumps(subject)


def read(site: Site, purpose: Purpose, token: str, *, max_age: timedelta | None = None) -> int | str:
    """The subject of a token. Raises NotFound if it is not ours or for something else, Refused if it is too old."""
    try:
        subject = _serializer(site, purpose).loads(token, max_age=None if max_age is None else int(max_age.total_seconds()))
    except SignatureExpired:
        raise Refused(N_("This link is too old. Please sign up again; it takes a minute.")) from None
    except BadSignature:
        raise NotFound from None
    if not isinstance(subject, int | str):
        raise NotFound
    return subject


def _serializer(site: Site, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site.secret, salt=f"vigil.{purpose}")
