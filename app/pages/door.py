"""The blueprint of the public pages, and what all of them use."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request, url_for

from app import i18n, tokens
from app.campaigns.rules import nearest
from app.errors import Refused
from app.i18n import N_
from app.letters.pdf import PrintedLetter, letters_pdf
from app.paper.typesetting import Unprintable
from app.tokens import Purpose
from app.web.caching import asset
from app.web.state import now, site

blueprint = Blueprint("pages", __name__)

KEPT_ARGUMENTS = ("letter", "to", "text")
MOST_SIGNS = 12


@blueprint.app_context_processor
def names() -> dict[str, object]:
    return {"asset": asset, "page_in": page_in, "languages_named": languages_named, "told_in": told_in}


@blueprint.app_template_filter("paragraphs")
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def languages_named(codes: Sequence[str]) -> str:
    """The names of languages as a list in words, e.g. `Spanish and English`."""
    return i18n.listed(i18n.language_name(code) for code in codes)


def told_in(texts: Mapping[str, str]) -> str:
    """The language to tell something in: the reader's, else English, else the first there is; empty without any."""
    told = [code for code, text in texts.items() if text]
    return nearest(told, i18n.current().code) if told else ""


def page_in(code: str) -> str:
    """The address of this page in another interface language."""
    if request.endpoint is None or request.endpoint == "static":
        return url_for("pages.home", lang=code)
    kept = {name: request.args[name] for name in KEPT_ARGUMENTS if name in request.args}
    return url_for(request.endpoint, **{**kept, **(request.view_args or {}), "lang": code})


def subject_of(purpose: Purpose, token: str) -> str:
    """The key that a token of a page names. Raises NotFound."""
    return str(tokens.read(site(), purpose, token))


def masked(email: str) -> str:
    """An address its owner recognises and nobody else learns, e.g. `m…@e….org`."""
    local, _, domain = email.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{local[:1]}…@{name[:1]}…{dot}{ending}"


def on_paper(letters: Sequence[PrintedLetter], *, title: str, name: str) -> Response:
    """The letters as a PDF. Raises Refused when a font lacks one of their signs."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(paper(letters, title=title), content_type="application/pdf", headers=headers)


def paper(letters: Sequence[PrintedLetter], *, title: str) -> bytes:
    """The bytes of that PDF. Raises Refused."""
    try:
        return letters_pdf(letters, title=title, made_at=now())
    except Unprintable as problem:
        signs = " ".join(problem.characters[:MOST_SIGNS]) + (" …" if len(problem.characters) > MOST_SIGNS else "")
        reason = N_("We have no font for some signs of this letter (%(signs)s). Please copy its text and print it from your own program.")
        raise Refused(reason, signs=signs) from None
