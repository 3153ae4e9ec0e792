"""The editor: one form for the whole campaign. It works without a script; adding a row sends everything and keeps everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

from babel import Locale
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import i18n
from app.accounts.rules import Right
from app.campaigns import loading, printing
from app.campaigns.filed import BadCampaignFile, CampaignFile, Problem
from app.campaigns.models import Campaign
from app.campaigns.parsing import read_document
from app.campaigns.queries import find_campaign, get_campaign
from app.campaigns.rules import State
from app.desk import drafts
from app.desk.door import actor, blueprint, may, needs
from app.desk.drafts import Draft
from app.desk.meter import meters
from app.desk.wording import label, worded
from app.errors import Conflict, Refused
from app.web.state import database, now

MEANINGS = {
    "salutation": "how this official is addressed",
    "opening": "one of the openings below",
    "personal_lines": "what the writer adds",
    "closing": "one of the closings below",
    "target.name": "the official's name",
    "target.role": "their office",
    "target.organisation": "their organisation",
    "person.name": "the people at risk",
    "supporter.name": "the writer's name",
    "supporter.place": "the writer's town",
    "supporter.country": "the writer's country",
    "campaign.reference": "the action's number",
    "date": "the day of writing",
}
REWRITTEN = (("hold", "Hold them until somebody here has looked"), ("allow", "Send them like the others"))
COMMON_LANGUAGES = ("en", "es", "fr", "ar", "ru", "pt", "de", "pl", "uk", "tr", "fa", "zh", "he", "it", "hu", "kk")
TAKEN = "Another action has this name in its address. Choose another."
CHANGED = (
    "Somebody else saved this campaign while you were writing. Nothing of yours is lost: compare with the campaign in a second tab, then save again."
)


@dataclass(frozen=True)
class Review:
    """How a draft was judged: what is wrong at which field."""

    problems: Mapping[str, list[str]] = field(default_factory=dict)
    summary: tuple[tuple[str, str], ...] = ()
    """(field or "", message), in order."""
    version: int | None = None
    """The stored version the next save replaces, where it is not the one that was opened."""


class Opened(NamedTuple):
    """The stored campaign that the editor was opened with."""

    slug: str
    public: bool
    version: int


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@needs(Right.WRITE)
def new() -> ResponseReturnValue:
    """A new draft."""
    base = drafts.blank(now().date())
    if request.method == "GET":
        return _page(base, None)
    draft = drafts.read(request.form, base)
    if "do" in request.form:
        drafts.change(draft, request.form["do"], request.form.get("new_language", ""))
        return _page(draft, None)
    draft = drafts.without_blanks(draft)
    if not draft["slug"]:
        draft["slug"] = _free_slug(drafts.suggest_slug(draft))
    return _save(draft, None)


@blueprint.route("/campaigns/<slug>/edit", methods=["GET", "POST"])
@needs(Right.WRITE)
def edit(slug: str) -> ResponseReturnValue:
    """Change what there is. What is public already may be changed by those alone who may publish."""
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        opened = Opened(slug, campaign.state != State.DRAFT, campaign.version)
        base = drafts.complete(printing.to_document(campaign))
    if opened.public and not may(Right.STEER):
        abort(403)
    if request.method == "GET":
        return _page(base, opened)
    draft = drafts.read(request.form, base)
    if opened.public:
        draft = drafts.with_fixed(draft, base)
    if "do" in request.form:
        drafts.change(draft, request.form["do"], request.form.get("new_language", ""))
        return _page(draft, opened)
    return _save(drafts.without_blanks(draft), opened)


def _save(draft: Draft, opened: Opened | None) -> ResponseReturnValue:
    try:
        file = read_document(drafts.for_check(draft))
    except BadCampaignFile as bad:
        return _page(draft, opened, _review(bad.problems, draft))
    try:
        with database().transaction() as session:
            stored = find_campaign(session, opened.slug) if opened else None
            wrong = _obstacle(session, file, stored)
            if wrong is None:
                if stored is not None and stored.slug != file.slug:
                    stored.slug = file.slug
                    session.flush()
                loading.apply(session, file, actor=actor(), now=now())
    except (IntegrityError, Conflict):
        wrong = Review({"slug": [TAKEN]}, (("slug", TAKEN),))
    except Refused as refusal:
        wrong = Review(summary=(("", i18n._(refusal.reason, **refusal.values)),))
    if wrong is not None:
        return _page(draft, opened, wrong)
    flash("Saved.", "success")
    for warning in file.warnings:
        flash(f"{label(drafts.field_of(warning.place, draft))}: {worded(warning)}", "warning")
    return redirect(url_for("desk.campaign", slug=file.slug))


def _obstacle(session: Session, file: CampaignFile, stored: Campaign | None) -> Review | None:
    """Why a good draft cannot be stored now: somebody else was first."""
    other = find_campaign(session, file.slug)
    if other is not None and (stored is None or other.id != stored.id):
        return Review({"slug": [TAKEN]}, (("slug", TAKEN),))
    if stored is not None and request.form.get("version") != str(stored.version):
        return Review(summary=(("", CHANGED),), version=stored.version)
    return None


def _page(draft: Draft, opened: Opened | None, review: Review | None = None) -> ResponseReturnValue:
    version = request.form.get("version", type=int) or (opened.version if opened else 0)
    page = render_template(
        "desk/editor.html",
        draft=drafts.with_rows(draft),
        edition=draft["editions"][-1],
        slug=opened.slug if opened else "",
        fixed=opened is not None and opened.public,
        version=review.version if review and review.version else version,
        problems=review.problems if review else {},
        summary_rows=[(name, label(name), message) for name, message in review.summary] if review else [],
        address_lines=drafts.address_lines,
        salutation_languages=drafts.salutation_languages,
        event_languages=drafts.event_languages,
        postage_languages=drafts.postage_languages(draft),
        rewritten_pairs=REWRITTEN,
        countries=i18n.countries(),
        zone_pairs=[(zone, zone.replace("_", " ")) for zone in _zones()],
        placeholders=MEANINGS,
        meters=meters(draft, now().date()),
        more_languages=[(code, name) for code, name in _languages() if code not in drafts.languages(draft)],
    )
    return page, 422 if review else 200


def _review(found: list[Problem], draft: Draft) -> Review:
    problems: dict[str, list[str]] = {}
    if not draft["slug"] and not any(one["headline"] for one in draft["editions"][-1]["texts"].values()):
        found = [problem for problem in found if problem.place != "slug"]  # it will be made from the headline
    for problem in found:
        problems.setdefault(drafts.field_of(problem.place, draft), []).append(worded(problem))
    return Review(problems, tuple((name, message) for name, messages in problems.items() for message in messages))


def _free_slug(wanted: str) -> str:
    """The suggested name, with a number if it is taken."""
    with database().reading() as session:
        for number in range(1, 100):
            slug = wanted if number == 1 else f"{wanted}-{number}"
            if not slug or find_campaign(session, slug) is None:
                return slug
    return wanted


@cache
def _zones() -> list[str]:
    return [*sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))), "UTC"]


@cache
def _languages() -> list[tuple[str, str]]:
    """Languages to choose from: those that are often needed first, then all the others by name."""
    named = [(code, name) for code, name in Locale("en").languages.items() if code not in COMMON_LANGUAGES and i18n.is_language(code)]
    common = [(code, i18n.language_name(code, "en")) for code in COMMON_LANGUAGES]
    return [*common, *sorted(named, key=lambda pair: pair[1])]
