"""`flask demo start`: from an empty folder to a served site with something to look at, in one command and one process."""

import click
from flask import Flask
from flask.cli import ScriptInfo

from app import clock
from app.commands import database, demo, staff
from app.commands.checks import check_instance, check_port, pretend
from app.commands.serving import serve
from app.wiring import Wiring
from config import Environment


@demo.group.command("start")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--now", "moment", help="Pretend it is this moment (ISO 8601).")
@click.pass_context
def start_command(context: click.Context, host: str, port: int, moment: str | None) -> None:
    """Make the tables, load the demo data, make a sign-in for the desk, and serve."""
    wiring = context.find_object(Wiring)
    script = context.find_object(ScriptInfo)
    assert wiring is not None
    assert script is not None
    if wiring.config.environment is Environment.PRODUCTION:
        raise click.ClickException("the demo is for trying Vigil out: VIGIL_ENV is production, so nothing was started.")
    check_port(host, port)
    check_instance(wiring.config.instance)
    pretend(wiring, moment)
    sign_in = prepare(wiring, script.load_app())
    serve(wiring, host=host, port=port, ready=lambda: _welcome(wiring, *sign_in))


def prepare(wiring: Wiring, app: Flask) -> tuple[str, str]:
    """Tables, campaigns and a coordinator, each made where it is missing. Returns the coordinator's e-mail and password."""
    database.upgrade(wiring.database)
    demo.load(wiring, clock.now())
    return staff.ensure_demo_staff(wiring, app)


def _welcome(wiring: Wiring, email: str, password: str) -> None:
    url, route = wiring.config.public_url, wiring.site.route
    mail = f"{url}/desk/mail and in {route.path}; none leaves this computer" if wiring.site.captures else f"sent to {route.host}:{route.port}!"
    click.echo(f"""
  Vigil runs. Ctrl-C stops it; the next start keeps the data.

  public site     {url}/
  desk            {url}/desk/
                  sign in as {email} with the password {password}
  captured mail   {mail}
""")
