"""Rows for tests: whole, valid and plain, with only what a test cares about said by the test.

Each function adds to the session and flushes, so that ids are there.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app import secrets
from app.campaigns.models import Campaign, CampaignTarget, Edition, Person, Text
from app.campaigns.rules import State
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, Channel, LetterState
from app.supporters.models import Supporter
from app.targets.models import Embassy, Salutation, Target

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
SALUTATIONS = {"pt": "Exma. Senhora Ministra", "en": "Dear Minister", "es": "Sra. Ministra", "ar": "معالي الوزيرة"}
BODY = (
    "{{{{ salutation }}}}{mark}\n\n{opening} {{{{ person.name }}}}.\n\n{{{{ personal_lines }}}}\n\n"
    "{closing}\n{{{{ supporter.name }}}}\n{{{{ supporter.place }}}}"
)
BODIES = {
    "en": BODY.format(mark=",", opening="I am writing about", closing="Yours sincerely,"),
    "es": BODY.format(mark=":", opening="Le escribo por", closing="Atentamente,"),
    "ar": BODY.format(mark="،", opening="أكتب إليكم بشأن", closing="مع الاحترام،"),
}
_numbers = count(1)


def target(session: Session, *, salutations: dict[str, str] | None = None, **changes: Any) -> Target:
    """An official with one e-mail who reads Portuguese and English."""
    n = next(_numbers)
    values: dict[str, Any] = {
        "role": "Minister of Housing",
        "name": "Helena Matos",
        "organisation": "Ministry of Housing",
        "address": ["Rua do Exemplo 1", "1000-001 Lisboa"],
        "country": "PT",
        "emails": [f"minister{n}@housing.example"],
        "languages": ["pt", "en"],
    }
    spoken = SALUTATIONS if salutations is None else salutations
    made = Target(**(values | changes))
    made.salutations = [Salutation(language=language, text=text, position=at) for at, (language, text) in enumerate(spoken.items())]
    session.add(made)
    session.flush()
    return made


def embassy(session: Session, *accredited_to: str, represents: str = "PT", **changes: Any) -> Target:
    """An embassy of Portugal with one e-mail, its seat in the first of the countries it is accredited to."""
    n = next(_numbers)
    values: dict[str, Any] = {
        "role": "Ambassador",
        "name": "",
        "organisation": f"Embassy of {represents} in {accredited_to[0]}",
        "country": accredited_to[0],
        "emails": [f"embassy{n}@embassy.example"],
        "salutations": {"es": "Sra. Embajadora", "en": "Dear Ambassador"},
    }
    made = target(session, **(values | changes))
    session.add_all(Embassy(represents=represents, accredited_to=country, target=made) for country in accredited_to)
    session.flush()
    return made


def text(language: str = "en", **changes: Any) -> Text:
    """An edition's text, not yet in the session."""
    values: dict[str, Any] = {
        "language": language,
        "headline": f"Stop the eviction of the López family ({language})",
        "summary": "A family of five is to lose its home.",
        "case": "The López family has lived in the house for twenty years.",
        "demands": ["Stop the eviction.", "Offer a home nearby."],
        "background": "Evictions in the city have doubled.",
        "subjects": [f"The López family ({language})"],
        "body": BODIES.get(language, BODIES["en"]),
    }
    return Text(**(values | changes))


def edition(*, languages: Iterable[str] = ("en", "es"), **changes: Any) -> Edition:
    """An edition with a text in each language, not yet in the session."""
    values: dict[str, Any] = {"number": 1, "round": 1, "deadline_on": date(2026, 3, 24), "preferred_languages": ["en"]}
    made = Edition(**(values | changes))
    made.texts = [text(language, position=at) for at, language in enumerate(languages)]
    return made


def campaign(
    session: Session,
    *,
    targets: Iterable[Target] | None = None,
    copies: Iterable[Target] = (),
    languages: Iterable[str] = ("en", "es"),
    deadline_on: date = date(2026, 3, 24),
    **changes: Any,
) -> Campaign:
    """A published campaign in Lisbon's zone, with one edition, one person, one target and two weeks to go."""
    values: dict[str, Any] = {
        "slug": f"lopez-{next(_numbers)}",
        "country": "PT",
        "timezone": "Europe/Lisbon",
        "topics": ["eviction"],
        "state": State.PUBLISHED,
        "created_at": NOW - timedelta(days=2),
        "published_at": NOW - timedelta(days=1),
        "reminders": [7, 3, 1],
        "outcome_story": {},
    }
    if changes.get("state") == State.DRAFT:
        values["published_at"] = None
    if changes.get("state") == State.CLOSED:
        values["closed_at"] = NOW
    made = Campaign(**(values | changes))
    made.people = [Person(position=0, name="María López")]
    made.editions = [edition(languages=languages, deadline_on=deadline_on)]
    written_to = [target(session)] if targets is None else list(targets)
    made.targets = [CampaignTarget(target=one, position=at, copy=False) for at, one in enumerate(written_to)]
    made.targets += [CampaignTarget(target=one, position=len(written_to) + at, copy=True) for at, one in enumerate(copies)]
    session.add(made)
    session.flush()
    return made


def supporter(session: Session, *, email: str | None = None, **changes: Any) -> Supporter:
    """A confirmed person in Spain who reads Spanish."""
    address = email or f"ana{next(_numbers)}@mail.example"
    values: dict[str, Any] = {
        "email": address,
        "email_hash": secrets.lookup(address),
        "email_domain": address.rpartition("@")[2],
        "name": "Ana Pérez",
        "place": "Sevilla",
        "country": "ES",
        "language": "es",
        "timezone": "Europe/Madrid",
        "consent": "1",
        "confirmed_at": NOW - timedelta(days=1),
    }
    made = Supporter(**(values | changes))
    session.add(made)
    session.flush()
    return made


def appeal(
    session: Session,
    in_campaign: Campaign | None = None,
    by: Supporter | None = None,
    *,
    channels: Iterable[Channel] = (),
    letter_state: LetterState = LetterState.PREPARED,
    email: str | None = None,
    **changes: Any,
) -> Appeal:
    """An appeal: a draft of an unproven person, or with `by` a proven one of that supporter; a letter to each target by each channel."""
    to = in_campaign or campaign(session)
    address = by.email if by else email or f"eva{next(_numbers)}@mail.example"
    values: dict[str, Any] = {
        "key": f"key-{next(_numbers)}",
        "campaign_id": to.id,
        "edition_id": to.edition.id,
        "round": to.edition.round,
        "supporter_id": by.id if by else None,
        "state": AppealState.PROVEN if by else AppealState.DRAFT,
        "email": address,
        "email_hash": secrets.lookup(address),
        "name": by.name if by else "Eva Gil",
        "country": by.country if by else "ES",
        "language": by.language if by else "es",
        "letter_language": "es",
        "consent": "1",
        "created_at": NOW - timedelta(hours=1),
        "proven_at": NOW - timedelta(minutes=30) if by else None,
    }
    made = Appeal(**(values | changes))
    made.letters = [
        Letter(target=one.target, channel=channel, state=letter_state, state_at=NOW, waiting_at=NOW if letter_state is LetterState.WAITING else None)
        for one in to.targets
        for channel in channels
    ]
    session.add(made)
    session.flush()
    return made


def letter(session: Session, of: Appeal, to: Target, *, state: LetterState = LetterState.WAITING, channel: Channel = Channel.PLATFORM) -> Letter:
    """One more letter of an appeal."""
    made = Letter(target=to, channel=channel, state=state, state_at=NOW, waiting_at=NOW if state is LetterState.WAITING else None)
    of.letters.append(made)
    session.flush()
    return made
