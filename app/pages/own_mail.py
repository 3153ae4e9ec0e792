"""The writer's own mail: links that open it with the letter, and the letter as a draft to download."""

from flask import Response, request

from app.errors import NotFound
from app.letters import addressing, own_mail, wording
from app.pages.door import blueprint
from app.pages.opening import opened
from app.web.state import database, now, site


@blueprint.get("/<lang>/appeals/<token>/letter.eml")
def letter_eml(lang: str, token: str) -> Response:
    """The letter to `target`, else to the first who has e-mail, as a draft. Its name holds nobody's."""
    moment = now()
    with database().reading() as session:
        found = opened(session, token)
        targets = [link.target for link in addressing.addressees_of(found)]
        wanted = request.args.get("target", type=int)
        if "target" not in request.args:
            wanted = next((target.id for target in targets if target.has_email), None)
        number, target = next(((n, target) for n, target in enumerate(targets, 1) if target.id == wanted), (0, None))
        if target is None or not target.has_email or found.scrubbed_at:
            raise NotFound
        draft = own_mail.draft(site(), found, target, wording.composed(found, target, moment))
        name = f"{found.campaign.slug}-{number}.eml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return Response(draft, content_type="message/rfc822", headers=headers)
