"""The staff's door: list of campaigns, editor, preview, publishing, mail."""

from app.desk import account, campaigns, deliveries, editing, editions, embassies, mail, preview, publishing  # noqa: F401 (each registers its pages)
from app.desk.door import blueprint

__all__ = ["blueprint"]
