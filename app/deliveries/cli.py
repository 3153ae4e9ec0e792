"""`flask deliveries`: look at the outbox, and settle what is in doubt."""

import click

from app import audit, clock
from app.deliveries import actions, queries
from app.deliveries.actions import Verdict
from app.deliveries.models import Delivery
from app.deliveries.rules import State
from app.errors import NotFound, Refused
from app.wiring import Wiring

group = click.Group("deliveries", help="Mails on their way out, and those in doubt.")


@group.command("list")
@click.option("--state", type=click.Choice([str(state) for state in State]), help="Only those in this state.")
@click.option("--limit", default=50, show_default=True, help="How many, latest change first.")
@click.pass_obj
def list_(wiring: Wiring, state: str | None, limit: int) -> None:
    """Show deliveries, and how many there are in each state."""
    with wiring.database.reading() as session:
        counts = queries.count_by_state(session)
        lines = [_line(delivery) for delivery in queries.list_deliveries(session, state=State(state) if state else None, limit=limit)]
    for line in reversed(lines):
        click.echo(line)
    if not counts:
        click.echo("The outbox is empty: nothing was ever queued.")
        return
    click.echo(", ".join(f"{n} {name}" for name, n in counts.items()))
    if State.IN_DOUBT in counts and state != State.IN_DOUBT:
        click.echo("Look at those in doubt with --state in_doubt, then settle each with `flask deliveries resolve ID sent|again`.")


@group.command()
@click.argument("delivery_id", type=int)
@click.argument("verdict", type=click.Choice([str(verdict) for verdict in Verdict]))
@click.pass_obj
def resolve(wiring: Wiring, delivery_id: int, verdict: str) -> None:
    """Settle a mail in doubt: `sent` if the relay's log shows its Message-ID, `again` if it surely does not."""
    now = clock.now()
    try:
        with wiring.database.transaction() as session:
            actions.resolve(session, delivery_id, Verdict(verdict), actor="command line", now=now)
            audit.record(session, actor="command line", verb="resolved", subject=f"delivery {delivery_id}", now=now, verdict=verdict)
    except NotFound:
        raise click.ClickException(f"There is no delivery {delivery_id}.") from None
    except Refused as refused:
        raise click.ClickException(refused.reason % refused.values) from None
    click.echo(f"Delivery {delivery_id} is settled: {verdict}.")


def _line(delivery: Delivery) -> str:
    when = delivery.due_at if delivery.state == State.RETRY_WAIT else delivery.state_at
    tail = f"  {delivery.code or ''} {delivery.reason}".rstrip() if delivery.reason else ""
    return f"{delivery.id:>7}  {when:%Y-%m-%d %H:%M}  {delivery.state:<11}  {delivery.mail:<12}  {delivery.domain}  {delivery.message_id}{tail}"
