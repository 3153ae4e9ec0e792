"""What groups report of letters they wrote together: taken back when it cannot be true."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.rules import Right
from app.campaigns.queries import get_campaign
from app.desk.door import actor, blueprint, needs
from app.errors import Refused
from app.events import actions
from app.events.queries import get_report
from app.events.rules import Way
from app.web.state import database, now

WAYS = {Way.POST: "by post", Way.FAX: "by fax", Way.HAND: "handed over"}


@blueprint.get("/campaigns/<slug>/reports/<int:report_id>/take-back")
@needs(Right.STEER)
def ask_take_back(slug: str, report_id: int) -> ResponseReturnValue:
    """Asks first: letters taken back are not counted again."""
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        return render_template("desk/take_back.html", campaign=campaign, report=get_report(session, campaign.id, report_id), ways=WAYS)


@blueprint.post("/campaigns/<slug>/reports/<int:report_id>/take-back")
@needs(Right.STEER)
def take_back(slug: str, report_id: int) -> ResponseReturnValue:
    """Take the letters of a report out of the number."""
    try:
        with database().transaction() as session:
            report = get_report(session, get_campaign(session, slug).id, report_id)
            actions.take_back(session, report, slug=slug, actor=actor(), now=now())
        flash("Taken back. Its letters are in no number any more.", "success")
    except Refused as refusal:
        flash(refusal.reason, "error")
    return redirect(url_for("desk.campaign", slug=slug, _anchor="events-h"))
