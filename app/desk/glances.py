"""Letters that a person looks at before they go out: what their writers wrote, and the two answers."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import audit, i18n
from app.accounts.rules import Right
from app.desk.door import actor, blueprint, needs
from app.errors import NotFound, Refused
from app.letters import actions, queries, wording
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.rules import LetterState
from app.targets.models import Target
from app.web.state import database, now, site

VERBS = {"go": "let letters go", "back": "give letters back"}
DONE = {"go": "It goes out in its turn.", "back": "Given back. Its writer is told."}


@blueprint.get("/letters")
@needs(Right.MAIL)
def glances() -> ResponseReturnValue:
    """The to-do list of held letters, the longest wait first."""
    moment = now()
    with database().reading() as session:
        held = [(appeal, queries.find_hold(appeal), _held_letters(appeal, moment)) for appeal in queries.list_held(session)]
        return render_template("desk/glances.html", held=held)


@blueprint.post("/letters/<key>/<any(go, back):answer>")
@needs(Right.MAIL)
def answer_glance(key: str, answer: str) -> ResponseReturnValue:
    """Let the letters of an appeal go out, or give them back to their writer, who is told."""
    try:
        with database().transaction() as session:
            appeal = queries.get_appeal(session, key)
            done = actions.let_go(session, appeal, now=now()) if answer == "go" else actions.give_back(session, appeal, site=site(), now=now())
            if not done:
                raise NotFound
            audit.record(
                session,
                actor=actor(),
                verb=VERBS[answer],
                subject=f"campaign {appeal.campaign.slug}",
                now=now(),
                letters=done,
            )
        flash(DONE[answer], "success")
    except NotFound:
        flash("Somebody else has answered this one, or its writer took it back.", "info")
    except Refused as refusal:
        flash(i18n._(refusal.reason, **refusal.values), "error")
    return redirect(url_for("desk.glances"))


def _held_letters(appeal: Appeal, moment: datetime) -> list[tuple[Target, Composed]]:
    held = [letter.target for letter in appeal.letters if letter.state == LetterState.HELD]
    return [(target, wording.composed(appeal, target, moment)) for target in held]
