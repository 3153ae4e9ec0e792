"""A new edition of a campaign: what has changed, a new deadline, and whether everybody is asked to write again."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.accounts.rules import Right
from app.campaigns import actions
from app.campaigns.queries import get_campaign
from app.campaigns.rules import State
from app.desk.door import actor, blueprint, needs
from app.errors import Refused
from app.web.state import database, now


@blueprint.route("/campaigns/<slug>/edition", methods=["GET", "POST"])
@needs(Right.STEER)
def edition(slug: str) -> ResponseReturnValue:
    """Asks for its dates; then it is in force, and the editor opens with its texts."""
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        problems = _issue(slug)
        if not problems:
            flash("The new edition is in force, with the texts of the last one. Now change what has changed.", "success")
            return redirect(url_for("desk.edit", slug=slug))
    with database().reading() as session:
        one = get_campaign(session, slug)
        if one.state == State.CLOSED or not one.editions:
            flash("A new edition can follow the editions of a campaign that is not closed.", "error")
            return redirect(url_for("desk.campaign", slug=slug))
        page = render_template("desk/edition.html", campaign=one, problems=problems, typed=request.form, today=now().date().isoformat())
    return page, 422 if problems else 200


def _issue(slug: str) -> dict[str, list[str]]:
    """Issue what the form says. Returns what is wrong at which field; nothing wrong means it is done."""
    typed, problems, days = request.form, {}, {}
    for name in ("deadline_on", "issued_on"):
        try:
            days[name] = date.fromisoformat(typed.get(name, ""))
        except ValueError:
            if typed.get(name) or name == "deadline_on":
                problems[name] = ["Choose a date of the calendar."]
    if problems:
        return problems
    try:
        with database().transaction() as session:
            actions.issue(
                session,
                get_campaign(session, slug),
                deadline_on=days["deadline_on"],
                asks_again="asks_again" in typed,
                issued_on=days.get("issued_on"),
                index_number=typed.get("index", "").strip(),
                actor=actor(),
                now=now(),
            )
    except Refused as refusal:
        return {"deadline_on": [i18n._(refusal.reason, **refusal.values)]}
    return {}
