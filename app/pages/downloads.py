"""A writer's letters as files: on paper, as text, all at once. No file name names a person."""

import io
import zipfile

from flask import Response, request

from app.letters import addressing, channels, own_mail, wording
from app.letters.models import Appeal
from app.letters.rules import tidy_lines
from app.pages.door import blueprint, on_paper, paper
from app.pages.opening import opened
from app.targets.models import Target
from app.web.state import database, now, site

STREET_CHARACTERS = 200


@blueprint.get("/<lang>/appeals/<token>/letter.pdf")
def letter_pdf(lang: str, token: str) -> Response:
    """The letters on paper: all of them, or the one to `target`; to be faxed with `fax`."""
    return _printed(token, street="")


@blueprint.post("/<lang>/appeals/<token>/letter.pdf")
def letter_pdf_with_street(lang: str, token: str) -> Response:
    """The same with the street that was typed. It goes into this file and nowhere else: not even into an address that a log could keep."""
    return _printed(token, street=tidy_lines(request.form.get("street", ""))[:STREET_CHARACTERS])


@blueprint.get("/<lang>/appeals/<token>/letters.zip")
def everything(lang: str, token: str) -> Response:
    """Every letter as text and as a draft for a mail program, and all of them on paper."""
    moment = now()
    with database().reading() as session:
        found = opened(session, token)
        targets = [link.target for link in addressing.addressees_of(found)]
        letters = [wording.composed(found, target, moment) for target in targets]
        printed = [channels.printed(letter, target, found.campaign, found, moment) for letter, target in zip(letters, targets, strict=True)]
        drafts = [
            own_mail.draft(site(), found, target, letter) if target.has_email else None for target, letter in zip(targets, letters, strict=True)
        ]
        title, slug = _title(found), found.campaign.slug
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{slug}.pdf", paper(printed, title=title))
        for number, (letter, draft) in enumerate(zip(letters, drafts, strict=True), 1):
            archive.writestr(f"{slug}-{number}.txt", f"{letter.subject}\n\n{letter.body}\n".replace("\n", "\r\n"))
            if draft is not None:
                archive.writestr(f"{slug}-{number}.eml", draft)
    headers = {"Content-Disposition": f'attachment; filename="{slug}.zip"'}
    return Response(made.getvalue(), content_type="application/zip", headers=headers)


def _printed(token: str, *, street: str) -> Response:
    moment, by_fax = now(), "fax" in request.values
    with database().reading() as session:
        found = opened(session, token)
        targets = _chosen(found)
        letters = [
            channels.printed(wording.composed(found, target, moment), target, found.campaign, found, moment, street=street, by_fax=by_fax)
            for target in targets
        ]
        title, slug = _title(found), found.campaign.slug
    return on_paper(letters, title=title, name=f"{slug}.pdf")


def _chosen(found: Appeal) -> list[Target]:
    wanted = request.values.get("target", type=int)
    return [addressing.get_target(found, wanted)] if wanted else [link.target for link in addressing.addressees_of(found)]


def _title(found: Appeal) -> str:
    return wording.choose_text(found.edition, found.letter_language).headline
