"""The writer's page: the letter to each target, their own words, the ways to send it, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from app import i18n, links, tokens
from app.campaigns.rules import Standing
from app.errors import NotFound
from app.i18n import _
from app.letters import actions, channels, emails, queries
from app.letters.composing import Composed
from app.letters.models import Appeal, Letter
from app.letters.rules import SENT, WITHDRAWABLE, AppealState, Channel, LetterState
from app.pages.door import blueprint, masked, on_paper
from app.pages.forms import WordsForm
from app.targets.models import Target
from app.tokens import Purpose
from app.web import errors
from app.web.state import database, now, site


@dataclass(frozen=True)
class Addressed:
    """The letter to one target, and how far each way of sending it has come."""

    target: Target
    title: str
    copy: bool
    letter: Composed
    mailto: str
    fits: bool
    """Whether every mail program takes the whole letter from the link."""
    ways: dict[str, Letter]

    def state(self, channel: str) -> str:
        """The state of the letter by this channel, empty where there is none."""
        return self.ways[channel].state if channel in self.ways else ""

    @property
    def left(self) -> bool:
        """Whether our letter to this target has gone out, as far as anybody knows."""
        return self.state(Channel.PLATFORM) in {*SENT, LetterState.CAPTURED}


@blueprint.get("/<lang>/appeals/<token>/")
def appeal(lang: str, token: str) -> str:
    with database().reading() as session:
        return _render(_opened(session, token), token, None)


@blueprint.get("/<lang>/appeals/<token>/letter.pdf")
def letter_pdf(lang: str, token: str) -> Response:
    """The letters on paper: all of them, or the one to `target`."""
    moment = now()
    with database().reading() as session:
        found = _opened(session, token)
        chosen = request.args.get("target", type=int)
        targets = [queries.get_target(found, chosen)] if chosen else [link.target for link in queries.addressees_of(found)]
        letters = [channels.printed(queries.composed(found, target, moment), target, found.campaign, found, moment) for target in targets]
        title = queries.choose_text(found.edition, found.letter_language).headline
    return on_paper(letters, title=title, name=f"{found.campaign.slug}.pdf")


@blueprint.post("/<lang>/appeals/<token>/")
def save_words(lang: str, token: str) -> Answer | tuple[str, int]:
    """Keep the writer's own subject and lines; with mistakes in them the page comes back as it was typed."""
    form = WordsForm(request.form)
    if not form.validate():
        with database().reading() as session:
            return _render(_opened(session, token), token, form), 422
    with database().transaction() as session:
        actions.save_words(_opened(session, token), **form.words(), site=site())
    return _back(lang, token, "saved", "letters")


@blueprint.post("/<lang>/appeals/<token>/send")
def send(lang: str, token: str) -> Answer:
    """Have us send it, at once if the address is proven, else as soon as it is."""
    with database().transaction() as session:
        actions.send_for_me(session, _opened(session, token), site=site(), now=now())
    return _back(lang, token, "sending", "ways")


@blueprint.post("/<lang>/appeals/<token>/sent")
def sent(lang: str, token: str) -> Answer:
    """The writer says that a letter went out by their own hand."""
    target_id, channel = request.form.get("target", type=int), request.form.get("channel", type=Channel)
    if target_id is None or channel is None:
        raise NotFound
    with database().transaction() as session:
        actions.report_sent(session, _opened(session, token), target_id=target_id, channel=channel, site=site(), now=now())
    return _back(lang, token, "reported", "ways")


@blueprint.post("/<lang>/appeals/<token>/withdraw")
def withdraw(lang: str, token: str) -> Answer:
    """Take back a letter that has not left."""
    wanted = request.form.get("letter", type=int)
    with database().transaction() as session:
        letter = next((one for one in _opened(session, token).letters if one.id == wanted), None)
        if letter is None:
            raise NotFound
        taken = actions.withdraw(session, letter, site=site(), now=now())
    return _back(lang, token, "withdrawn" if taken else "too_late", "ways")


def _back(lang: str, token: str, done: str, part: str) -> Answer:
    return redirect(url_for("pages.appeal", lang=lang, token=token, done=done, _anchor=part), 303)


def _opened(session: Session, token: str) -> Appeal:
    """The appeal a page's token names. The token of a draft ends with it: whoever typed an address has no part in what its owner proved."""
    try:
        return queries.get_appeal(session, str(tokens.read(site(), Purpose.APPEAL, token)))
    except NotFound:
        draft = queries.get_appeal(session, str(tokens.read(site(), Purpose.DRAFT, token)))
    if draft.state != AppealState.DRAFT:
        title, advice = _("This letter is confirmed"), _("From now on it opens only with the link in the mail to its writer.")
        abort(make_response(errors.page(410, title, advice)))
    return draft


def _render(found: Appeal, token: str, form: WordsForm | None) -> str:
    moment = now()
    campaign = found.campaign
    standing = campaign.standing(moment)
    draft = found.state == AppealState.DRAFT
    shown = [letter for letter in found.letters if letter.state != LetterState.PREPARED]
    return render_template(
        "pages/appeal.html",
        appeal=found,
        campaign=campaign,
        token=token,
        draft=draft,
        masked=masked(found.email),
        headline=queries.choose_text(found.edition, i18n.current().code),
        open=standing is Standing.OPEN,
        standing=standing,
        days=campaign.days_left(moment),
        addressed=_addressed(found, moment),
        languages=queries.letter_languages(found.edition),
        fates=[(letter, emails.fate(LetterState(letter.state)), letter.state in WITHDRAWABLE) for letter in shown],
        form=form or WordsForm.of(found),
        done=request.args.get("done", ""),
        me=links.me(site(), i18n.current().code, found.supporter_id) if found.supporter_id and not draft else "",
    )


def _addressed(found: Appeal, moment: datetime) -> Sequence[Addressed]:
    letters = []
    for link in queries.addressees_of(found):
        composed = queries.composed(found, link.target, moment)
        mailto, fits = channels.mailto(composed, link.target), channels.fits_mailto(composed, link.target)
        ways = {letter.channel: letter for letter in found.letters if letter.target_id == link.target_id}
        letters.append(Addressed(link.target, link.title, link.copy, composed, mailto, fits, ways))
    return letters
