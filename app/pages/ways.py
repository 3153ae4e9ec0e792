"""What a writer does with a finished letter: have us send it, say that they sent it, take it back."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from app.errors import NotFound
from app.letters import actions
from app.letters.rules import Channel
from app.pages.door import blueprint
from app.pages.opening import opened
from app.web.state import database, now, site


@blueprint.post("/<lang>/appeals/<token>/send")
def send(lang: str, token: str) -> Answer:
    """Have us send it, at once if the address is proven, else as soon as it is."""
    with database().transaction() as session:
        actions.send_for_me(session, opened(session, token), site=site(), now=now())
    return back(lang, token, "sending", "ways")


@blueprint.post("/<lang>/appeals/<token>/sent")
def sent(lang: str, token: str) -> Answer:
    """The writer says that a letter went out by their own hand."""
    target_id, channel = request.form.get("target", type=int), request.form.get("channel", type=Channel)
    if target_id is None or channel is None:
        raise NotFound
    with database().transaction() as session:
        actions.report_sent(session, opened(session, token), target_id=target_id, channel=channel, site=site(), now=now())
    return back(lang, token, "reported", "ways")


@blueprint.post("/<lang>/appeals/<token>/withdraw")
def withdraw(lang: str, token: str) -> Answer:
    """Take back a letter that has not left."""
    wanted = request.form.get("letter", type=int)
    with database().transaction() as session:
        letter = next((one for one in opened(session, token).letters if one.id == wanted), None)
        if letter is None:
            raise NotFound
        taken = actions.withdraw(session, letter, site=site(), now=now())
    return back(lang, token, "withdrawn" if taken else "too_late", "ways")


def back(lang: str, token: str, done: str, part: str) -> Answer:
    """To the writer's page, which says what was done."""
    return redirect(url_for("pages.appeal", lang=lang, token=token, done=done, _anchor=part), 303)
