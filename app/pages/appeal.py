"""The writer's page: the letter to each target, their own words, the ways to send it, and what became of it."""

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from app import i18n, links
from app.campaigns.rules import Standing
from app.errors import Refused
from app.i18n import _
from app.letters import actions, advice, emails, queries, wording
from app.letters.models import Appeal
from app.letters.rules import REWRITTEN_CHARACTERS, AppealState, LetterState, Safety, own_words
from app.pages.addressed import addressed, ways_gone
from app.pages.door import blueprint, masked, told_in
from app.pages.forms import WordsForm
from app.pages.opening import opened
from app.pages.ways import back
from app.web.state import database, now, site


@blueprint.get("/<lang>/appeals/<token>/")
def appeal(lang: str, token: str) -> str:
    with database().reading() as session:
        found = opened(session, token)
        return _render(session, found, token, WordsForm.of(found))


@blueprint.post("/<lang>/appeals/<token>/")
def save_words(lang: str, token: str) -> Answer | str | tuple[str, int]:
    """Keep the writer's own words; with mistakes in them the page comes back as it was typed. `start` puts the model text into the empty field."""
    form = WordsForm(request.form)
    if "start" in request.form:
        with database().reading() as session:
            found = opened(session, token)
            form.rewritten.data = form.rewritten.data or wording.model_text(found, form.letter_language.data or "", now())
            return _render(session, found, token, form)
    if form.validate():
        try:
            with database().transaction() as session:
                actions.save_words(session, opened(session, token), form.words(), site=site(), now=now())
            return back(lang, token, "saved", "letters")
        except Refused as refusal:
            form.letter_language.errors = [_(refusal.reason, **refusal.values)]
    with database().reading() as session:
        return _render(session, opened(session, token), token, form), 422


def _render(session: Session, found: Appeal, token: str, form: WordsForm) -> str:
    moment = now()
    campaign = found.campaign
    standing = campaign.standing(moment)
    draft = found.state == AppealState.DRAFT
    return render_template(
        "pages/appeal.html",
        appeal=found,
        campaign=campaign,
        token=token,
        draft=draft,
        masked=masked(found.email),
        headline=wording.choose_text(found.edition, i18n.current().code),
        open=standing is Standing.OPEN,
        standing=standing,
        days=campaign.days_left(moment),
        addressed=addressed(found, i18n.current().code, moment),
        seen=wording.writer_shown(found),
        safeties=list(Safety),
        held=queries.find_hold(found),
        own_words=own_words(found.own_share),
        languages=wording.letter_languages(found.edition),
        more_languages=wording.more_languages(found.edition),
        gone=ways_gone(found, queries.list_expected(session, found, moment)),
        fate=lambda state: emails.fate(LetterState(state)),
        call=advice.call(campaign.days_left(moment)),
        postage=told_in(campaign.postage),
        rewritten_characters=REWRITTEN_CHARACTERS,
        form=form,
        done=request.args.get("done", ""),
        me=links.me(site(), i18n.current().code, found.supporter_id) if found.supporter_id and not draft else "",
    )
