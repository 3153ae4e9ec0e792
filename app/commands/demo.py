"""`flask demo load`: two campaigns to look at, a closed one and an open one, and some embassies."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from app import clock, steering
from app.campaigns import actions, loading
from app.campaigns.filed import CampaignFile
from app.campaigns.queries import find_campaign
from app.campaigns.rules import Standing
from app.targets import parsing, sheets
from app.targets.filed import DirectoryFile
from app.targets.queries import list_represented
from app.wiring import Wiring
from config import ROOT, Environment

ACTOR = "demo"
CLOSED, OPEN = ROOT / "demo" / "pavlov.toml", ROOT / "demo" / "open.toml"
EMBASSIES = ROOT / "demo" / "embassies.csv"
AHEAD = timedelta(days=14)

group = click.Group("demo", help="Data to try Vigil with, on this computer only.")


@group.command("load")
@click.pass_obj
def load_command(wiring: Wiring) -> None:
    """Load a closed and an open campaign, and embassies. Loading them again keeps what is there, and reopens the open one after its deadline."""
    if wiring.config.environment is Environment.PRODUCTION:
        raise click.ClickException("demo data is for trying Vigil out: VIGIL_ENV is production, so nothing was loaded.")
    for line in load(wiring, clock.now()):
        click.echo(line)


def load(wiring: Wiring, now: datetime) -> list[str]:
    """Make sure the campaigns and embassies are there; says of each what was done."""
    directory = parsing.read(sheets.decode(EMBASSIES.read_bytes()))
    files = [loading.read(loading.decode(path.read_bytes())) for path in (CLOSED, OPEN)]
    with wiring.database.transaction() as session:
        embassies = _ensure_embassies(session, directory, now)
        return [*(_ensure(session, file, now) for file in files), embassies]


def _ensure(session: Session, file: CampaignFile, now: datetime) -> str:
    known = find_campaign(session, file.slug)
    deadline_on = now.astimezone(ZoneInfo(file.timezone)).date() + AHEAD
    if known is None:
        campaign = loading.apply(session, file if file.outcome else _ahead(file, deadline_on), actor=ACTOR, now=now)
        return f"{file.slug}: loaded, {campaign.state}."
    if known.standing(now) is Standing.EXPIRED:
        actions.extend(session, known, deadline_on=deadline_on, actor=ACTOR, now=now)
        return f"{file.slug}: there already; its deadline had passed and is now {deadline_on}."
    return f"{file.slug}: there already, {known.state}."


def _ensure_embassies(session: Session, directory: DirectoryFile, now: datetime) -> str:
    if list_represented(session):
        return "embassies: there already."
    loaded = steering.load_embassies(session, directory, actor=ACTOR, now=now)
    return f"embassies: {len(loaded.new)} loaded."


def _ahead(file: CampaignFile, deadline_on: date) -> CampaignFile:
    """The same file with two weeks to go, and not issued later than today."""
    first, *others = reversed(file.editions)
    today = deadline_on - AHEAD
    moved = replace(first, deadline_on=deadline_on, issued_on=min(first.issued_on or today, today))
    return replace(file, editions=(*reversed(others), moved))
