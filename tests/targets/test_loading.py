"""Loading a directory of embassies: what it would change, what it changes, and that what letters refer to stays."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit import AuditEntry
from app.db import Database
from app.errors import Refused
from app.letters.rules import Channel
from app.targets import loading, parsing, printing, sheets
from app.targets.actions import remove_embassy
from app.targets.loading import Plan
from app.targets.models import Embassy, Target
from app.targets.queries import Entry, get_embassy, list_embassies, list_represented, search_embassies
from tests import make

HEADER = "represents,accredited_to,role,emails,city,postcode,salutation_es"


def load(database: Database, now: datetime, *lines: str, header: str = HEADER) -> Plan:
    file = parsing.read("\n".join([header, *lines]))
    with database.transaction() as session:
        return loading.apply(session, file, actor="tests", now=now)


def stored(database: Database) -> list[Entry]:
    with database.reading() as session:
        return list_embassies(session)


def shown(database: Database) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(entry.represents, entry.target.role, entry.accredited_to) for entry in stored(database)]


def test_new_embassies_are_stored_with_all_they_have(database: Database, now: datetime) -> None:
    done = load(database, now, 'EC,"CH, LI",Ambassador,bern@embassy.example,Bern,3011,Señora Embajadora', "PE,CH,Consul,,,,")
    assert (len(done.new), len(done.changed), len(done.same)) == (2, 0, 0)
    first, second = stored(database)
    assert (first.represents, first.accredited_to, first.target.country) == ("EC", ("CH", "LI"), "CH")
    assert first.target.emails == ["bern@embassy.example"]
    assert first.target.address == {"city": "Bern", "postcode": "3011"}
    assert first.target.address_lines == ["CH-3011 Bern"]
    assert [(one.language, one.text) for one in first.target.salutations] == [("es", "Señora Embajadora")]
    assert (second.represents, second.target.role, second.target.has_email) == ("PE", "Consul", False)
    with database.reading() as session:
        assert [(one.country, one.embassies, one.reached) for one in list_represented(session)] == [("EC", 1, 2), ("PE", 1, 1)]
        (entry,) = session.scalars(select(AuditEntry))
        assert (entry.verb, entry.subject, entry.details) == ("load", "embassies", {"new": 2, "changed": 0})


def test_loading_again_updates_the_same_embassy(database: Database, now: datetime) -> None:
    load(database, now, "EC,DE,Ambassador,old@embassy.example,,,Señora", "EC,ES,Ambassador,madrid@embassy.example,,,")
    before = {entry.accredited_to: entry.target.id for entry in stored(database)}
    done = load(database, now, "EC,DE,Consul,new@embassy.example,,,Señor", "EC,ES,Ambassador,madrid@embassy.example,,,")
    assert [change.fields for change in done.changed] == [("role", "emails", "salutations")]
    assert len(done.same) == 1
    assert {entry.accredited_to: entry.target.id for entry in stored(database)} == before
    germany = stored(database)[0].target
    assert (germany.role, germany.emails, [one.text for one in germany.salutations]) == ("Consul", ["new@embassy.example"], ["Señor"])


def test_embassies_that_a_file_does_not_name_stay(database: Database, now: datetime) -> None:
    load(database, now, "EC,DE,A,,,,", "EC,ES,B,,,,")
    load(database, now, "EC,FR,C,,,,")
    assert shown(database) == [("EC", "A", ("DE",)), ("EC", "B", ("ES",)), ("EC", "C", ("FR",))]


def test_line_says_all_that_its_embassy_is_accredited_to(database: Database, now: datetime) -> None:
    load(database, now, 'EC,"CH, LI",A,,,,')
    assert [change.fields for change in load(database, now, 'EC,"CH, AT",A,,,,').changed] == [("accredited_to",)]
    assert shown(database) == [("EC", "A", ("CH", "AT"))]


def test_two_embassies_may_become_one_and_one_two(database: Database, now: datetime) -> None:
    load(database, now, "EC,CH,A,,,,", "EC,LI,B,,,,")
    load(database, now, 'EC,"CH, LI",C,,,,')
    assert shown(database) == [("EC", "C", ("CH", "LI"))]
    with database.reading() as session:
        assert len(session.scalars(select(Target)).all()) == 1, "the one that is accredited nowhere is gone"
    load(database, now, "EC,CH,D,,,,", "EC,LI,E,,,,")
    assert shown(database) == [("EC", "D", ("CH",)), ("EC", "E", ("LI",))]


def test_accreditations_may_be_exchanged(database: Database, now: datetime) -> None:
    load(database, now, 'EC,"CH, LI",A,,,,', 'EC,"AT, SI",B,,,,')
    load(database, now, 'EC,"CH, SI",A,,,,', 'EC,"AT, LI",B,,,,')
    assert shown(database) == [("EC", "B", ("AT", "LI")), ("EC", "A", ("CH", "SI"))]


def test_office_that_has_letters_outlives_its_accreditation(database: Database, now: datetime) -> None:
    load(database, now, "EC,CH,A,a@embassy.example,,,", "EC,LI,B,b@embassy.example,,,")
    with database.transaction() as session:
        office = next(one.target for one in list_embassies(session) if one.accredited_to == ("LI",))
        make.appeal(session, make.campaign(session, targets=[office]), channels=[Channel.POST])
    load(database, now, 'EC,"CH, LI",C,,,,')
    with database.reading() as session:
        assert session.get(Target, office.id) is not None
        assert session.scalars(select(Embassy.target_id).distinct()).all() != [office.id]


def test_plan_changes_nothing_and_its_mark_tells_it_apart(database: Database, now: datetime) -> None:
    file = parsing.read(f"{HEADER}\nEC,DE,A,,,,")
    with database.reading() as session:
        first = loading.plan(session, file)
    assert shown(database) == []
    load(database, now, "EC,DE,B,,,,")
    with database.reading() as session:
        assert loading.plan(session, file).mark != first.mark


def test_nothing_new_leaves_no_trace_in_the_audit(database: Database, now: datetime) -> None:
    load(database, now, "EC,DE,A,,,,")
    load(database, now, "EC,DE,A,,,,")
    with database.reading() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_embassy_without_letters_is_removed(database: Database, now: datetime) -> None:
    load(database, now, 'EC,"CH, LI",A,,,,Señora', "EC,ES,B,,,,")
    with database.transaction() as session:
        remove_embassy(session, get_embassy(session, stored(database)[0].target.id), actor="tests", now=now)
    assert shown(database) == [("EC", "B", ("ES",))]
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.subject)).all()[-1] == "embassy EC in CH, LI"


def test_embassy_with_letters_stays_whole(database: Database, now: datetime) -> None:
    load(database, now, 'EC,"CH, LI",A,,,,')
    with database.transaction() as session:
        entry = list_embassies(session)[0]
        make.appeal(session, make.campaign(session, targets=[entry.target]), channels=[Channel.POST])
        with pytest.raises(Refused, match="so it stays"):
            remove_embassy(session, entry, actor="tests", now=now)
    assert shown(database) == [("EC", "A", ("CH", "LI"))]


@pytest.mark.parametrize(
    ("words", "countries", "found"),
    [
        ("bern", [], ["Ambassador in Bern"]),
        ("MADRID@", [], ["Consul"]),
        ("nothing", [], []),
        ("%", [], []),
        ("xx", ["LI"], ["Ambassador in Bern"]),
        ("xx", ["EC"], ["Ambassador in Bern", "Consul"]),
    ],
)
def test_search_finds_by_office_mail_and_country(database: Database, now: datetime, words: str, countries: list[str], found: list[str]) -> None:
    load(database, now, 'EC,"CH, LI",Ambassador in Bern,b@embassy.example,,,', "EC,ES,Consul,madrid@embassy.example,,,")
    with database.reading() as session:
        entries = search_embassies(session, words, countries, limit=10)
        assert [entry.target.role for entry in entries] == found
        assert all(entry.accredited_to == ("CH", "LI") for entry in entries if "Bern" in entry.target.role), "with all its countries"
        assert len(search_embassies(session, "embassy.example", [], limit=1)) == 1


words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20).map(lambda text: " ".join(text.split()))
cells = st.one_of(words, st.sampled_from(["=1+1", "+49 30 000 0012", "-", "@x", "'+1", "''", '="x"', 'a "quoted", word', "a;b"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=cells, name=cells, street=cells, phone=cells, salutation=cells, lines=st.lists(words.filter(lambda text: "|" not in text), max_size=3))
def test_what_is_exported_loads_as_the_same_and_holds_no_formula(
    database: Database, now: datetime, role: str, name: str, street: str, phone: str, salutation: str, lines: list[str]
) -> None:
    with database.transaction() as session:
        target = make.target(session, role=role or "A", name=name, phone=phone, country="DE", salutations={"es": salutation} if salutation else {})
        target.address = {"street": street} if street and "|" not in street else [line for line in lines if line]
        session.add(Embassy(represents="EC", accredited_to="DE", target=target))
        session.flush()
        text = printing.to_csv(list_embassies(session))
        plan = loading.plan(session, parsing.read(sheets.decode(text.encode())))
        session.rollback()
    assert [change.fields for change in plan.changed] == []
    assert len(plan.same) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in text.splitlines()[1].split(","))
