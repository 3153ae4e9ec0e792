"""Wires the web app: the only place that knows the settings and all doors."""

import click
from flask import Flask
from jinja2 import StrictUndefined

import app.campaigns.cli
import app.commands
import app.deliveries.cli
import app.jobs.cli
from app import i18n
from app.accounts import security
from app.desk import blueprint as desk
from app.pages import blueprint as pages
from app.web import errors, headers, languages, limits, proxies
from app.wiring import Wiring, wire
from config import ROOT, Config

GROUPS = (app.campaigns.cli.group, app.deliveries.cli.group, app.jobs.cli.group, *app.commands.groups)


def create_app(config: Config | None = None) -> Flask:
    """The web app and its commands. Raises BadSetting when a setting is missing or wrong."""
    wiring = wire(config or Config.from_env())
    web = Flask("vigil", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app/web/static"), static_url_path="/static")
    web.extensions["vigil"] = wiring
    web.config.update(
        SECRET_KEY=wiring.config.keys.secret,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=wiring.config.public_url.startswith("https://"),
        SESSION_COOKIE_PATH="/desk",
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    web.jinja_env.undefined = StrictUndefined
    web.jinja_env.trim_blocks = web.jinja_env.lstrip_blocks = True
    web.jinja_env.globals.update(_=i18n._, ngettext=i18n.ngettext, site=wiring.site)
    languages.speak_by_address(web)
    proxies.trust(web, wiring.config.proxies)
    headers.protect(web, wiring.site.public_url)
    limits.install(web, wiring)
    errors.install(web)
    security.install(web, wiring)
    web.register_blueprint(pages)
    web.register_blueprint(desk)
    for group in GROUPS:
        web.cli.add_command(_wired(group, wiring))
    for command in app.commands.commands:
        web.cli.add_command(_wired_command(command, wiring))
    return web


def _wired(group: click.Group, wiring: Wiring) -> click.Group:
    """The feature's commands, given the wiring as click's `obj`: features know no Flask."""

    def hand_over() -> None:
        click.get_current_context().obj = wiring

    return click.Group(group.name, commands=group.commands, callback=hand_over, help=group.help)


def _wired_command(command: click.Command, wiring: Wiring) -> click.Command:
    """The same for a command outside any group."""

    def hand_over(**values: object) -> object:
        context = click.get_current_context()
        context.obj = wiring
        return context.invoke(command.callback, **values) if command.callback else None

    return click.Command(command.name, params=command.params, callback=hand_over, help=command.help)
