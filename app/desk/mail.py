"""Captured mail, where MAIL_URL is a folder: what would have gone out, to be read here."""

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.rules import Right
from app.desk import mailbox
from app.desk.door import blueprint, needs
from app.errors import NotFound
from app.web.state import site

PER_PAGE = 50
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"


class Piece(NamedTuple):
    """A stretch of a mail's text; links are shown as such."""

    text: str
    is_link: bool


@blueprint.get("/mail")
@needs(Right.MAIL)
def mails() -> ResponseReturnValue:
    """The list, newest first; where mail really leaves, a page that says so."""
    folder = site().route.path
    page = max(request.args.get("page", 1, type=int), 1)
    found, total = mailbox.list_mails(folder, (page - 1) * PER_PAGE, PER_PAGE) if folder else ([], 0)
    return render_template("desk/mails.html", folder=folder, mails=found, total=total, page=page, pages=-(-total // PER_PAGE))


@blueprint.get("/mail/<key>")
@needs(Right.MAIL)
def mail(key: str) -> ResponseReturnValue:
    one = mailbox.get_mail(_folder(), key)
    return render_template("desk/mail.html", mail=one, pieces=pieces(one.text), key=key)


@blueprint.get("/mail/<key>/html")
@needs(Right.MAIL)
def mail_html(key: str) -> ResponseReturnValue:
    """The HTML part, for the frame: nothing in it runs, submits or loads."""
    one = mailbox.get_mail(_folder(), key)
    return Response(one.html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": ONLY_A_PICTURE})


@blueprint.get("/mail/<key>/source")
@needs(Right.MAIL)
def mail_source(key: str) -> ResponseReturnValue:
    """The bytes as they would have left, shown as text."""
    one = mailbox.get_mail(_folder(), key)
    return Response(one.source, content_type="text/plain; charset=utf-8", headers={"Content-Security-Policy": ONLY_A_PICTURE})


@blueprint.get("/mail/<key>/attachments/<int:number>")
@needs(Right.MAIL)
def mail_attachment(key: str, number: int) -> ResponseReturnValue:
    """An attachment, always to be saved and never shown in place."""
    attachments = mailbox.get_mail(_folder(), key).attachments
    if number >= len(attachments):
        raise NotFound
    answer = Response(attachments[number].content, content_type="application/octet-stream", headers={"Content-Security-Policy": ONLY_A_PICTURE})
    answer.headers.set("Content-Disposition", "attachment", filename=attachments[number].name)
    return answer


def pieces(text: str) -> list[Piece]:
    """A text cut into plain stretches and web addresses."""
    bounds = sorted({0, len(text), *(at for found in LINK.finditer(text) for at in found.span())})
    return [Piece(text[start:end], bool(LINK.fullmatch(text[start:end]))) for start, end in pairwise(bounds)]


def _folder() -> Path:
    """Where captured mail lies. Raises NotFound where mail really leaves."""
    folder = site().route.path
    if folder is None:
        raise NotFound
    return folder
