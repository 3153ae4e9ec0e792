"""Whom to believe about the caller's address: the proxies that stand in front, and nobody else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def trust(app: Flask, proxies: int) -> None:
    """Take address, scheme and host of a request from the last `proxies` entries of the X-Forwarded headers; 0 = ignore them."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
