"""The supporters' door: actions, letters, confirming, their own page."""

from app.pages import action, appeal, confirm, event, home, machine, me  # noqa: F401 (each registers its pages)
from app.pages.door import blueprint

__all__ = ["blueprint"]
