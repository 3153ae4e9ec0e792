"""The steps that reach people: publish, pause, resume, move the deadline, close. What cannot be undone is asked first."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import i18n, steering
from app.accounts.rules import Right
from app.campaigns.actions import count_announced
from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.campaigns.rules import Outcome, State
from app.desk import figures
from app.desk.door import actor, blueprint, needs
from app.errors import Refused
from app.letters.addressing import addressees
from app.targets.queries import count_offices
from app.web.state import database, now, site

OUTCOMES = {
    Outcome.GOOD: "Good: what was asked came true",
    Outcome.PARTLY: "Partly: some of it came true",
    Outcome.BAD: "Bad: it did not help, or things got worse",
    Outcome.UNKNOWN: "Not known",
}
RUNNING = frozenset({State.PUBLISHED, State.PAUSED})
NOT_RUNNING = "That is for campaigns that are public and not closed."
Step = Callable[[Session, Campaign], object]


@blueprint.route("/campaigns/<slug>/publish", methods=["GET", "POST"])
@needs(Right.STEER)
def publish(slug: str) -> ResponseReturnValue:
    """Names every address that will get mail; then publishes."""
    refusal = ""
    if request.method == "POST":
        refusal = _take(slug, lambda session, one: steering.publish(session, one, actor=actor(), site=site(), now=now()))
        if not refusal:
            flash("Published. It is on the public page, and letters go out from now on.", "success")
            return redirect(url_for("desk.campaign", slug=slug))
    with database().reading() as session:
        one = get_campaign(session, slug)
        if one.state != State.DRAFT:
            return _back(slug, "It is public already.")
        links = addressees(one)
        page = render_template(
            "desk/publish.html",
            campaign=one,
            mailed=[link for link in links if link.target.has_email],
            by_hand=[link for link in links if not link.target.has_email],
            embassies=count_offices(session, one.country) if one.embassies else 0,
            announced=count_announced(session, one),
            gaps=_gaps(one),
            refusal=refusal,
        )
    return page, 422 if refusal else 200


@blueprint.post("/campaigns/<slug>/pause")
@needs(Right.STEER)
def pause(slug: str) -> ResponseReturnValue:
    refusal = _take(slug, lambda session, one: steering.pause(session, one, actor=actor(), site=site(), now=now()))
    flash(refusal or "Paused. Nothing is sent and nobody can sign up until you resume.", "error" if refusal else "success")
    return redirect(url_for("desk.campaign", slug=slug))


@blueprint.post("/campaigns/<slug>/resume")
@needs(Right.STEER)
def resume(slug: str) -> ResponseReturnValue:
    refusal = _take(slug, lambda session, one: steering.resume(session, one, actor=actor(), site=site(), now=now()))
    flash(refusal or "Resumed. Waiting letters go on, evenly spaced.", "error" if refusal else "success")
    return redirect(url_for("desk.campaign", slug=slug))


@blueprint.route("/campaigns/<slug>/extend", methods=["GET", "POST"])
@needs(Right.STEER)
def extend(slug: str) -> ResponseReturnValue:
    """Move the deadline to a later day."""
    refusal, typed = "", request.form.get("deadline_on", "")
    if request.method == "POST":
        day = _day(typed)
        refusal = (
            _take(slug, lambda session, one: steering.extend(session, one, deadline_on=day, actor=actor(), site=site(), now=now()))
            if day
            else "Choose a date of the calendar."
        )
        if not refusal and day:
            flash(f"The deadline is now {i18n.day(day)}.", "success")
            return redirect(url_for("desk.campaign", slug=slug))
    with database().reading() as session:
        one = get_campaign(session, slug)
        if one.state not in RUNNING:
            return _back(slug, NOT_RUNNING)
        page = render_template("desk/extend.html", campaign=one, refusal=refusal, typed=typed, now=now())
    return page, 422 if refusal else 200


@blueprint.route("/campaigns/<slug>/close", methods=["GET", "POST"])
@needs(Right.STEER)
def close(slug: str) -> ResponseReturnValue:
    """End it for good, with what came of it. Says first what will be stopped."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = _close(slug)
        if not problems:
            flash("Closed. What had not left was stopped.", "success")
            return redirect(url_for("desk.campaign", slug=slug))
    with database().reading() as session:
        one = get_campaign(session, slug)
        if one.state not in RUNNING:
            return _back(slug, NOT_RUNNING)
        waiting = figures.pending(session, [one.id])[one.id]
        page = render_template(
            "desk/close.html",
            campaign=one,
            waiting={state: waiting[state] for state in figures.UNENDED},
            reminders=figures.next_reminders(session, one.id),
            outcomes=OUTCOMES,
            problems=problems,
            typed=request.form,
            languages=[text.language for text in one.edition.texts],
        )
    return page, 422 if problems else 200


def _close(slug: str) -> dict[str, str]:
    """Close by the form that was sent. Returns what is wrong at which field; nothing wrong means it is done."""
    typed = request.form
    kind, on = typed.get("kind", ""), _day(typed.get("outcome_on", ""))
    problems = {}
    if kind not in set(Outcome):
        problems["kind"] = "Say what came of it. If nobody knows, choose “Not known”."
    if typed.get("outcome_on") and on is None:
        problems["outcome_on"] = "This is not a date of the calendar."
    if typed.get("sure") != "yes":
        problems["sure"] = "A closed action is not opened again. Tick this if you are sure."
    if problems:
        return problems
    story = {name.removeprefix("story."): text for name, text in typed.items() if name.startswith("story.")}
    refusal = _take(
        slug,
        lambda session, one: steering.close(session, one, outcome=Outcome(kind), outcome_on=on, story=story, actor=actor(), site=site(), now=now()),
    )
    return {"": refusal} if refusal else {}


def _take(slug: str, step: Step) -> str:
    """Take a step in one transaction. Returns why it was refused, or nothing."""
    try:
        with database().transaction() as session:
            step(session, get_campaign(session, slug))
    except Refused as refusal:
        return i18n._(refusal.reason, **refusal.values)
    return ""


def _back(slug: str, reason: str) -> ResponseReturnValue:
    flash(reason, "error")
    return redirect(url_for("desk.campaign", slug=slug))


def _gaps(campaign: Campaign) -> list[tuple[str, str]]:
    """(target, language) where a letter will open with the neutral form of its language."""
    return [
        (link.target.title, text.language)
        for link in addressees(campaign)
        for text in campaign.edition.texts
        if all(own.language != text.language for own in link.target.salutations)
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
