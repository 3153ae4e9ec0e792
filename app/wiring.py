"""What every door is given: the settings, the site and the database. No Flask here; commands and jobs use it too."""

import os
import secrets as random
from dataclasses import asdict, dataclass
from socket import gethostname

from app import logs, secrets
from app.db import Database
from app.site import Site
from config import Config


@dataclass(frozen=True)
class Wiring:
    config: Config
    site: Site
    database: Database


def wire(config: Config) -> Wiring:
    """Install the keys, set the form of the logs, and build the site and the database of this process."""
    logs.configure()
    secrets.install(config.keys.data, config.keys.lookup)
    return Wiring(config, site_of(config), Database(config.database_url))


def site_of(config: Config) -> Site:
    return Site(
        name=config.site_name,
        contact=config.site_contact,
        imprint=config.site_imprint,
        public_url=config.public_url,
        mail_from=config.mail_from,
        letters_from=config.letters_from,
        secret=config.keys.secret,
        route=config.mail,
        demo=config.environment == "demo",
        boot=f"{gethostname()}:{os.getpid()}:{random.token_hex(4)}",
        **asdict(config.bounds),
    )
