"""The site as features see it: plain values, no Flask, no environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MailRoute:
    """Where mail leaves. `scheme` is `file` (with `path`) or `smtp` (with host, port and, if set, login and STARTTLS)."""

    scheme: str
    path: Path | None = None
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Caps against abuse and flooding, times and sizes of the sending worker, and how long things are kept; units as the names say."""

    sign_ups_per_network_hour: int = 30
    packs_per_network_hour: int = 20
    event_reports_per_network_day: int = 5
    confirmations_per_10_minutes: int = 300
    personal_lines_characters: int = 1000
    lease_seconds: int = 120
    final_reply_seconds: int = 600
    connect_seconds: int = 30
    connections: int = 4
    batch: int = 50
    letters_per_connection: int = 100
    glance_seconds: float = 0.5
    """How long what the public page and the sign-up know of a campaign is taken for true before the database is asked again."""
    unconfirmed_days: int = 7
    text_days: int = 28


@dataclass(frozen=True, kw_only=True)
class Site(Bounds):
    """Who we are and the bounds we keep. Built from Config in the wiring and passed down."""

    name: str
    contact: str
    imprint: str
    public_url: str
    mail_from: str
    letters_from: str
    secret: str
    route: MailRoute
    demo: bool
    boot: str
    """Names this process; claims of a dead one are freed at start."""

    @property
    def captures(self) -> bool:
        """Whether mail is kept in a folder instead of being sent: evidence is `captured`."""
        return self.route.scheme == "file"

    @property
    def letters_domain(self) -> str:
        return self.letters_from.rpartition("@")[2]

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2]
