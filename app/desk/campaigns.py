"""The list of campaigns, and one campaign at a glance."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app import i18n, links
from app.accounts.rules import Right
from app.campaigns import printing
from app.campaigns.models import Campaign
from app.campaigns.queries import Listed, count_announcements, get_campaign, get_totals, list_campaigns
from app.campaigns.rules import Standing
from app.desk import figures
from app.desk.door import blueprint, needs
from app.desk.reports import WAYS
from app.events.queries import list_reports
from app.targets.queries import count_offices
from app.web.state import database, now, site

ORDER = (Standing.OPEN, Standing.PAUSED, Standing.HIDDEN, Standing.EXPIRED, Standing.CLOSED)
NEVER = datetime.max.replace(tzinfo=UTC)


@blueprint.get("/")
@needs(Right.READ)
def home() -> ResponseReturnValue:
    """Every campaign: what is urgent first, what is over last."""
    moment = now()
    with database().reading() as session:
        found = list_campaigns(session, moment)
        pending = figures.pending(session, [one.id for one in found])
    running = sorted((one for one in found if one.standing in ORDER[:3]), key=lambda one: (ORDER.index(one.standing), one.deadline_at or NEVER))
    over = sorted((one for one in found if one.standing in ORDER[3:]), key=lambda one: one.ended_at or NEVER, reverse=True)
    return render_template("desk/home.html", running=running, over=over, pending=pending, ended_on=_ended_on)


@blueprint.get("/campaigns/<slug>/")
@needs(Right.READ)
def campaign(slug: str) -> ResponseReturnValue:
    """State, counts, what goes out next, and who did what."""
    moment = now()
    with database().reading() as session:
        one = get_campaign(session, slug)
        spread = figures.spread(session, one.id)
        totals = get_totals(session, one.id)
        return render_template(
            "desk/campaign.html",
            campaign=one,
            totals=totals,
            own_words=Counter(totals.own_words),
            pending=figures.pending(session, [one.id])[one.id],
            spread=spread,
            days=figures.last_days(spread.days, _last_day(one, moment)),
            turns=figures.turns(session, one),
            embassy_turns=figures.embassy_turns(session, one),
            embassies=count_offices(session, one.country),
            reminders=figures.next_reminders(session, one.id),
            announcements=count_announcements(session, one.id),
            reports=list_reports(session, one.id),
            ways=WAYS,
            trail=figures.trail(session, one),
            public=[(code, links.action(site(), code, slug)) for code in i18n.INTERFACE],
            now=moment,
        )


@blueprint.get("/campaigns/<slug>/campaign.toml")
@needs(Right.READ)
def campaign_file(slug: str) -> ResponseReturnValue:
    """The campaign as a file, to keep, translate, or load elsewhere."""
    with database().reading() as session:
        toml = printing.to_toml(get_campaign(session, slug))
    return Response(toml, content_type="application/toml; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{slug}.toml"'})


def _ended_on(one: Listed) -> date | None:
    """The day a campaign was closed, as its zone counts days, else its last day."""
    return one.closed_at.astimezone(ZoneInfo(one.timezone)).date() if one.closed_at else one.deadline_on


def _last_day(one: Campaign, moment: datetime) -> date:
    """The last day the chart shows: today, or the day a campaign ended."""
    ended = min(moment, one.closed_at or moment, one.deadline_at)
    return ended.astimezone(ZoneInfo(one.timezone)).date()
