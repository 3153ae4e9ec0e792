"""`flask supporters erase`: forgetting a person on request."""

import click

from app import clock, secrets, steering
from app.errors import Refused
from app.mail.addresses import normalise
from app.wiring import Wiring

group = click.Group("supporters", help="People who sign up.")


@group.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(wiring: Wiring, email: str, yes: bool) -> None:
    """Delete everything about EMAIL; letters that have not left are cancelled. Counts stay, they hold no person."""
    try:
        email_hash = secrets.lookup(normalise(email).casefold())
    except Refused as refusal:
        raise click.ClickException(refusal.reason % refusal.values) from None
    if not yes:
        click.confirm(f"Erase everything about {email}? This cannot be undone.", abort=True)
    found = steering.erase(wiring.database, email_hash, actor="command line", site=wiring.site, now=clock.now())
    click.echo("Everything about this address is erased." if found else "Nothing was stored about this address.")
