"""Absolute addresses of our pages, for mails and jobs that have no web request. A test compares each with its route."""

from app.site import Site
from app.tokens import Purpose, sign


def home(site: Site, language: str) -> str:
    return f"{site.public_url}/{language}/"


def action(site: Site, language: str, slug: str) -> str:
    return f"{site.public_url}/{language}/actions/{slug}/"


def event(site: Site, language: str, slug: str) -> str:
    """Where groups print a pack, and report the letters they wrote."""
    return f"{site.public_url}/{language}/actions/{slug}/event"


def confirm(site: Site, language: str, appeal_key: str) -> str:
    return f"{site.public_url}/{language}/confirm/{sign(site, Purpose.CONFIRM, appeal_key)}"


def appeal(site: Site, language: str, appeal_key: str) -> str:
    """The page of a proven appeal."""
    return f"{site.public_url}/{language}/appeals/{sign(site, Purpose.APPEAL, appeal_key)}/"


def already_sent(site: Site, language: str, appeal_key: str) -> str:
    """Where the reader of a reminder says that they have written."""
    return f"{site.public_url}/{language}/reminder/{sign(site, Purpose.REMINDER, appeal_key)}/sent"


def me(site: Site, language: str, supporter_id: int) -> str:
    return f"{site.public_url}/{language}/me/{sign(site, Purpose.ME, supporter_id)}/"


def unsubscribe(site: Site, supporter_id: int) -> str:
    """Where mail programs POST for one-click unsubscribing (RFC 8058), and people open a page."""
    return f"{site.public_url}/unsubscribe/{sign(site, Purpose.UNSUBSCRIBE, supporter_id)}"
