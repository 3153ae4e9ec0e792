"""The editor: what is typed is stored, and what is wrong is said without losing a word."""

import re
from datetime import date

from sqlalchemy import select

from app.audit import AuditEntry
from app.campaigns.queries import find_campaign
from app.db import Database
from tests import make
from tests.desk.visitor import Visitor

GOOD = {
    "country": "PT",
    "timezone": "Europe/Lisbon",
    "topics": "eviction, housing",
    "people__0__name": "María López",
    "targets__0__role": "Minister of Housing",
    "targets__0__emails": "minister@housing.example",
    "targets__0__languages": "pt, en",
    "targets__0__salutations__en": "Dear Minister",
    "edition__deadline_on": "2026-04-24",
    "texts__en__headline": "Stop the eviction of María López",
    "texts__en__demands": "Stop it.\nOffer a home.",
    "texts__en__subjects": "María López",
    "texts__en__body": "{{ salutation }},\r\n\r\nPlease stop it.\r\n\r\n{{ supporter.name }}",
}


def _new(visitor: Visitor, **changes: object) -> int:
    visitor.get("/desk/campaigns/new")
    return visitor.send("/desk/campaigns/new", **(GOOD | changes)).status_code


def test_new_campaign_is_stored_as_a_draft_under_a_name_made_from_its_headline(coordinator: Visitor, database: Database) -> None:
    assert _new(coordinator) == 302
    with database.reading() as session:
        stored = find_campaign(session, "stop-the-eviction-of-maria-lopez")
        assert stored
        assert (stored.state, stored.country, stored.topics) == ("draft", "PT", ["eviction", "housing"])
        assert stored.targets[0].target.emails == ["minister@housing.example"]
        assert [(one.language, one.text) for one in stored.targets[0].target.salutations] == [("en", "Dear Minister")]
        assert stored.targets[0].target.country == "PT", "a target without a country is in the campaign's"
        assert stored.edition.deadline_on == date(2026, 4, 24)
        assert stored.edition.texts[0].demands == ["Stop it.", "Offer a home."]
        assert stored.edition.texts[0].body == "{{ salutation }},\n\nPlease stop it.\n\n{{ supporter.name }}"
        assert session.scalars(select(AuditEntry.actor).where(AuditEntry.verb == "create", AuditEntry.subject.startswith("campaign"))).all() == [
            "coordinator@vigil.example"
        ]


def test_second_campaign_with_the_same_headline_gets_a_number(coordinator: Visitor, database: Database) -> None:
    assert _new(coordinator) == _new(coordinator) == 302
    with database.reading() as session:
        assert find_campaign(session, "stop-the-eviction-of-maria-lopez-2")


def test_everything_wrong_is_said_at_its_field_and_nothing_is_lost(coordinator: Visitor, database: Database) -> None:
    typed = {
        "country": "",
        "edition__deadline_on": "2026-02-30",
        "targets__0__emails": "minister@housing.example\nminister@@housing.example",
        "texts__en__headline": "",
        "texts__en__body": "{{ salutation }},\n\n{{ target.nmae }}",
        "sending__cap_per_hour": "many",
        "slug": "My Campaign",
    }
    assert _new(coordinator, **typed) == 422
    for name in ("country", "edition.deadline_on", "targets.0.emails", "texts.en.headline", "texts.en.body", "sending.cap_per_hour", "slug"):
        assert f'id="{name}-error"' in coordinator.page, name
        assert f'href="#{name}"' in coordinator.page, name
        assert re.search(rf'id="{re.escape(name)}"[^>]* aria-invalid="true"[^>]* aria-describedby="{re.escape(name)}-error', coordinator.page), name
    assert "Line 3, column 1" in coordinator.page
    assert "target.name" in coordinator.page
    assert "add country =" not in coordinator.page, "nobody here writes TOML"
    for name, value in (GOOD | typed).items():
        assert coordinator.fields[name.replace("__", ".")].split() == value.replace("\r\n", "\n").split(), name
    with database.reading() as session:
        assert find_campaign(session, "my-campaign") is None


def test_empty_form_says_what_is_needed_and_keeps_its_rows(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/new")
    assert coordinator.send("/desk/campaigns/new").status_code == 422
    assert '<a href="#targets">Official</a>: Add at least one.' in coordinator.page
    assert "[[" not in coordinator.page
    assert 'id="slug-error"' not in coordinator.page, "it will be made from the headline"
    for name in ("people.0.name", "targets.0.role", "texts.en.headline"):
        assert name in coordinator.fields


def test_rows_and_languages_are_added_without_losing_what_was_typed(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/new")
    coordinator.send("/desk/campaigns/new", **GOOD, do="add people")
    assert coordinator.fields["people.0.name"] == "María López"
    coordinator.send("/desk/campaigns/new", people__1__name="Luis", do="add text", new_language="ar")
    assert coordinator.fields.getlist("texts") == ["en", "ar"]
    assert 'name="texts.ar.body" rows="16" lang="ar" dir="rtl"' in coordinator.page
    assert 'name="targets.0.salutations.ar"' in coordinator.page
    coordinator.send("/desk/campaigns/new", do="remove people 0")
    assert coordinator.fields["people.0.name"] == "Luis"
    assert coordinator.fields["texts.en.headline"] == GOOD["texts__en__headline"]


def test_campaign_opened_and_saved_unchanged_stays_the_same(coordinator: Visitor, database: Database) -> None:
    from app.campaigns.printing import to_document

    with database.transaction() as session:
        slug = make.campaign(
            session, state="draft", languages=("en", "es", "ar"), copies=[make.target(session, role="Ombudsman", emails=[], fax="+351 21 000")]
        ).slug
    with database.reading() as session:
        before = to_document(find_campaign(session, slug))  # type: ignore[arg-type]
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    assert coordinator.send(f"/desk/campaigns/{slug}/edit").status_code == 302
    with database.reading() as session:
        after = find_campaign(session, slug)
        assert after
        assert to_document(after) == before
        assert after.version == 2


def test_variants_postage_and_the_wish_about_rewritten_letters_are_stored_and_shown_again(coordinator: Visitor, database: Database) -> None:
    typed = {
        "texts__en__openings": "I write as a neighbour.\r\nI write as a parent.",
        "texts__en__closings": "I look forward to your answer.",
        "sending__rewritten": "allow",
        "sending__postage__en": "A stamp costs 1.80 €.",
    }
    assert _new(coordinator, **typed) == 302
    with database.reading() as session:
        stored = find_campaign(session, "stop-the-eviction-of-maria-lopez")
        assert stored
        assert stored.edition.texts[0].openings == ["I write as a neighbour.", "I write as a parent."]
        assert stored.edition.texts[0].closings == ["I look forward to your answer."]
        assert (stored.rewritten, stored.postage) == ("allow", {"en": "A stamp costs 1.80 €."})
    coordinator.get("/desk/campaigns/stop-the-eviction-of-maria-lopez/edit")
    for name, value in typed.items():
        assert coordinator.fields[name.replace("__", ".")].split() == value.split(), name


def test_draft_may_be_renamed_and_taken_names_are_refused(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug, taken = make.campaign(session, state="draft").slug, make.campaign(session).slug
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    assert coordinator.send(f"/desk/campaigns/{slug}/edit", slug=taken).status_code == 422
    assert "Another action has this name" in coordinator.page
    assert coordinator.send(f"/desk/campaigns/{slug}/edit", slug="new-name").status_code == 302
    with database.reading() as session:
        assert find_campaign(session, "new-name")
        assert find_campaign(session, slug) is None


def test_name_and_deadline_of_a_public_campaign_are_not_edited_here(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session).slug
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    answer = coordinator.send(f"/desk/campaigns/{slug}/edit", slug="other", edition__deadline_on="2026-01-01", topics="new")
    assert answer.status_code == 302
    with database.reading() as session:
        stored = find_campaign(session, slug)
        assert stored
        assert (stored.edition.deadline_on, stored.topics, stored.state) == (date(2026, 3, 24), ["new"], "published")


def test_two_people_at_once_do_not_overwrite_each_other_unseen(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        slug = make.campaign(session).slug
    second = Visitor(coordinator.client)
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    second.get(f"/desk/campaigns/{slug}/edit")
    assert second.send(f"/desk/campaigns/{slug}/edit", topics="second").status_code == 302
    assert coordinator.send(f"/desk/campaigns/{slug}/edit", topics="first").status_code == 422
    assert "Somebody else saved" in coordinator.page
    assert coordinator.fields["topics"] == "first"
    assert coordinator.send(f"/desk/campaigns/{slug}/edit").status_code == 302
    with database.reading() as session:
        assert find_campaign(session, slug).topics == ["first"]  # type: ignore[union-attr]


def test_official_with_letters_cannot_be_taken_out(coordinator: Visitor, database: Database) -> None:
    from app.letters.rules import Channel

    with database.transaction() as session:
        campaign = make.campaign(session, targets=[make.target(session, role="First"), make.target(session, role="Second")])
        make.appeal(session, campaign, channels=[Channel.PLATFORM])
        slug = campaign.slug
    coordinator.get(f"/desk/campaigns/{slug}/edit")
    coordinator.send(f"/desk/campaigns/{slug}/edit", do="remove targets 1")
    assert coordinator.send(f"/desk/campaigns/{slug}/edit").status_code == 422
    assert "has letters" in coordinator.page


def test_missing_salutation_is_said_after_saving(coordinator: Visitor) -> None:
    coordinator.get("/desk/campaigns/new")
    answer = coordinator.send("/desk/campaigns/new", **(GOOD | {"targets__0__salutations__en": ""}))
    coordinator.get(answer.headers["Location"])
    assert "Saved." in coordinator.page
    assert "alutation" in coordinator.page
