"""A stored campaign as a file, or as data with everything that is known of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import tomli_w

from app.campaigns.models import Campaign, CampaignTarget, Count, Edition, Text
from app.campaigns.queries import Totals


def to_toml(campaign: Campaign) -> str:
    """The campaign file; loading it gives the same campaign."""
    return tomli_w.dumps(to_document(campaign), multiline_strings=True)


def to_document(campaign: Campaign) -> dict[str, Any]:
    """The content of the campaign file; what is empty and optional is left out."""
    document = {
        "slug": campaign.slug,
        "reference": campaign.reference,
        "country": campaign.country,
        "timezone": campaign.timezone,
        "topics": campaign.topics,
        "state": campaign.state,
        "people": [_filled({"name": one.name, "gender": one.gender, "note": one.note}) for one in campaign.people],
        "targets": [_target(link) for link in campaign.targets],
        "editions": [_edition(edition) for edition in campaign.editions],
        "sending": {
            "cap_per_hour": campaign.cap_per_hour,
            "reply_to": campaign.reply_to,
            "rewritten": campaign.rewritten,
            "reminders": campaign.reminders,
            "embassies": campaign.embassies,
            **_filled({"postage": campaign.postage}),
        },
        "outcome": _filled({"kind": campaign.outcome_kind, "on": campaign.outcome_on, "story": campaign.outcome_story}),
        "timeline": [_filled({"on": event.on, "text": event.text, "source": event.source}) for event in campaign.timeline],
    }
    return _filled(document)


def to_data(campaign: Campaign, totals: Totals, counts: Sequence[Count], announcements: tuple[int, int], now: datetime) -> dict[str, Any]:
    """Everything known of a campaign, fit for JSON: the content of its file, where it stands at `now`, and its counts."""
    told, to_tell = announcements
    public = bool(campaign.editions)
    zone = ZoneInfo(campaign.timezone)
    data: dict[str, Any] = _plain(
        {
            **to_document(campaign),
            "version": campaign.version,
            "created_at": campaign.created_at,
            "published_at": campaign.published_at,
            "closed_at": campaign.closed_at,
            "standing": campaign.standing(now),
            "deadline_at": campaign.deadline_at if public else None,
            "last_second": (campaign.deadline_at - timedelta(seconds=1)).astimezone(zone) if public else None,
            "days_left": campaign.days_left(now) if public else None,
            "rounds": [edition.round for edition in campaign.editions],
            "counts": {
                "people": totals.people,
                "sent": totals.sent,
                "reported": totals.reported,
                "letters": totals.letters,
                "own_words": totals.own_words,
                "events": totals.events,
                "ledger": [_count(line) for line in counts],
            },
            "announcements": {"sent": told, "waiting": to_tell},
        }
    )
    return data


def _target(link: CampaignTarget) -> dict[str, Any]:
    target = link.target
    values = {
        "role": target.role,
        "name": target.name,
        "organisation": target.organisation,
        "address": target.address,
        "country": target.country,
        "fax": target.fax,
        "phone": target.phone,
        "languages": target.languages,
    }
    salutations = {one.language: one.text for one in target.salutations}
    return {**_filled(values), "emails": target.emails, "copy": link.copy, **_filled({"salutations": salutations})}


def _edition(edition: Edition) -> dict[str, Any]:
    values = {"index": edition.index_number, "issued_on": edition.issued_on, "deadline_on": edition.deadline_on}
    return {
        **_filled(values),
        "asks_again": edition.asks_again,
        **_filled({"preferred_languages": edition.preferred_languages}),
        "texts": {text.language: _text(text) for text in edition.texts},
    }


def _text(text: Text) -> dict[str, Any]:
    keys = ("headline", "summary", "case", "demands", "background", "subjects", "openings", "closings", "body")
    return _filled({key: getattr(text, key) for key in keys})


def _count(line: Count) -> dict[str, Any]:
    keys = ("day", "measure", "evidence", "language", "country", "n")
    return {key: getattr(line, key) for key in keys}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _plain(value: Any) -> Any:
    """Dates and times as ISO text, all the way down."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
