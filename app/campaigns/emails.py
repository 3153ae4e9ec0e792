"""The mail that tells of a new action."""

from datetime import datetime

from app import i18n, links
from app.campaigns.models import Campaign
from app.campaigns.rules import nearest
from app.mail.message import Message
from app.mail.render import render
from app.site import Site
from app.supporters.models import Supporter


def announcement(site: Site, supporter: Supporter, campaign: Campaign, now: datetime) -> Message:
    """Tells one person of a new action, in their language as far as there is a text in it; one click stops such mails (RFC 8058)."""
    edition = campaign.edition
    language = nearest([text.language for text in edition.texts], supporter.language)
    text = next(text for text in edition.texts if text.language == language)
    with i18n.speaking(supporter.language) as spoken:
        return render(
            site,
            "announcement",
            to=supporter.email,
            language=spoken.code,
            unsubscribe=links.unsubscribe(site, supporter.id),
            headline=text.headline,
            summary=text.summary,
            text_language=language,
            foreign=language.split("-")[0] != supporter.language.split("-")[0],
            deadline_on=edition.deadline_on,
            timezone=campaign.timezone,
            days=campaign.days_left(now),
            url=links.action(site, spoken.code, campaign.slug),
        )
