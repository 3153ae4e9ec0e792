"""The directory of embassies: by country, found by words, loaded from a spreadsheet after a look at what would change."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import i18n, steering
from app.accounts.rules import Right
from app.desk.door import actor, blueprint, needs
from app.errors import Conflict, Refused
from app.targets import loading, parsing, printing, sheets
from app.targets.filed import BadDirectory, DirectoryFile, Flaw
from app.targets.loading import Plan
from app.targets.queries import get_embassy, list_embassies, list_represented, search_embassies
from app.web.state import database, now

MOST_SHOWN = 100
ROOM = sheets.LARGEST + 1_500_000
"""Bytes of a request with a file in it: a little too large a file is still read, to say so."""
CHANGED = "The directory has changed since you looked: look again at what would change now, then confirm."
FIELD_NAMES = {"accredited_to": "accredited to", "address": "postal address", "emails": "e-mail", "country": "seat"}


@dataclass(frozen=True)
class Looked:
    """What became of a file: why it cannot be loaded, or what it would change."""

    text: str = ""
    flaws: Sequence[Flaw] = ()
    warnings: Sequence[Flaw] = ()
    plan: Plan | None = None
    notice: str = ""


@blueprint.before_app_request
def give_room() -> None:
    """Let staff send more than a form holds, to this page alone; before the guard of the desk, which reads the form."""
    if request.endpoint == "desk.load_embassies" and current_user.is_authenticated:
        request.max_content_length = request.max_form_memory_size = ROOM


@blueprint.get("/embassies")
@needs(Right.READ)
def embassies() -> ResponseReturnValue:
    """The countries whose embassies are known; those of one; or those that some words find."""
    of, words = request.args.get("of", ""), " ".join(request.args.get("q", "").split())
    with database().reading() as session:
        represented = list_represented(session)
        if words:
            entries = search_embassies(session, words, _countries_called(words), limit=MOST_SHOWN + 1)
        else:
            entries = list_embassies(session, [of]) if i18n.is_country(of) else []
    return render_template(
        "desk/embassies.html",
        represented=sorted(represented, key=lambda one: i18n.country_name(one.country)),
        of=of if i18n.is_country(of) and not words else "",
        words=words,
        entries=entries[:MOST_SHOWN] if words else entries,
        more=bool(words) and len(entries) > MOST_SHOWN,
    )


@blueprint.get("/embassies/embassies.csv")
@needs(Right.READ)
def embassies_file() -> ResponseReturnValue:
    """The whole directory as a spreadsheet reads it; loading it again changes nothing."""
    with database().reading() as session:
        text = printing.to_csv(list_embassies(session))
    return Response(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="embassies.csv"'})


@blueprint.route("/embassies/load", methods=["GET", "POST"])
@needs(Right.WRITE)
def load_embassies() -> ResponseReturnValue:
    """Asks for a file; shows what is wrong with it, or what it would change; loads it when that is confirmed."""
    if request.method == "GET":
        return _loading_page(None)
    if "text" not in request.form:
        sent = request.files.get("file")
        if sent is None:
            return _look(b"")
        with closing(sent):
            return _look(sent.read())
    return _load(request.form["text"])


@blueprint.route("/embassies/<int:target_id>/delete", methods=["GET", "POST"])
@needs(Right.WRITE)
def delete_embassy(target_id: int) -> ResponseReturnValue:
    """Take one out of the directory, after a question."""
    if request.method == "GET":
        with database().reading() as session:
            return render_template("desk/embassies_delete.html", entry=get_embassy(session, target_id))
    with database().reading() as session:
        represents = get_embassy(session, target_id).represents
    try:
        with database().transaction() as session:
            steering.remove_embassy(session, get_embassy(session, target_id), actor=actor(), now=now())
        flash("Taken out of the directory.", "success")
    except Refused as refusal:
        flash(refusal.reason, "error")
    return redirect(url_for("desk.embassies", of=represents))


def _look(data: bytes) -> ResponseReturnValue:
    """Read a file and compare it with the directory."""
    if not data:
        return _loading_page(Looked(flaws=[Flaw(0, "", "choose a file first; it must not be empty.")]))
    try:
        text = sheets.decode(data)
        file = parsing.read(text)
    except BadDirectory as bad:
        return _loading_page(Looked(flaws=bad.flaws))
    return _loading_page(_compared(text, file))


def _load(text: str) -> ResponseReturnValue:
    """Load what was looked at, unless it would now do something else."""
    try:
        file = parsing.read(text)
    except BadDirectory as bad:
        return _loading_page(Looked(flaws=bad.flaws))
    try:
        with database().transaction() as session:
            as_seen = loading.plan(session, file).mark == request.form.get("mark")
            done = steering.load_embassies(session, file, actor=actor(), now=now()) if as_seen else None
    except Conflict:
        done = None
    if done is None:
        return _loading_page(_compared(text, file, CHANGED))
    flash(f"Loaded: {len(done.new)} new, {len(done.changed)} changed, {len(done.same)} as they were.", "success")
    return redirect(url_for("desk.embassies"))


def _compared(text: str, file: DirectoryFile, notice: str = "") -> Looked:
    with database().reading() as session:
        return Looked(text=text, warnings=file.warnings, plan=loading.plan(session, file), notice=notice)


def _loading_page(looked: Looked | None) -> ResponseReturnValue:
    page = render_template(
        "desk/embassies_load.html",
        looked=looked,
        most=MOST_SHOWN,
        field_names=FIELD_NAMES,
        most_lines=sheets.MOST_LINES,
        megabytes=sheets.LARGEST // 1_000_000,
    )
    return page, 422 if looked and looked.plan is None else 200


def _countries_called(words: str) -> list[str]:
    """Codes of countries whose name begins with the words, or whose code they are."""
    wanted = words.casefold()
    return [code for code, name in i18n.countries() if code.casefold() == wanted or (len(wanted) > 2 and name.casefold().startswith(wanted))]
