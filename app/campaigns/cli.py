"""`flask campaigns`: campaign files in and out."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from app import clock
from app.campaigns import actions, loading, printing, queries
from app.campaigns.filed import BadCampaignFile, CampaignFile
from app.campaigns.models import Campaign
from app.campaigns.queries import Listed
from app.campaigns.rules import State
from app.errors import Conflict, NotFound, Refused
from app.wiring import Wiring

ACTOR = "command line"
R = TypeVar("R")

group = click.Group("campaigns", help="Urgent actions: load them from files, print them, steer them.")


def _at(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime:
    try:
        return clock.parse(text) if text else clock.now()
    except ValueError:
        raise click.BadParameter(f"{text!r} is no ISO time: write e.g. 2026-12-06 or 2026-12-06T09:00+01:00.") from None


at_now = click.option("--now", callback=_at, metavar="ISO", help="Act as if it were this moment.")


@group.command("load")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Make it public, and tell everybody who asked to hear of new actions.")
@at_now
@click.pass_obj
def load_command(wiring: Wiring, path: Path, publish: bool, now: datetime) -> None:
    """Load a campaign from a TOML file: create it, or replace the content of the one with its slug.

    Every problem is printed with its place, and then nothing is loaded.
    """
    file = _read(path)
    click.echo(_within(lambda: _load(wiring, file, publish=publish, now=now)))


@group.command("show")
@click.argument("slug")
@click.option("--json", "form", flag_value="json", help="Everything that is known, with counts, as JSON.")
@click.option("--toml", "form", flag_value="toml", default=True, help="The campaign file (default); loading it gives the same campaign.")
@at_now
@click.pass_obj
def show_command(wiring: Wiring, slug: str, form: str, now: datetime) -> None:
    """Print a campaign."""
    with wiring.database.reading() as session:
        campaign = _within(lambda: _get(session, slug))
        if form == "toml":
            click.echo(printing.to_toml(campaign), nl=False)
            return
        data = printing.to_data(
            campaign,
            queries.get_totals(session, campaign.id),
            queries.list_counts(session, campaign.id),
            queries.count_announcements(session, campaign.id),
            now,
        )
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@group.command("list")
@at_now
@click.pass_obj
def list_command(wiring: Wiring, now: datetime) -> None:
    """List every campaign, the newest first."""
    with wiring.database.reading() as session:
        listed = queries.list_campaigns(session, now)
    for one in listed:
        click.echo("\t".join((one.slug, str(one.standing), _deadline(one), f"{one.totals.people} people have written", _title(one))))
    if not listed:
        click.echo("No campaign yet: `flask campaigns load FILE`.")


def _read(path: Path) -> CampaignFile:
    try:
        file = loading.read(loading.decode(path.read_bytes()))
    except BadCampaignFile as bad:
        for problem in bad.problems:
            click.echo(f"{path}: {problem}", err=True)
        click.echo(f"Nothing was loaded: {_many(len(bad.problems), 'problem')}.", err=True)
        sys.exit(1)
    for warning in file.warnings:
        click.echo(f"{path}: warning: {warning}", err=True)
    return file


def _load(wiring: Wiring, file: CampaignFile, *, publish: bool, now: datetime) -> str:
    with wiring.database.transaction() as session:
        known = queries.find_campaign(session, file.slug)
        is_draft = known is None or known.state == State.DRAFT
        if publish and is_draft and file.state in {None, State.DRAFT, State.PUBLISHED}:
            file = replace(file, state=State.DRAFT)
        campaign = loading.apply(session, file, actor=ACTOR, now=now)
        done = f"{file.slug}: {'created' if known is None else 'replaced'}, {campaign.state}."
        if publish:
            told = actions.publish(session, campaign, actor=ACTOR, now=now) if campaign.state != State.PUBLISHED else None
            return _published(file.slug, told)
        return f"{done} Nobody was told by mail." if known is None and campaign.state == State.PUBLISHED else done


def _published(slug: str, told: int | None) -> str:
    if told is None:
        return f"{slug}: replaced. It was public before, so nobody is told again."
    return f"{slug}: published. {_many(told, 'announcement')} will go to those who asked to hear of new actions."


def _get(session: Session, slug: str) -> Campaign:
    try:
        return queries.get_campaign(session, slug)
    except NotFound:
        raise Refused("There is no campaign “%(slug)s”; `flask campaigns list` names them all.", slug=slug) from None


def _within(work: Callable[[], R]) -> R:
    """The result of the work; what a rule refuses becomes one line and exit code 1."""
    try:
        return work()
    except Refused as refused:
        raise click.ClickException(refused.reason % refused.values if refused.values else refused.reason) from None
    except Conflict as conflict:
        raise click.ClickException(str(conflict)) from None


def _deadline(one: Listed) -> str:
    if one.deadline_on is None or one.days_left is None:
        return "no deadline"
    return f"{one.deadline_on} ({_many(one.days_left, 'day')} left)" if one.days_left >= 0 else f"{one.deadline_on}"


def _title(one: Listed) -> str:
    headline = one.headline("en")
    return headline.headline if headline else "no text yet"


def _many(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
