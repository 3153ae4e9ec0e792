"""What we hold about a person, in their own hands: wishes, unsubscribing, forgetting."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import i18n, steering, tokens
from app.errors import NotFound
from app.letters.queries import list_appeals
from app.letters.wording import choose_text
from app.pages.door import blueprint, subject_of
from app.pages.forms import WishesForm
from app.reminders import actions as reminders
from app.supporters import actions as supporters
from app.supporters.queries import get_supporter
from app.tokens import Purpose
from app.web.state import database, now, site


@blueprint.get("/<lang>/me/<token>/")
def me(lang: str, token: str) -> str:
    moment = now()
    with database().reading() as session:
        supporter = get_supporter(session, _person(Purpose.ME, token))
        appeals = list_appeals(session, supporter.id)
        return render_template(
            "pages/me.html",
            supporter=supporter,
            appeals=[
                (one, choose_text(one.edition, lang), one.campaign.standing(moment), tokens.sign(site(), Purpose.APPEAL, one.key)) for one in appeals
            ],
            form=WishesForm(tell_new=supporter.tell_new, remind=any(one.remind for one in appeals)),
            token=token,
            done=request.args.get("done", ""),
        )


@blueprint.post("/<lang>/me/<token>/")
def save_wishes(lang: str, token: str) -> Answer:
    """Which mails they want from now on."""
    form = WishesForm(request.form)
    with database().transaction() as session:
        supporter = get_supporter(session, _person(Purpose.ME, token))
        supporters.set_wishes(session, supporter, tell_new=bool(form.tell_new.data))
        change = reminders.want_again if form.remind.data else reminders.stop_for
        change(session, supporter.id, now=now())
    return redirect(url_for("pages.me", lang=lang, token=token, done="saved"), 303)


@blueprint.post("/<lang>/me/<token>/forget")
def forget_me(lang: str, token: str) -> Answer:
    """Delete everything about this person. Without the tick that says they are sure, nothing happens."""
    if "sure" not in request.form:
        return redirect(url_for("pages.me", lang=lang, token=token, done="unsure", _anchor="forget"), 303)
    with database().reading() as session:
        email_hash = get_supporter(session, _person(Purpose.ME, token)).email_hash
    steering.erase(database(), email_hash, actor="supporter", site=site(), now=now())
    return redirect(url_for("pages.forgotten", lang=lang), 303)


@blueprint.get("/<lang>/forgotten")
def forgotten(lang: str) -> str:
    return render_template("pages/forgotten.html")


@blueprint.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """A page with a button: mail programs that look at links must not unsubscribe anybody."""
    return _unsubscribing(token, done=False)


@blueprint.post("/unsubscribe/<token>")
def unsubscribed(token: str) -> str:
    """No reminders and no announcements any more. Mail programs post here by themselves (RFC 8058): no cookie, no redirect."""
    with database().transaction() as session:
        steering.stop_mail(session, _person(Purpose.UNSUBSCRIBE, token), now=now())
    return _unsubscribing(token, done=True)


def _unsubscribing(token: str, *, done: bool) -> str:
    with database().reading() as session:
        try:
            language = get_supporter(session, _person(Purpose.UNSUBSCRIBE, token)).language
        except NotFound:
            if not done:
                raise
            language = i18n.current().code
    wanted = request.args.get("lang", language)
    i18n.speak(wanted if wanted in i18n.INTERFACE else i18n.INTERFACE[0])
    return render_template("pages/unsubscribe.html", done=done, language=i18n.current())


def _person(purpose: Purpose, token: str) -> int:
    return int(subject_of(purpose, token))
