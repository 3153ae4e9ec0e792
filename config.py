"""The settings, read once from the environment. Nothing else reads it (design: one frozen value, refused at start if bad)."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet
from email_validator import EmailNotValidError, validate_email

from app.site import Bounds, MailRoute

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSetting(Exception):
    """One setting is missing or wrong; the text names it and says how to mend it."""


class Environment(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True)
class Keys:
    """`secret` signs tokens; `data` are Fernet keys, newest first; `lookup` hashes addresses and is never rotated."""

    secret: str
    data: tuple[str, ...]
    lookup: str


@dataclass(frozen=True)
class Config:
    environment: Environment
    database_url: str
    redis_url: str
    public_url: str
    instance: Path
    keys: Keys
    mail: MailRoute
    mail_from: str
    letters_from: str
    site_name: str
    site_contact: str
    site_imprint: str
    proxies: int = 0
    """How many TLS proxies stand in front; their X-Forwarded headers are believed."""
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def on_loopback(self) -> bool:
        """Whether the public address is this machine only."""
        return (urlsplit(self.public_url).hostname or "") in LOOPBACK

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """The settings of this process.

        Keys that are not set are made once under the instance folder (mode 0600). Raises BadSetting with one clear line.
        """
        env = os.environ if env is None else env
        environment = _environment(env.get("VIGIL_ENV", "demo"))
        public_url = _public_url(env.get("PUBLIC_URL", "http://127.0.0.1:8000"))
        instance = Path(env.get("INSTANCE_PATH", ROOT / "instance")).resolve()
        host = urlsplit(public_url).hostname or "localhost"
        loopback = host in LOOPBACK
        domain = "vigil.example" if loopback else host
        database_url = _database_url(env.get("DATABASE_URL", ""), instance)
        redis_url = env.get("REDIS_URL", "")
        if not database_url.startswith("sqlite") and not redis_url and environment is Environment.PRODUCTION:
            raise BadSetting("REDIS_URL is not set: with PostgreSQL the request limits are kept in Redis, e.g. redis://127.0.0.1:6379/0.")
        mail = _mail_route(env.get("MAIL_URL", f"file:{instance / 'outbox'}"))
        if not loopback:
            _require_public_settings(env, environment, mail)
        return cls(
            environment=environment,
            database_url=database_url,
            redis_url=redis_url,
            public_url=public_url,
            instance=instance,
            keys=_keys(env, instance),
            mail=mail,
            mail_from=_address("MAIL_FROM", env.get("MAIL_FROM", f"hello@{domain}")),
            letters_from=_address("LETTERS_FROM", env.get("LETTERS_FROM", f"letters@{domain}")),
            site_name=env.get("SITE_NAME", "Vigil demo"),
            site_contact=_address("SITE_CONTACT", env.get("SITE_CONTACT", f"office@{domain}")),
            site_imprint=env.get("SITE_IMPRINT", "Vigil demo, run on this computer only."),
            proxies=_count("PROXIES", env.get("PROXIES", "1" if public_url.startswith("https://") else "0")),
        )


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        raise BadSetting(f"VIGIL_ENV is {name!r}: use demo, production or test.") from None


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise BadSetting(f"PUBLIC_URL is {url!r}: write the address people open, e.g. https://act.example.org.")
    if parts.path not in {"", "/"}:
        raise BadSetting(f"PUBLIC_URL is {url!r}: leave out the path, Vigil wants a host name of its own.")
    return url.rstrip("/")


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'vigil.sqlite3'}"
    if url.startswith("sqlite:///"):
        return url
    if url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    raise BadSetting(f"DATABASE_URL is {url!r}: use sqlite:///PATH or postgresql://user@host/name.")


def _mail_route(url: str) -> MailRoute:
    if url.startswith("file:"):
        return MailRoute("file", path=Path(url.removeprefix("file:").removeprefix("//")).resolve())
    try:
        parts = urlsplit(url)
        port = parts.port or 25
    except ValueError:
        raise BadSetting("MAIL_URL has a port that is no number.") from None
    if parts.scheme != "smtp" or not parts.hostname:
        raise BadSetting("MAIL_URL is not understood: use file:PATH or smtp://user:password@host:port?tls=starttls.")
    tls = parse_qs(parts.query).get("tls", [""])[0]
    if tls not in {"", "starttls"}:
        raise BadSetting(f"MAIL_URL asks for tls={tls}: the one that is known is tls=starttls.")
    return MailRoute(
        "smtp",
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=tls == "starttls",
    )


def _require_public_settings(env: Mapping[str, str], environment: Environment, mail: MailRoute) -> None:
    if environment is Environment.DEMO:
        raise BadSetting("PUBLIC_URL is a public address, but VIGIL_ENV is demo: set VIGIL_ENV=production; demo data stays on this computer.")
    missing = [name for name in ("SITE_NAME", "SITE_CONTACT", "SITE_IMPRINT", "MAIL_FROM", "LETTERS_FROM") if not env.get(name)]
    if missing:
        raise BadSetting(f"{', '.join(missing)} must be set before the site is public: people must know who asks them to write.")
    if mail.scheme == "file":
        raise BadSetting("MAIL_URL keeps mail in a folder: on a public address set smtp://..., or no letter would ever leave.")


def _count(name: str, text: str) -> int:
    if not text.isdecimal():
        raise BadSetting(f"{name} is {text!r}: write a number, 0 or more.")
    return int(text)


def _address(name: str, text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as problem:
        raise BadSetting(f"{name} is {text!r}: {problem}") from None


def _keys(env: Mapping[str, str], instance: Path) -> Keys:
    data = tuple(key for key in env.get("DATA_KEY", "").replace(",", " ").split() if key) or (
        _kept_key(instance, "data_key", Fernet.generate_key().decode()),
    )
    for key in data:
        try:
            Fernet(key)
        except ValueError:
            raise BadSetting(
                "DATA_KEY is no Fernet key: make one with "
                "`python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'`."
            ) from None
    secret = env.get("SECRET_KEY") or _kept_key(instance, "secret_key", secrets.token_urlsafe(48))
    lookup = env.get("LOOKUP_KEY") or _kept_key(instance, "lookup_key", secrets.token_urlsafe(48))
    for name, key in (("SECRET_KEY", secret), ("LOOKUP_KEY", lookup)):
        if len(key) < 32:
            raise BadSetting(f"{name} is shorter than 32 characters: use a long random one.")
    return Keys(secret, data, lookup)


def _kept_key(instance: Path, name: str, fresh: str) -> str:
    path = instance / name
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(fresh + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise BadSetting(f"{instance} cannot be written ({problem.strerror}): set INSTANCE_PATH to a folder Vigil may write to.") from None
    return fresh
