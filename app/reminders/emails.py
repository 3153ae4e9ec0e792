"""The reminder itself."""

from datetime import datetime

from app import i18n, links
from app.campaigns.models import Campaign
from app.letters.wording import choose_text
from app.mail.message import Message
from app.mail.render import render
from app.site import Site
from app.supporters.models import Supporter


def reminder(site: Site, campaign: Campaign, supporter: Supporter, appeal_key: str, now: datetime) -> Message:
    """That the deadline comes near, in the supporter's language, with one way to the letter and one way to say it was sent."""
    with i18n.speaking(supporter.language) as language:
        return render(
            site,
            "reminder",
            to=supporter.email,
            language=language.code,
            unsubscribe=links.unsubscribe(site, supporter.id),
            writer=supporter.name,
            headline=choose_text(campaign.edition, language.code).headline,
            days_left=campaign.days_left(now),
            deadline=i18n.weekday(campaign.edition.deadline_on),
            zone=i18n.zone_name(campaign.timezone),
            url=links.appeal(site, language.code, appeal_key),
            sent_url=links.already_sent(site, language.code, appeal_key),
        )
