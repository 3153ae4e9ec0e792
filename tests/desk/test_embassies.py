"""The directory of embassies at the desk: found, loaded after a look, saved, and one taken out."""

import io
from itertools import islice, permutations
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import i18n
from app.accounts.rules import RoleName
from app.audit import AuditEntry
from app.campaigns.queries import get_campaign
from app.db import Database
from app.letters.rules import Channel
from app.targets import sheets
from app.targets.queries import Entry, list_embassies
from tests import make
from tests.desk.conftest import Enter
from tests.desk.visitor import Visitor

LOAD = "/desk/embassies/load"
HEADER = "represents,accredited_to,role,emails,phone,salutation_es"
TWO = f"{HEADER}\nEC,DE,Embajada,berlin@embassy.example,+49 30 000 0012,Señora\nEC,ES,Embajada en España,,12,\n"


def upload(visitor: Visitor, content: str | bytes) -> TestResponse:
    visitor.get(LOAD)
    data = content.encode() if isinstance(content, str) else content
    return _post(visitor, {"csrf_token": visitor.fields["csrf_token"], "file": FileStorage(io.BytesIO(data), "embassies.csv")})


def confirm(visitor: Visitor) -> TestResponse:
    """Send the form of the preview as a browser does, which writes line breaks as CRLF."""
    return _post(visitor, {name: value.replace("\r\n", "\n").replace("\n", "\r\n") for name, value in visitor.fields.items()})


def _post(visitor: Visitor, fields: dict[str, Any]) -> TestResponse:
    boundary, body = encode_multipart(fields)
    return visitor._look(visitor.client.post(LOAD, data=body, content_type=f'multipart/form-data; boundary="{boundary}"'))


def stored(database: Database) -> list[Entry]:
    with database.reading() as session:
        return list_embassies(session)


def test_empty_directory_says_what_to_do(coordinator: Visitor) -> None:
    coordinator.get("/desk/embassies")
    assert "There is no embassy yet" in coordinator.page
    assert LOAD in coordinator.page


def test_file_is_looked_at_then_loaded(coordinator: Visitor, database: Database) -> None:
    assert upload(coordinator, TWO).status_code == 200
    assert "<b>2 new</b>" in coordinator.page
    assert "“12” cannot be a telephone number" in coordinator.page.partition("Line 3")[2]
    assert stored(database) == [], "a look changes nothing"
    answer = confirm(coordinator)
    assert (answer.status_code, answer.location) == (302, "/desk/embassies")
    assert [(entry.accredited_to, entry.target.emails) for entry in stored(database)] == [(("DE",), ["berlin@embassy.example"]), (("ES",), [])]
    assert [one.text for one in stored(database)[0].target.salutations] == ["Señora"]
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "embassies")).one()
        assert (entry.actor, entry.verb, entry.details) == ("coordinator@vigil.example", "load", {"new": 2, "changed": 0})
    coordinator.get("/desk/embassies")
    assert "Loaded: 2 new, 0 changed, 0 as they were." in coordinator.page
    assert "Ecuador" in coordinator.page


def test_look_names_what_changes(coordinator: Visitor) -> None:
    upload(coordinator, TWO)
    confirm(coordinator)
    upload(coordinator, TWO.replace("Embajada,", "Embassy,").replace("Señora", "Señor"))
    assert "<b>0 new</b>, <b>1 changed</b>, 1 as they are" in coordinator.page
    assert "changes: role, salutations" in coordinator.page
    upload(coordinator, TWO)
    assert "There is nothing to load" in coordinator.page
    assert "Load them" not in coordinator.page


def test_everything_wrong_is_said_and_nothing_loaded(coordinator: Visitor, database: Database) -> None:
    answer = upload(coordinator, f"{HEADER}\nEC,EC,<b>x</b>,nobody,,\nEC,,,,,\n")
    assert answer.status_code == 422
    for words in ("3 things are not right yet", "Line 2", "Line 3", "<code><bdi>emails</bdi></code>", "Nothing was loaded"):
        assert words in coordinator.page
    assert stored(database) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file first"),
        (b"x" * (sheets.LARGEST + 1000), "The file is larger than 2 MB: cut it into several."),
        ("Señora".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_file_that_cannot_be_read_is_refused(coordinator: Visitor, content: bytes, said: str) -> None:
    assert upload(coordinator, content).status_code == 422
    assert said in coordinator.page


def test_file_of_the_largest_size_is_looked_at_and_loaded(coordinator: Visitor, database: Database) -> None:
    with i18n.speaking("en"):
        pairs = permutations((code for code, _ in i18n.countries()), 2)
    lines = [f"{one},{other},{'x' * 200},,,{'x' * 180}" for one, other in islice(pairs, sheets.MOST_LINES)]
    upload(coordinator, "\n".join([HEADER, *lines]))
    assert "<b>5,000 new</b>" in coordinator.page
    assert "and 4,900 more" in coordinator.page
    assert confirm(coordinator).status_code == 302
    assert len(stored(database)) == sheets.MOST_LINES


def test_far_too_large_a_request_is_stopped(coordinator: Visitor) -> None:
    assert upload(coordinator, b"x" * 4_000_000).status_code == 413


def test_what_changed_since_the_look_is_looked_at_again(coordinator: Visitor, database: Database) -> None:
    upload(coordinator, TWO)
    seen = coordinator.fields
    with database.transaction() as session:
        make.embassy(session, "DE", represents="EC")
    coordinator.fields = seen
    assert confirm(coordinator).status_code == 200
    assert "The directory has changed since you looked" in coordinator.page
    assert "<b>1 new</b>, <b>1 changed</b>" in coordinator.page
    assert len(stored(database)) == 1
    assert confirm(coordinator).status_code == 302
    assert len(stored(database)) == 2


def test_file_saved_as_csv_loads_without_a_change(coordinator: Visitor) -> None:
    upload(coordinator, TWO)
    confirm(coordinator)
    answer = coordinator.client.get("/desk/embassies/embassies.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="embassies.csv"'
    assert b"'+49 30 000 0012" in answer.data, "no spreadsheet takes it for a formula"
    upload(coordinator, answer.data)
    assert "<b>0 new</b>, <b>0 changed</b>, 2 as they are" in coordinator.page


def test_list_shows_countries_then_embassies_then_what_is_looked_for(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        make.embassy(session, "CH", "LI", represents="EC", role="Embajador en Suiza", phone="+41 31 000 00 12")
        make.embassy(session, "ES", represents="EC", role="Embajadora en España", emails=[])
        make.embassy(session, "ES", represents="PE", role="Cónsul del Perú")
    coordinator.get("/desk/embassies")
    assert "Ecuador" in coordinator.page and "Peru" in coordinator.page and "Embajador" not in coordinator.page
    coordinator.get("/desk/embassies?of=EC")
    for words in ("Embajador en Suiza", "Embajadora en España", "Switzerland, Liechtenstein", "no e-mail: by post or fax", "tel:+41-31-000-00-12"):
        assert words in coordinator.page
    assert "Cónsul" not in coordinator.page
    for words, found in {"spain": {"Embajadora", "Cónsul"}, "cónsul": {"Cónsul"}, "suiza": {"Embajador en"}, "nowhere": set()}.items():
        coordinator.get(f"/desk/embassies?q={words}")
        assert {one for one in ("Embajadora", "Embajador en", "Cónsul") if one in coordinator.page} == found, words
    assert "Nothing. Try a country" in coordinator.page


def test_embassy_is_deleted_only_after_the_question(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        target_id = make.embassy(session, "CH", "LI", represents="EC").id
    coordinator.get(f"/desk/embassies/{target_id}/delete")
    assert "Switzerland, Liechtenstein" in coordinator.page
    assert len(stored(database)) == 1
    answer = coordinator.send(f"/desk/embassies/{target_id}/delete")
    assert answer.location == "/desk/embassies?of=EC"
    assert stored(database) == []
    assert coordinator.get(f"/desk/embassies/{target_id}/delete").status_code == 404


def test_embassy_with_letters_stays(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        office = make.embassy(session, "DE", represents="EC")
        make.appeal(session, make.campaign(session, targets=[office]), channels=[Channel.POST])
    coordinator.get(f"/desk/embassies/{office.id}/delete")
    coordinator.get(coordinator.send(f"/desk/embassies/{office.id}/delete").location)
    assert "Letters were written to this embassy, so it stays" in coordinator.page
    assert len(stored(database)) == 1


def test_official_of_a_campaign_is_no_embassy_to_delete(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        target_id = make.target(session).id
    assert coordinator.get(f"/desk/embassies/{target_id}/delete").status_code == 404


def test_reviewer_reads_and_changes_nothing(enter: Enter, database: Database) -> None:
    with database.transaction() as session:
        target_id = make.embassy(session, "DE", represents="EC").id
    reviewer = enter(RoleName.REVIEWER)
    assert reviewer.get("/desk/embassies?of=EC").status_code == 200
    assert "Delete" not in reviewer.page and LOAD not in reviewer.page
    for path in (LOAD, f"/desk/embassies/{target_id}/delete"):
        assert reviewer.get(path).status_code == 403


def test_public_pages_are_made_anew_when_embassies_come_and_go(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        written, other = make.campaign(session, country="EC"), make.campaign(session, country="PT")
    page = f"/en/actions/{written.slug}/"
    assert "its embassy in your country" not in coordinator.client.get(page).text
    upload(coordinator, TWO)
    confirm(coordinator)
    assert "If you live outside Ecuador, its embassy in your country gets a copy of your letter too" in coordinator.client.get(page).text
    assert "its embassy in your country" not in coordinator.client.get(f"/en/actions/{other.slug}/").text
    for entry in stored(database):
        coordinator.get(f"/desk/embassies/{entry.target.id}/delete")
        coordinator.send(f"/desk/embassies/{entry.target.id}/delete")
    assert "its embassy in your country" not in coordinator.client.get(page).text
    with database.reading() as session:
        assert (get_campaign(session, written.slug).version, get_campaign(session, other.slug).version) == (3, 1)


def test_campaign_says_which_embassies_get_copies(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        draft = make.campaign(session, state="draft", slug="draft", embassies=True)
        make.embassy(session, "DE", "AT")
        make.embassy(session, "ES")
    for path in ("/desk/campaigns/draft/", "/desk/campaigns/draft/publish"):
        coordinator.get(path)
        assert "2 embassies of Portugal</a> get copies from supporters in their countries" in coordinator.page
    with database.transaction() as session:
        get_campaign(session, draft.slug).embassies = False
    coordinator.get("/desk/campaigns/draft/")
    assert "Embassies get no copies" in coordinator.page


def test_letters_that_wait_for_embassies_are_shown_together(coordinator: Visitor, database: Database) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez", targets=[make.target(session)])
        for country in ("DE", "ES"):
            office = make.embassy(session, country)
            appeal = make.appeal(session, campaign, make.supporter(session, country=country))
            make.letter(session, appeal, office)
    coordinator.get("/desk/campaigns/lopez/")
    assert "<b>2 letters</b> to 2 embassies, at most 60 an hour to each" in coordinator.page
