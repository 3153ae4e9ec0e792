"""Caps on requests per network: in memory on one machine, in Redis on several."""

from ipaddress import ip_address

from flask import Flask, request
from flask_limiter import Limiter

from app.wiring import Wiring


def network() -> str:
    """The caller's network: /24 of an IPv4 address, /48 of an IPv6 one. Nothing of it is stored beyond the day."""
    try:
        address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 (no bind: a stand-in for no address)
    except ValueError:
        return "unknown"
    return ".".join(str(address).split(".")[:3]) if address.version == 4 else ":".join(address.exploded.split(":")[:3])


limiter = Limiter(network)


def install(app: Flask, wiring: Wiring) -> None:
    app.config.update(RATELIMIT_STORAGE_URI=wiring.config.redis_url or "memory://", RATELIMIT_ENABLED=wiring.config.environment != "test")
    limiter.init_app(app)
