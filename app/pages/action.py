"""The page of an action: the case, the letter to read, and the form that is asked for last."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from app import i18n, tokens
from app.campaigns import queries as campaigns
from app.campaigns.models import Campaign
from app.campaigns.queries import Glance, Terms
from app.campaigns.rules import Standing
from app.errors import NotFound, Refused
from app.events.queries import takes_reports
from app.i18n import _
from app.letters import actions, addressing, channels, wording
from app.pages.door import blueprint, on_paper
from app.pages.forms import SignUpForm
from app.pages.reading import Reading, read
from app.targets.queries import has_embassies
from app.tokens import Purpose
from app.web import caching
from app.web.limits import limiter
from app.web.state import database, now, site

pages = caching.Pages()
glances = caching.Looks[Glance]()
terms = caching.Looks[Terms]()


@blueprint.record_once
def answer_first(setup: BlueprintSetupState) -> None:
    """Have kept pages answered before anything else looks at the request: they need no identity, no limit and no language."""
    setup.app.before_request_funcs.setdefault(None, []).insert(0, kept_page)


def kept_page() -> Response | None:
    """The page of an action from memory; one small query, shared by all who ask within half a second, says whether it is still true."""
    if request.endpoint != "pages.action" or request.method != "GET" or request.view_args is None:
        return None
    moment = now()
    try:
        glance = _glance(request.view_args["slug"], moment)
    except (NotFound, DBAPIError):
        return None  # the view meets it again, once the reader's language is known
    page = pages.find(_made_of(glance, moment))
    return caching.answer(page) if page else None


def _glance(slug: str, moment: datetime) -> Glance:
    def look() -> Glance:
        with database().engine.connect() as connection:
            return campaigns.get_glance(connection, slug, moment)

    return glances.find((site().boot, slug), moment, site().glance_seconds, look)


def _terms(slug: str, moment: datetime) -> Terms:
    def look() -> Terms:
        with database().reading() as session:
            return campaigns.get_terms(session, slug, moment)

    return terms.find((site().boot, slug), moment, site().glance_seconds, look)


@blueprint.get("/<lang>/actions/<slug>/")
def action(lang: str, slug: str) -> Response | Answer:
    """The page made anew, and kept until something of what it is made of changes."""
    moment = now()
    with database().reading() as session:
        glance = _public(campaigns.get_glance(session, slug, moment))
        campaign = campaigns.get_campaign(session, slug)
        reading = _reading(campaign, glance, *_wanted(glance), moment)
        if reading is not None and not reading.is_chosen(*_wanted(glance)):
            return redirect(url_for("pages.action", lang=lang, slug=slug))
        copied = _copies_embassies(session, campaign, glance)
        page = pages.keep(_made_of(glance, moment), _render(campaign, glance, reading, SignUpForm(), copied))
    return caching.answer(page)


def _made_of(glance: Glance, moment: datetime) -> Hashable:
    """What a page depends on; the form's signed time is rounded to minutes."""
    return site().boot, request.path, _wanted(glance), glance, moment.replace(second=0, microsecond=0)


def _wanted(glance: Glance) -> tuple[str, str]:
    """The language of the letter and the target that the address asks for."""
    return (request.args.get("letter", ""), request.args.get("to", "")) if glance.standing is Standing.OPEN else ("", "")


def _reading(campaign: Campaign, glance: Glance, letter: str, to: str, moment: datetime) -> Reading | None:
    return read(campaign, i18n.current().code, letter, to, moment) if glance.standing is Standing.OPEN else None


@blueprint.get("/<lang>/actions/<slug>/letter.pdf")
def blank_letter(lang: str, slug: str) -> Response:
    """The letter to each target, or to the one named by `to`, with a line to sign on."""
    moment = now()
    with database().reading() as session:
        campaign = campaigns.get_campaign(session, slug)
        if campaign.standing(moment) is not Standing.OPEN:
            raise NotFound
        reading = read(campaign, lang, request.args.get("letter", ""), request.args.get("to", ""), moment)
        targets = [reading.target] if "to" in request.args else [link.target for link in reading.addressees]
        text = wording.choose_text(campaign.edition, reading.letter.language)
        letters = [channels.printed(wording.sample(campaign, text, target, moment), target, campaign, None, moment) for target in targets]
    return on_paper(letters, title=text.headline, name=f"{slug}-{text.language}.pdf")


@blueprint.get("/<lang>/actions/<slug>/sign-up")
def after_sign_up(lang: str, slug: str) -> Answer:
    """Where a language switch or a reload leads after a form that was not accepted."""
    return redirect(url_for("pages.action", lang=lang, slug=slug))


@blueprint.post("/<lang>/actions/<slug>/sign-up")
def sign_up(lang: str, slug: str) -> Answer | tuple[str, int]:
    """Store a draft and ask for proof of the address. The answer is the same for known and unknown addresses."""
    form = SignUpForm(request.form)
    valid = form.validate()
    if not form.arrived_whole(slug):
        return _again(slug, form, _("This did not arrive as it should. Everything you typed is still here: please send it again."), 422)
    if not valid:
        return _again(slug, form, "", 422)
    wish = form.wish(language=lang, wants_letter="only_remind" not in request.form)
    try:
        with limiter.limit(f"{site().sign_ups_per_network_hour} per hour"):
            planned = actions.plan_sign_up(_terms(slug, now()), wish, site=site(), now=now())
        with database().transaction() as session:
            key = actions.sign_up(session, planned, site=site(), now=now())
    except RateLimitExceeded:
        reason = _("Many sign-ups came from your network. Please wait an hour, or copy the letter above and send it yourself.")
        return _again(slug, form, reason, 429)
    except Refused:
        return redirect(url_for("pages.action", lang=lang, slug=slug), 303)
    return redirect(url_for("pages.appeal", lang=lang, token=tokens.sign(site(), Purpose.DRAFT, key)), 303)


def _public(glance: Glance) -> Glance:
    if glance.standing is Standing.HIDDEN:
        raise NotFound
    return glance


def _again(slug: str, form: SignUpForm, reason: str, status: int) -> tuple[str, int]:
    """The page with what was typed, and what is wrong with it."""
    moment = now()
    form.leave.data = ""
    with database().reading() as session:
        glance = _public(campaigns.get_glance(session, slug, moment))
        campaign = campaigns.get_campaign(session, slug)
        reading = _reading(campaign, glance, form.letter.data or "", "", moment)
        copied = _copies_embassies(session, campaign, glance)
        return caching.lean(_render(campaign, glance, reading, form, copied, reason)), status


def _copies_embassies(session: Session, campaign: Campaign, glance: Glance) -> bool:
    """Whether writers in some countries have an embassy that gets a copy."""
    return glance.standing is Standing.OPEN and campaign.embassies and has_embassies(session, campaign.country)


def _render(campaign: Campaign, glance: Glance, reading: Reading | None, form: SignUpForm, copies_embassies: bool, reason: str = "") -> str:
    last_moment = campaign.deadline_at - timedelta(seconds=1)
    return render_template(
        "pages/action.html",
        campaign=campaign,
        glance=glance,
        text=wording.choose_text(campaign.edition, i18n.current().code),
        addressees=addressing.addressees(campaign),
        copies_embassies=copies_embassies,
        last_moment=last_moment.astimezone(ZoneInfo(campaign.timezone)),
        reading=reading,
        form=form,
        reason=reason,
        form_token=tokens.sign(site(), Purpose.FORM, campaign.slug),
        takes_reports=takes_reports(campaign, now()),
        reminds=bool(campaign.reminders) and glance.days_left >= min(campaign.reminders, default=0) > 0,
    )
