"""What stands on a sheet: from a campaign and one of its texts to words in the order they are read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app import i18n, links
from app.campaigns.models import Campaign, Edition, Person, Text, TimelineEvent
from app.campaigns.rules import Outcome, Standing, nearest
from app.letters.addressing import Addressee, addressees
from app.sheets.labels import Labels, labels_in
from app.site import Site
from app.targets.models import Target
from app.targets.rules import neutral_salutation

WRITING = (Standing.OPEN, Standing.HIDDEN)
"""Standings in which the sheet calls for letters; a draft is shown as it will be."""
OVER = (Standing.EXPIRED, Standing.CLOSED)
MOST_LIGHTS = 21


@dataclass(frozen=True)
class Told:
    """Words, and the language they are in."""

    language: str
    words: str


@dataclass(frozen=True)
class Deadline:
    """The day in big letters; `lights` are the days left with the last one, at most MOST_LIGHTS."""

    label: str
    day: str
    left: str
    lights: int


@dataclass(frozen=True)
class Banner:
    """Why nobody should write now, or hand this out; and how it ended."""

    title: str
    advice: str
    outcome: str = ""
    story: Told | None = None


@dataclass(frozen=True)
class Office:
    """Whom one writes to. Contacts are pairs of label and value; an office one no longer writes to has neither them nor an address."""

    name: str
    lines: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    salutations: tuple[Told, ...]


@dataclass(frozen=True)
class Event:
    day: str
    told: Told


@dataclass(frozen=True)
class Sheet:
    """An action on paper. Texts with several paragraphs hold an empty line between them; whatever does not apply is empty."""

    language: str
    labels: Labels
    title: str
    kicker: str
    about: tuple[str, ...]
    """Country and number, beside the kicker."""
    banner: Banner | None
    writing: bool
    headline: str
    summary: str
    deadline: Deadline | None
    """None once it is over."""
    people: tuple[tuple[str, str], ...]
    """Names, and what is said of each."""
    case: str
    ask: str
    demands: tuple[str, ...]
    languages: str
    write_to: str
    offices: tuple[Office, ...]
    copies: tuple[Office, ...]
    embassy: str
    background: str
    events: tuple[Event, ...]
    facts: tuple[tuple[str, str], ...]
    """Pairs of label and value; a label of several values stands at the first."""
    how: str
    address: str
    publisher: tuple[str, ...]
    made_at: datetime
    """The beginning of the day, so that a sheet is the same file all day long."""


def choose_language(edition: Edition, asked: str, reader: str) -> str:
    """The language asked for if the edition has a text in it, else the one nearest to what the reader speaks."""
    available = [text.language for text in edition.texts]
    return asked if asked in available else nearest(available, reader)


def today(campaign: Campaign, now: datetime) -> date:
    """The day it is where the campaign is."""
    return now.astimezone(ZoneInfo(campaign.timezone)).date()


def file_name(campaign: Campaign, language: str) -> str:
    """What the PDF is saved as: the campaign's number, else its slug, and the language."""
    number = "-".join(re.findall("[A-Za-z0-9]+", campaign.reference or ""))
    return f"{number or campaign.slug}-{language}.pdf"


def content(campaign: Campaign, language: str, *, reader: str, site: Site, now: datetime) -> Sheet:
    """The sheet of the edition in force in one of its languages, as the campaign stands now.

    It leads to the public page in the sheet's language, where that is an interface language, else in the `reader`'s.
    """
    edition, standing = campaign.edition, campaign.standing(now)
    text = next(one for one in edition.texts if one.language == language)
    labels = labels_in(language)
    writing = standing in WRITING
    written_to = addressees(campaign)
    update = labels.update.format(number=edition.number - 1) if edition.number > 1 else ""
    country = i18n.country_name(campaign.country, labels.language)
    return Sheet(
        language=text.language,
        labels=labels,
        title=text.headline,
        kicker=" · ".join(filter(None, (labels.urgent_action, update))),
        about=tuple(filter(None, (country, campaign.reference))),
        banner=_banner(campaign, text, labels, standing),
        writing=writing,
        headline=text.headline,
        summary=text.summary,
        deadline=None if standing in OVER else _deadline(campaign, labels.write_by if writing else labels.deadline, labels, now),
        people=tuple((person.name, person.note) for person in campaign.people),
        case=text.case,
        ask=labels.ask if writing else labels.asked,
        demands=tuple(text.demands),
        languages=_languages(edition, written_to, labels) if writing else "",
        write_to=labels.write_to if writing else labels.written_to,
        offices=tuple(_office(link.target, edition, text, labels, writing=writing) for link in written_to if not link.copy),
        copies=tuple(_office(link.target, edition, text, labels, writing=writing) for link in written_to if link.copy),
        embassy=labels.embassy.format(country=country) if writing else "",
        background=text.background,
        events=tuple(_event(event, text, labels) for event in campaign.timeline if any(event.text.values())),
        facts=tuple(_facts(campaign, edition, labels)),
        how=labels.how if writing else labels.follow,
        address=links.action(site, nearest(i18n.INTERFACE, language, reader), campaign.slug),
        publisher=(site.name, site.contact, site.imprint),
        made_at=datetime.combine(today(campaign, now), time(0), ZoneInfo(campaign.timezone)),
    )


def _banner(campaign: Campaign, text: Text, labels: Labels, standing: Standing) -> Banner | None:
    match standing:
        case Standing.HIDDEN:
            return Banner(labels.draft, labels.draft_advice)
        case Standing.PAUSED:
            return Banner(labels.paused, labels.paused_advice)
        case Standing.EXPIRED:
            day = i18n.day(campaign.edition.deadline_on, into=labels.language)
            return Banner(labels.expired, labels.expired_advice, f"{labels.deadline} · {day}")
        case Standing.CLOSED:
            return Banner(labels.ended, labels.ended_advice, _outcome(campaign, labels), _told(campaign.outcome_story, text.language))
    return None


def _outcome(campaign: Campaign, labels: Labels) -> str:
    kind = Outcome(campaign.outcome_kind) if campaign.outcome_kind else Outcome.UNKNOWN
    said = {Outcome.GOOD: labels.good, Outcome.PARTLY: labels.partly, Outcome.BAD: labels.bad, Outcome.UNKNOWN: labels.unknown}[kind]
    return f"{said} · {i18n.day(campaign.outcome_on, into=labels.language)}" if campaign.outcome_on else said


def _told(texts: Mapping[str, str], language: str) -> Told | None:
    """What is told in the language nearest to the sheet's; None where nothing is."""
    told = [code for code, words in texts.items() if words]
    if not told:
        return None
    code = nearest(told, language)
    return Told(code, texts[code])


def _deadline(campaign: Campaign, label: str, labels: Labels, now: datetime) -> Deadline:
    left = campaign.days_left(now)
    day = i18n.day(campaign.edition.deadline_on, into=labels.language)
    printed = i18n.day(today(campaign, now), into=labels.language)
    said = labels.left.format(day=printed, days=i18n.days(left, labels.language)) if left > 0 else labels.last_day.format(day=day)
    return Deadline(label, day, said, max(0, min(left + 1, MOST_LIGHTS)))


def _languages(edition: Edition, written_to: Sequence[Addressee], labels: Labels) -> str:
    """What the officials read best, as the edition says or their own entries do; one's own language always serves."""
    read = edition.preferred_languages or [code for link in written_to if not link.copy for code in link.target.languages]
    names = [i18n.language_name(code, labels.language) for code in dict.fromkeys(read)]
    return i18n.either([*names, labels.own_language], labels.language)


def _office(target: Target, edition: Edition, text: Text, labels: Labels, *, writing: bool) -> Office:
    named = (target.role, target.organisation) if target.name else (target.organisation,)
    place = (*target.address_lines, i18n.country_name(target.country, labels.language)) if writing else ()
    contacts = [*((labels.email, email) for email in target.emails), (labels.fax, target.fax_number), (labels.phone, target.phone_number)]
    return Office(
        name=target.name or target.role,
        lines=tuple(filter(None, (*named, *place))),
        contacts=tuple((label, value) for label, value in contacts if value) if writing else (),
        salutations=tuple(_salutations(target, edition, text.language)) if writing else (),
    )


def _salutations(target: Target, edition: Edition, language: str) -> list[Told]:
    """How the target is addressed in the languages one may write in and in the sheet's own; a neutral form where nobody wrote any of them."""
    known = {one.language: one.text for one in target.salutations}
    wanted = dict.fromkeys([*(edition.preferred_languages or target.languages), language])
    told = [Told(code, known[code]) for code in wanted if code in known]
    return told or [Told(language, neutral_salutation(language))]


def _event(event: TimelineEvent, text: Text, labels: Labels) -> Event:
    told = _told(event.text, text.language)
    assert told is not None
    return Event(i18n.day(event.on, into=labels.language) if event.on else "", told)


def _facts(campaign: Campaign, edition: Edition, labels: Labels) -> list[tuple[str, str]]:
    """Names, then what identifies this document."""
    facts = [
        *((labels.name if at == 0 else "", _named(person, labels)) for at, person in enumerate(campaign.people)),
        (labels.reference, campaign.reference or ""),
        (labels.index, edition.index_number or ""),
        (labels.issued, i18n.day(edition.issued_on, into=labels.language) if edition.issued_on else ""),
        (labels.deadline, i18n.day(edition.deadline_on, into=labels.language)),
    ]
    return [(label, value) for label, value in facts if value]


def _named(person: Person, labels: Labels) -> str:
    gender = {"f": labels.female, "m": labels.male}.get(person.gender.strip().casefold(), person.gender)
    return f"{person.name} ({gender})" if gender else person.name
