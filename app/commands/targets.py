"""`flask targets`: the directory of embassies in and out."""

from pathlib import Path

import click

from app import clock, steering
from app.errors import Conflict
from app.targets import loading, parsing, printing, sheets
from app.targets.filed import BadDirectory, DirectoryFile
from app.targets.loading import Plan
from app.targets.queries import list_embassies
from app.wiring import Wiring

ACTOR = "command line"
MOST_SHOWN = 200

group = click.Group("targets", help="Offices that letters go to beside those of campaigns: embassies.")


@group.command("embassies")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_obj
def embassies_command(wiring: Wiring, path: Path, check: bool) -> None:
    """Load embassies from a CSV file: new ones are added, those that represent and are accredited to the same countries get its data.

    Every problem is printed with its line and column, and then nothing is loaded.
    """
    file = _read(path)
    if check:
        with wiring.database.reading() as session:
            click.echo(f"{_summary(loading.plan(session, file))} Nothing was changed.")
        return
    try:
        with wiring.database.transaction() as session:
            done = steering.load_embassies(session, file, actor=ACTOR, now=clock.now())
    except Conflict as conflict:
        raise click.ClickException(str(conflict)) from None
    click.echo(_summary(done))


@group.command("export")
@click.pass_obj
def export_command(wiring: Wiring) -> None:
    """Print the directory of embassies as CSV; loading it changes nothing."""
    with wiring.database.reading() as session:
        click.echo(printing.to_csv(list_embassies(session)).encode(), nl=False)


def _read(path: Path) -> DirectoryFile:
    try:
        file = parsing.read(sheets.decode(path.read_bytes()))
    except BadDirectory as bad:
        for flaw in bad.flaws[:MOST_SHOWN]:
            click.echo(f"{path}: {flaw}", err=True)
        n = len(bad.flaws)
        raise click.ClickException(f"nothing was loaded: {n} {'problem' if n == 1 else 'problems'}.") from None
    for warning in file.warnings[:MOST_SHOWN]:
        click.echo(f"{path}: warning: {warning}", err=True)
    return file


def _summary(plan: Plan) -> str:
    return f"Embassies: {len(plan.new)} new, {len(plan.changed)} changed, {len(plan.same)} as they were."
