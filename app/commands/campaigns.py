"""`flask campaigns publish|pause|resume|close|extend`: a campaign's life from the command line."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from app import clock, steering
from app.campaigns.cli import group
from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.campaigns.rules import Outcome
from app.errors import NotFound, Refused
from app.wiring import Wiring

ACTOR = "command line"


def _change(wiring: Wiring, slug: str, change: Callable[[Any, Campaign, datetime], object]) -> object:
    """Apply a change to a campaign in one transaction; refusals become one line and exit code 1."""
    try:
        with wiring.database.transaction() as session:
            return change(session, get_campaign(session, slug), clock.now())
    except NotFound:
        raise click.ClickException(f"there is no campaign {slug!r}; `flask campaigns list` names them.") from None
    except Refused as refusal:
        raise click.ClickException(refusal.reason % refusal.values) from None


@group.command()
@click.argument("slug")
@click.pass_obj
def publish(wiring: Wiring, slug: str) -> None:
    """Open a campaign to the public."""
    told = _change(wiring, slug, lambda session, campaign, now: steering.publish(session, campaign, actor=ACTOR, site=wiring.site, now=now))
    click.echo(f"{slug} is published; told to {told} who asked for it.")


@group.command()
@click.argument("slug")
@click.pass_obj
def pause(wiring: Wiring, slug: str) -> None:
    """Let nothing leave until the campaign is resumed."""
    back = _change(wiring, slug, lambda session, campaign, now: steering.pause(session, campaign, actor=ACTOR, site=wiring.site, now=now))
    click.echo(f"{slug} is paused; {back} letters came back from the outbox and wait.")


@group.command()
@click.argument("slug")
@click.pass_obj
def resume(wiring: Wiring, slug: str) -> None:
    """Let letters leave again."""
    _change(wiring, slug, lambda session, campaign, now: steering.resume(session, campaign, actor=ACTOR, site=wiring.site, now=now))
    click.echo(f"{slug} is open again.")


@group.command()
@click.argument("slug")
@click.option("--outcome", type=click.Choice([str(kind) for kind in Outcome]), default=str(Outcome.UNKNOWN), show_default=True)
@click.option("--on", "outcome_on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the outcome, YYYY-MM-DD.")
@click.option("--story", multiple=True, metavar="LANG=TEXT", help="The outcome in a language; may be given several times.")
@click.pass_obj
def close(wiring: Wiring, slug: str, outcome: str, outcome_on: datetime | None, story: tuple[str, ...]) -> None:
    """End a campaign: waiting letters and reminders never leave."""
    told = dict(line.split("=", 1) for line in story if "=" in line)
    if len(told) != len(story):
        raise click.BadParameter("write --story en='She is free.'", param_hint="--story")
    kept = _change(
        wiring,
        slug,
        lambda session, campaign, now: steering.close(
            session,
            campaign,
            outcome=Outcome(outcome),
            outcome_on=outcome_on.date() if outcome_on else None,
            story=told,
            actor=ACTOR,
            site=wiring.site,
            now=now,
        ),
    )
    click.echo(f"{slug} is closed; {kept} letters were kept back.")


@group.command()
@click.argument("slug")
@click.argument("deadline_on", type=click.DateTime(["%Y-%m-%d"]))
@click.pass_obj
def extend(wiring: Wiring, slug: str, deadline_on: datetime) -> None:
    """Move the deadline to another day (YYYY-MM-DD)."""
    day: date = deadline_on.date()
    _change(wiring, slug, lambda session, campaign, now: steering.extend(session, campaign, deadline_on=day, actor=ACTOR, site=wiring.site, now=now))
    click.echo(f"{slug} now runs until {day.isoformat()}.")
