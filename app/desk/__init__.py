"""The staff's door: list of campaigns, editor, preview, publishing, mail."""

from app.desk import (  # noqa: F401 (each registers its pages)
    account,
    campaigns,
    deliveries,
    editing,
    editions,
    embassies,
    glances,
    mail,
    preview,
    publishing,
    reports,
    sheet,
)
from app.desk.door import blueprint

__all__ = ["blueprint"]
