"""`flask jobs` and `flask worker`."""

import click

from app import clock
from app.errors import NotFound
from app.jobs import engine
from app.jobs.table import JOBS, get_job
from app.wiring import Wiring

group = click.Group("jobs", help="What runs by the clock, and running it by hand.")


@group.command("list")
def list_() -> None:
    """Show every job, how often it runs and what it does."""
    for job in JOBS:
        click.echo(f"{job.name:<20}  every {_interval(job.every.total_seconds()):<8}  {job.purpose}")


@group.command()
@click.argument("name")
@click.option("--now", "moment", help="Run it as if it were this moment (ISO 8601, UTC unless it names a zone).")
@click.pass_obj
def run(wiring: Wiring, name: str, moment: str | None) -> None:
    """Run one job once, now or as if at another moment, and say how much it did."""
    try:
        job = get_job(name)
    except NotFound:
        raise click.ClickException(f"There is no job {name!r}. There are: {', '.join(job.name for job in JOBS)}.") from None
    if moment is not None:
        try:
            clock.pretend(clock.parse(moment))
        except ValueError:
            raise click.ClickException(f"--now is {moment!r}: write a date or a time like 2026-03-10 or 2026-03-10T10:00+00:00.") from None
    done = job.run(wiring.database, wiring.site, clock.now())
    click.echo(f"{job.name}: {done} done.")


@click.command("worker")
@click.pass_obj
def worker_command(wiring: Wiring) -> None:
    """Run the jobs until stopped (with PostgreSQL; on SQLite `flask serve` runs them). One worker ticks, more of them stand by."""
    engine.worker(wiring)


def _interval(seconds: float) -> str:
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
