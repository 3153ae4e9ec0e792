"""The action on paper, to hand out: a PDF in any language there is a text in."""

from flask import Response, request

from app.campaigns import queries as campaigns
from app.campaigns.rules import Standing
from app.errors import NotFound, Refused
from app.i18n import N_
from app.pages.door import blueprint
from app.paper.typesetting import Unprintable
from app.sheets import content
from app.sheets.pdf import missing, sheet_pdf
from app.web import caching
from app.web.state import database, now, site

MOST_SHEETS = 128
"""Of about 100 KB each."""

sheets = caching.Pages(MOST_SHEETS)


@blueprint.get("/<lang>/actions/<slug>/sheet.pdf")
def sheet(lang: str, slug: str) -> Response:
    """The sheet in the language that `text` names, else in the reader's; kept until something of what stands on it changes."""
    moment = now()
    with database().reading() as session:
        campaign = campaigns.get_campaign(session, slug)
        standing = campaign.standing(moment)
        if standing is Standing.HIDDEN:
            raise NotFound
        language = content.choose_language(campaign.edition, request.args.get("text", ""), lang)
        made_of = site().boot, slug, campaign.version, language, lang, content.today(campaign, moment), standing
        name = content.file_name(campaign, language)
        page = sheets.find(made_of)
        fresh = None if page else content.content(campaign, language, reader=lang, site=site(), now=moment)
    if fresh is not None:
        page = sheets.keep_document(made_of, _printed(fresh))
    assert page is not None
    return caching.answer(page, "application/pdf", name)


def _printed(fresh: content.Sheet) -> bytes:
    """Raises Refused when a font lacks one of its signs."""
    try:
        return sheet_pdf(fresh)
    except Unprintable as problem:
        reason = N_("We have no font for some signs of this sheet (%(signs)s). Please print the page of this action from your browser.")
        raise Refused(reason, signs=missing(problem)) from None
