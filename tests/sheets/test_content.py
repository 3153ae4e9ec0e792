"""What stands on a sheet, as the campaign stands."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.campaigns.models import Campaign, Person, TimelineEvent
from app.campaigns.rules import State
from app.db import Database
from app.sheets.content import Sheet, Told, choose_language, content, file_name
from app.site import Site
from tests import make


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


def sheet(campaign: Campaign, site: Site, now: datetime, language: str = "en", reader: str = "en") -> Sheet:
    return content(campaign, language, reader=reader, site=site, now=now)


@pytest.mark.parametrize(
    ("asked", "reader", "language"),
    [("es", "en", "es"), ("", "es", "es"), ("", "ar", "en"), ("xx", "es", "es"), ("ES", "en", "en"), ("../es", "ar", "en")],
)
def test_language_is_the_one_asked_for_else_the_nearest(session: Session, asked: str, reader: str, language: str) -> None:
    assert choose_language(make.campaign(session).edition, asked, reader) == language


@pytest.mark.parametrize(
    ("reference", "name"),
    [("UA 117/26", "UA-117-26-es.pdf"), (None, "lopez-es.pdf"), ("срочно", "lopez-es.pdf"), ('"; x=/../é', "x-es.pdf")],
)
def test_file_is_named_by_number_or_slug_and_language(session: Session, reference: str | None, name: str) -> None:
    assert file_name(make.campaign(session, slug="lopez", reference=reference), "es") == name


def test_an_open_action_calls_for_letters(session: Session, site: Site, now: datetime) -> None:
    office = make.target(session, role="Ombudsman", name="", emails=[], fax="+351 21 000", phone="+351 22 000", salutations={})
    campaign = make.campaign(session, copies=[office], reference="UA 1/26")
    campaign.edition.issued_on, campaign.edition.index_number = date(2026, 3, 1), "EUR 38/001/2026"
    made = sheet(campaign, site, now, "es")
    assert made.writing
    assert made.banner is None
    assert (made.kicker, made.about) == ("Acción urgente", ("Portugal", "UA 1/26"))
    assert made.deadline is not None
    assert (made.deadline.day, made.deadline.left, made.deadline.lights) == ("24 de marzo de 2026", "Plazo al 10 de marzo de 2026: 14 días", 15)
    assert (made.ask, made.write_to, made.languages) == ("Qué pedir", "A quién escribir", "inglés o su propio idioma")
    (minister,), (ombudsman,) = made.offices, made.copies
    assert minister.name == "Helena Matos"
    assert minister.lines == ("Minister of Housing", "Ministry of Housing", "Rua do Exemplo 1", "1000-001 Lisboa", "Portugal")
    assert minister.salutations == (Told("en", "Dear Minister"), Told("es", "Sra. Ministra"))
    assert ombudsman.name == "Ombudsman"
    assert ombudsman.contacts == (("Fax", "+351 21 000"), ("Teléfono", "+351 22 000"))
    assert ombudsman.salutations == (Told("es", "Distinguida señora, distinguido señor"),)
    assert made.embassy.endswith("usted vive: Portugal.")
    assert made.facts == (
        ("Nombre", "María López"),
        ("Número", "UA 1/26"),
        ("Índice", "EUR 38/001/2026"),
        ("Publicada", "1 de marzo de 2026"),
        ("Fecha límite", "24 de marzo de 2026"),
    )
    assert made.publisher == ("Vigil Lisboa", site.contact, site.imprint)


@pytest.mark.parametrize(("days", "left", "lights"), [(30, "Time left on 10 March 2026: 30 days", 21), (1, "Time left on 10 March 2026: 1 day", 2)])
def test_lights_are_the_days_left_of_the_last_three_weeks(session: Session, site: Site, now: datetime, days: int, left: str, lights: int) -> None:
    made = sheet(make.campaign(session, deadline_on=now.date() + timedelta(days=days)), site, now)
    assert made.deadline is not None
    assert (made.deadline.left, made.deadline.lights) == (left, lights)


def test_the_last_day_is_called_so_and_counted_where_the_campaign_is(session: Session, site: Site) -> None:
    campaign = make.campaign(session, timezone="Pacific/Auckland", deadline_on=date(2026, 3, 11))
    made = sheet(campaign, site, datetime.fromisoformat("2026-03-10T12:00Z"))
    assert made.deadline is not None
    assert (made.deadline.left, made.deadline.lights) == ("11 March 2026 is the last day.", 1)
    assert made.made_at == datetime.fromisoformat("2026-03-11T00:00+13:00")


def test_after_the_deadline_nobody_is_asked_to_write(session: Session, site: Site, now: datetime) -> None:
    made = sheet(make.campaign(session, deadline_on=date(2026, 3, 9)), site, now)
    assert made.banner is not None
    assert (made.banner.title, made.banner.outcome) == ("The deadline has passed", "Deadline · 9 March 2026")
    says_nothing_to_write_with(made)
    assert made.deadline is None


def test_a_closed_action_tells_how_it_ended_in_the_nearest_language(session: Session, site: Site, now: datetime) -> None:
    story = {"es": "", "pt": "Ficaram.", "en": "They stayed."}
    campaign = make.campaign(session, state=State.CLOSED, outcome_kind="good", outcome_on=date(2026, 3, 5), outcome_story=story)
    made = sheet(campaign, site, now, "es")
    assert made.banner is not None
    assert (made.banner.title, made.banner.advice) == ("Esta acción ha terminado", "No escriba más, por favor.")
    assert made.banner.outcome == "Terminó bien · 5 de marzo de 2026"
    assert made.banner.story == Told("en", "They stayed.")
    says_nothing_to_write_with(made)


def test_a_closed_action_without_an_outcome_says_so(session: Session, site: Site, now: datetime) -> None:
    made = sheet(make.campaign(session, state=State.CLOSED), site, now)
    assert made.banner is not None
    assert (made.banner.outcome, made.banner.story) == ("How it ended is not known", None)


def test_a_paused_action_shows_its_deadline_and_asks_nobody(session: Session, site: Site, now: datetime) -> None:
    made = sheet(make.campaign(session, state=State.PAUSED), site, now)
    assert made.banner is not None
    assert made.banner.title == "This action is paused"
    assert made.deadline is not None
    assert made.deadline.label == "Deadline"
    says_nothing_to_write_with(made)


def test_a_draft_is_shown_as_it_will_be_and_says_that_it_is_one(session: Session, site: Site, now: datetime) -> None:
    made = sheet(make.campaign(session, state=State.DRAFT), site, now)
    assert made.banner is not None
    assert made.banner.title == "Draft, not published"
    assert made.writing
    assert made.offices[0].contacts


def says_nothing_to_write_with(made: Sheet) -> None:
    assert not made.writing
    assert made.languages == made.embassy == ""
    assert made.ask == made.labels.asked
    assert [office.contacts or office.salutations for office in (*made.offices, *made.copies)] == [()]
    assert made.offices[0].lines == ("Minister of Housing", "Ministry of Housing")
    assert made.how == made.labels.follow


def test_officials_own_languages_serve_where_the_edition_prefers_none(session: Session, site: Site, now: datetime) -> None:
    campaign = make.campaign(session)
    campaign.edition.preferred_languages = []
    made = sheet(campaign, site, now)
    assert made.languages == "Portuguese, English or your own language"
    assert [told.language for told in made.offices[0].salutations] == ["pt", "en"]


def test_people_are_named_with_what_is_known_of_them(session: Session, site: Site, now: datetime) -> None:
    campaign = make.campaign(session)
    campaign.people[0].name, campaign.people[0].gender = "Ana", "F"
    campaign.people += [Person(position=1, name="Bo", gender="", note=""), Person(position=2, name="Cy", gender="они", note="x")]
    made = sheet(campaign, site, now)
    assert made.facts[:3] == (("Name", "Ana (female)"), ("", "Bo"), ("", "Cy (они)"))
    assert made.people == (("Ana", ""), ("Bo", ""), ("Cy", "x"))


def test_events_are_told_in_the_nearest_language_and_empty_ones_left_out(session: Session, site: Site, now: datetime) -> None:
    campaign = make.campaign(session)
    campaign.timeline = [
        TimelineEvent(position=0, on=date(2026, 2, 1), text={"es": "Llegó el aviso."}),
        TimelineEvent(position=1, on=date(2026, 2, 2), text={"en": ""}),
        TimelineEvent(position=2, text={"en": "They appealed.", "es": "Recurrieron."}),
    ]
    made = sheet(campaign, site, now)
    assert [(event.day, event.told) for event in made.events] == [
        ("1 February 2026", Told("es", "Llegó el aviso.")),
        ("", Told("en", "They appealed.")),
    ]


def test_a_later_edition_is_called_an_update(session: Session, site: Site, now: datetime) -> None:
    campaign = make.campaign(session)
    campaign.editions.append(make.edition(number=2, deadline_on=date(2026, 4, 1)))
    session.flush()
    made = sheet(campaign, site, now)
    assert made.kicker == "Urgent action · Update 1"
    assert made.facts[-1] == ("Deadline", "1 April 2026")


@pytest.mark.parametrize(("language", "reader", "page"), [("es", "en", "es"), ("ru", "ar", "ar"), ("ru", "en", "en")])
def test_sheet_leads_to_the_page_in_its_language_else_in_the_readers(
    session: Session, site: Site, now: datetime, language: str, reader: str, page: str
) -> None:
    made = sheet(make.campaign(session, slug="lopez", languages=("es", "ru")), site, now, language, reader)
    assert made.address == f"{site.public_url}/{page}/actions/lopez/"
