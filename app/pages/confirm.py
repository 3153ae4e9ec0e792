"""Proving an address: the page names the draft it releases, a POST releases it. And the answer to a reminder."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import tokens
from app.errors import Conflict
from app.letters import actions, addressing, queries, wording
from app.letters.rules import AppealState, Channel, LetterState
from app.pages.door import blueprint, subject_of
from app.tokens import Purpose
from app.web.state import database, now, site

TRIES = 3


@blueprint.get("/<lang>/confirm/<token>")
def confirm(lang: str, token: str) -> str:
    """The draft as its writer left it, and what confirming does."""
    moment = now()
    with database().reading() as session:
        draft = queries.get_appeal(session, _draft_key(token))
        rival = queries.find_rival(session, draft)
        proven = draft if draft.state == AppealState.PROVEN else rival if draft.state == AppealState.SUPERSEDED else None
        target = addressing.addressees(draft.campaign)[0].target
        return render_template(
            "pages/confirm.html",
            draft=draft,
            campaign=draft.campaign,
            text=wording.choose_text(draft.edition, lang),
            standing=draft.campaign.standing(moment),
            days=draft.campaign.days_left(moment),
            going=[one.target for one in draft.letters if one.channel == Channel.PLATFORM and one.state == LetterState.PREPARED],
            target=target,
            letter=wording.composed(draft, target, moment),
            rival=rival,
            page=_page_of(lang, proven.key) if proven else "",
        )


@blueprint.post("/<lang>/confirm/<token>")
def confirmed(lang: str, token: str) -> Answer:
    """Prove the address; what the person had proven before stays or takes over these words, as they chose."""
    take_over = request.form.get("choice") == "replace"
    key = _confirm(_draft_key(token), take_over=take_over)
    return redirect(_page_of(lang, key) + "?done=confirmed", 303)


@blueprint.get("/<lang>/reminder/<token>/sent")
def already_sent(lang: str, token: str) -> str:
    """Asks whether the letter was really sent; a link alone changes nothing."""
    with database().reading() as session:
        appeal = queries.get_appeal(session, subject_of(Purpose.REMINDER, token))
        text = wording.choose_text(appeal.edition, lang)
        return render_template("pages/already_sent.html", appeal=appeal, text=text, page=_page_of(lang, appeal.key))


@blueprint.post("/<lang>/reminder/<token>/sent")
def report_sent(lang: str, token: str) -> Answer:
    """Every office counts as written to by the writer's own hand; no reminder comes any more."""
    with database().transaction() as session:
        appeal = queries.get_appeal(session, subject_of(Purpose.REMINDER, token))
        actions.report_all_sent(session, appeal, site=site(), now=now())
    return redirect(_page_of(lang, appeal.key) + "?done=reported", 303)


def _draft_key(token: str) -> str:
    """Raises NotFound for a link that is not ours, Refused for one that is too old."""
    return str(tokens.read(site(), Purpose.CONFIRM, token, max_age=timedelta(days=site().unconfirmed_days)))


def _page_of(lang: str, key: str) -> str:
    return url_for("pages.appeal", lang=lang, token=tokens.sign(site(), Purpose.APPEAL, key))


def _confirm(key: str, *, take_over: bool) -> str:
    """The key of the proven appeal. Two drafts of one person at once: whoever is second sees what the first has done, and joins it."""
    for attempt in range(TRIES):
        try:
            with database().transaction() as session:
                return actions.confirm(session, queries.get_appeal(session, key), take_over=take_over, site=site(), now=now()).key
        except Conflict:
            if attempt == TRIES - 1:
                raise
    raise Conflict
