"""The sheet of a campaign as it would be handed out, also of a draft, which says on it that it is one."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.rules import Right
from app.campaigns.queries import get_campaign
from app.desk.door import blueprint, needs
from app.errors import NotFound
from app.i18n import INTERFACE
from app.paper.typesetting import Unprintable
from app.sheets import content
from app.sheets.pdf import missing, sheet_pdf
from app.web.state import database, now, site


@blueprint.get("/campaigns/<slug>/sheet.pdf")
@needs(Right.READ)
def sheet(slug: str) -> ResponseReturnValue:
    """The sheet in the language that `text` names, else in the one nearest to English."""
    moment = now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        if not campaign.edition.texts:
            raise NotFound
        language = content.choose_language(campaign.edition, request.args.get("text", ""), INTERFACE[0])
        name = content.file_name(campaign, language)
        fresh = content.content(campaign, language, reader=INTERFACE[0], site=site(), now=moment)
    try:
        pdf = sheet_pdf(fresh)
    except Unprintable as problem:
        flash(f"This sheet cannot be printed: there is no font for {missing(problem)}. Use other characters in the text.", "error")
        return redirect(url_for("desk.campaign", slug=slug))
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
