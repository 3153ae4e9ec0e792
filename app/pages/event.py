"""The page for groups that write together: a pack to print, and a form to report what was sent."""

import secrets as random
from datetime import datetime

from flask import Response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as Answer

from app import i18n
from app.campaigns.queries import get_campaign, get_glance
from app.campaigns.rules import Standing
from app.errors import NotFound, Refused
from app.events import actions, packs, paper, queries
from app.events.packs import PAPERS, Wish
from app.events.paper import Busy, Pack
from app.events.rules import Way
from app.i18n import N_, _
from app.letters.wording import choose_text
from app.pages.door import blueprint, told_in
from app.pages.event_forms import PackForm, ReportForm, sign
from app.pages.reading import Reading, read
from app.paper.typesetting import Unprintable
from app.web import errors
from app.web.limits import limiter
from app.web.state import database, now, site

WRITERS = 10
"""How many letters the form proposes."""
BUSY_SECONDS = 60
PAPER_NAMES = {"a4": N_("A4"), "us-letter": N_("US Letter")}
WAY_NAMES = {Way.POST: N_("by post"), Way.FAX: N_("by fax"), Way.HAND: N_("handed over")}
NO_FONT = N_("We have no font for some signs of these letters (%(signs)s). Please choose another language for them.")


@blueprint.get("/<lang>/actions/<slug>/event")
def event(lang: str, slug: str) -> str:
    """What a group can do for an action, and after it."""
    return _page(slug)


@blueprint.get("/<lang>/actions/<slug>/pack.pdf")
def pack(lang: str, slug: str) -> Response | Answer | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """What a group prints, made in a process of its own."""
    if not request.args:
        return redirect(url_for("pages.event", lang=lang, slug=slug))
    form, moment = PackForm(request.args), now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        if campaign.standing(moment) is not Standing.OPEN:
            raise NotFound
        offices = {str(link.target_id): link.target for link in campaign.targets}
        if not form.is_good(to=offices, letter=[text.language for text in campaign.edition.texts]):
            return _page(slug, pack_form=form), 422
        text = choose_text(campaign.edition, form.letter.data)
        postage = campaign.postage.get(told_in(campaign.postage), "")
        wish = Wish(int(form.writers.data), offices[form.to.data], text, form.paper.data, postage)
        wanted = packs.build(campaign, wish, site=site(), now=moment)
    try:
        with limiter.limit(f"{site().packs_per_network_hour} per hour"):
            document = _made(wanted, moment)
    except RateLimitExceeded:
        return _page(
            slug, pack_form=form, pack_reason=_("Many packs were made for your network. Please wait an hour, or copy the one you have.")
        ), 429
    except Busy:
        return *errors.page(503, None, _("Other groups are having their packs made. Please try again in a minute.")), {
            "Retry-After": str(BUSY_SECONDS)
        }
    name = f"{slug}-{wish.text.language}-{wish.writers}.pdf"
    return Response(document, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@blueprint.post("/<lang>/actions/<slug>/event")
def report(lang: str, slug: str) -> Answer | tuple[str, int]:
    """Count what a group says it sent; with mistakes in it the page comes back as it was typed."""
    form, moment = ReportForm(request.form), now()
    valid = form.validate()
    key = form.key(slug)
    if key is None:
        reason = _("This did not arrive as it should. Everything you typed is still here: please send it again.")
        return _page(slug, report_form=form, report_reason=reason), 422
    with database().reading() as session:
        published_at = get_campaign(session, slug).published_at
    if published_at is None:
        raise NotFound
    if not valid or not form.check_day(published_at):
        return _page(slug, report_form=form), 422
    try:
        with limiter.limit(f"{site().event_reports_per_network_day} per day"), database().transaction() as session:
            actions.report(session, get_campaign(session, slug), form.told(), key=key, now=moment)
    except RateLimitExceeded:
        reason = _("Many reports came from your network today. Please report the rest tomorrow, or write to us: %(contact)s", contact=site().contact)
        return _page(slug, report_form=form, report_reason=reason), 429
    except Refused:
        return redirect(url_for("pages.event", lang=lang, slug=slug), 303)
    return redirect(url_for("pages.event", lang=lang, slug=slug, done="reported"), 303)


def _made(wanted: Pack, moment: datetime) -> bytes:
    try:
        return paper.make_apart(wanted, made_at=moment)
    except Unprintable as problem:
        raise Refused(NO_FONT, signs=" ".join(problem.characters)) from None


def _page(
    slug: str,
    *,
    pack_form: PackForm | None = None,
    pack_reason: str = "",
    report_form: ReportForm | None = None,
    report_reason: str = "",
) -> str:
    moment, language = now(), i18n.current().code
    with database().reading() as session:
        glance = get_glance(session, slug, moment)
        if glance.standing is Standing.HIDDEN:
            raise NotFound
        campaign = get_campaign(session, slug)
        reading = read(campaign, language, request.args.get("letter", ""), request.args.get("to", ""), moment)
        return render_template(
            "pages/event.html",
            campaign=campaign,
            glance=glance,
            text=choose_text(campaign.edition, language),
            reading=reading if glance.standing is Standing.OPEN else None,
            takes_reports=queries.takes_reports(campaign, moment),
            pack_form=pack_form or _proposed(reading),
            pack_reason=pack_reason,
            offices=[(str(link.target_id), link.target.title) for link in reading.addressees],
            tongues=[(choice.code, i18n.language_name(choice.code)) for choice in reading.languages],
            papers=_named(PAPER_NAMES),
            report_form=_emptied(report_form) if report_form else ReportForm(),
            report_reason=report_reason,
            ways=_named(WAY_NAMES),
            form_token=sign(slug, random.token_urlsafe(16)),
            steps=packs.steps(),
            done=request.args.get("done", ""),
        )


def _proposed(reading: Reading) -> PackForm:
    return PackForm(writers=str(WRITERS), to=str(reading.target.id), letter=reading.letter.language, paper=PAPERS[0])


def _emptied(form: ReportForm) -> ReportForm:
    """What was typed, without what only a program fills in."""
    form.leave.data = ""
    return form


def _named(names: dict[str, str] | dict[Way, str]) -> list[tuple[str, str]]:
    return [(str(code), _(name)) for code, name in names.items()]
