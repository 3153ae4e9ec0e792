"""The supporters' door: actions, letters, confirming, their own page."""

from app.pages import (  # noqa: F401 (each registers its pages)
    action,
    appeal,
    confirm,
    downloads,
    event,
    home,
    machine,
    me,
    own_mail,
    sheet,
    ways,
)
from app.pages.door import blueprint

__all__ = ["blueprint"]
