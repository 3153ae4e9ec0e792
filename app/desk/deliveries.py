"""Mails that need a look: those in doubt, to be settled by a person, and those that were refused."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.accounts.rules import Right
from app.deliveries import actions
from app.deliveries.actions import Verdict
from app.deliveries.queries import get_delivery, list_deliveries
from app.deliveries.rules import State
from app.desk import figures
from app.desk.door import actor, blueprint, needs
from app.errors import Refused
from app.web.state import database, now

DONE = {Verdict.SENT: "Noted as sent.", Verdict.AGAIN: "It goes out again."}


@blueprint.get("/deliveries")
@needs(Right.MAIL)
def deliveries() -> ResponseReturnValue:
    with database().reading() as session:
        doubtful = list_deliveries(session, state=State.IN_DOUBT)
        rejected = list_deliveries(session, state=State.REJECTED)
        letters = figures.letters_of(session, [one.id for one in (*doubtful, *rejected)])
        return render_template("desk/deliveries.html", doubtful=doubtful, rejected=rejected, letters=letters)


@blueprint.route("/deliveries/<int:delivery_id>/<any(sent, again):verdict>", methods=["GET", "POST"])
@needs(Right.MAIL)
def resolve(delivery_id: int, verdict: str) -> ResponseReturnValue:
    """Settle one mail in doubt; asks first, since a second letter cannot be taken back."""
    said = Verdict(verdict)
    if request.method == "GET":
        with database().reading() as session:
            delivery = get_delivery(session, delivery_id)
            letters = figures.letters_of(session, [delivery_id])
            return render_template("desk/resolve.html", delivery=delivery, letter=letters.get(delivery_id), verdict=said)
    try:
        with database().transaction() as session:
            actions.resolve(session, delivery_id, said, actor=actor(), now=now())
        flash(DONE[said], "success")
    except Refused as refusal:
        flash(i18n._(refusal.reason, **refusal.values), "error")
    return redirect(url_for("desk.deliveries"))
