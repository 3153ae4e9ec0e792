"""The directory of embassies as spreadsheets save it: forgiving where nothing can be mistaken, and all that is wrong said at once."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.targets import parsing, sheets
from app.targets.filed import BadDirectory, DirectoryFile, FiledEmbassy, Flaw
from app.targets.postal import PostalAddress
from config import ROOT

HEADER = "represents,accredited_to"


def read(text: str) -> DirectoryFile:
    return parsing.read(text)


def one(text: str) -> FiledEmbassy:
    (embassy,) = read(text).embassies
    return embassy


def flaws(text: str) -> list[Flaw]:
    with pytest.raises(BadDirectory) as bad:
        read(text)
    return bad.value.flaws


def flaw(text: str) -> str:
    (found,) = flaws(text)
    return str(found)


WHOLE = FiledEmbassy(
    line=2,
    represents="EC",
    accredited_to=("CH", "LI"),
    country="CH",
    role="Ambassador",
    name="Ana Gil",
    organisation="Embassy of Ecuador",
    address=PostalAddress(street="Beispielstrasse 5", city="Bern", postcode="3011"),
    emails=("bern@embassy.example", "office@embassy.example"),
    phone="+41 31 000 00 12",
    fax="+41 31 000 00 13",
    languages=("es", "de"),
    salutations={"es": "Señora Embajadora", "pt-BR": "Senhora Embaixadora"},
)
WHOLE_TEXT = (
    "represents;accredited_to;role;name;organisation;street;city;postcode;emails;phone;fax;languages;salutation_es;salutation_pt-BR\n"
    "EC;CH, LI;Ambassador;Ana Gil;Embassy of Ecuador;Beispielstrasse 5;Bern;3011;bern@embassy.example, office@embassy.example;"
    "+41 31 000 00 12;+41 31 000 00 13;es, de;Señora Embajadora;Senhora Embaixadora\n"
)


@pytest.mark.parametrize(
    "data",
    [
        WHOLE_TEXT.encode(),
        WHOLE_TEXT.encode("utf-8-sig"),
        WHOLE_TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        WHOLE_TEXT.replace(";", "\t").encode("utf-16"),
        re.sub(r"([^;\n]*, [^;\n]*)", r'"\1"', WHOLE_TEXT).replace(";", ",").encode(),
        WHOLE_TEXT.replace("\n", ";;\n").encode(),
        WHOLE_TEXT.replace("represents;accredited_to;role", "\ufeffRepresents ; ACCREDITED-TO;Title").encode(),
        WHOLE_TEXT.replace("emails", "E-Mail").replace("postcode", "ZIP").replace("city", "Town").replace("phone", "Tel.").encode(),
        WHOLE_TEXT.replace("salutation_pt-BR", "Salutation PT_br").replace("salutation_es", "Salutation (ES)").encode(),
        WHOLE_TEXT.replace("EC;CH, LI", "ec;ch li").replace("es, de", "ES De").encode(),
        WHOLE_TEXT.replace("3011", '="3011"').replace("+41", "'+41").encode(),
        WHOLE_TEXT.replace("Bern;", "\N{NO-BREAK SPACE}Bern ;").encode(),
        (WHOLE_TEXT + ";;;;;;;;;;;;;\n\n").encode(),
    ],
    ids=["plain", "bom", "crlf", "utf-16-tabs", "commas", "trailing", "header", "names", "tags", "case", "excel-text", "blanks", "empty-lines"],
)
def test_whatever_the_spreadsheet_does_the_embassy_is_the_same(data: bytes) -> None:
    assert one(sheets.decode(data)) == WHOLE


def test_separator_line_of_excel_counts_as_a_line() -> None:
    found = one("sep=|\nrepresents|accredited_to|emails\n\nEC|DE|a@b.example; c@d.example\n")
    assert (found.line, found.emails) == (4, ("a@b.example", "c@d.example"))


def test_line_number_is_where_a_line_begins() -> None:
    text = f'{HEADER},address\nEC,DE,"Musterallee 7\n10115 Berlin"\nEC,XX,\n'
    assert flaw(text) == "line 4, accredited_to: “XX” is not a country code. Use the two letters of ISO 3166, e.g. “PT”."


def test_only_two_columns_are_needed() -> None:
    found = one(f"{HEADER}\nEC,DE\n")
    assert (found.role, found.organisation, found.country, found.address, found.emails) == ("Embassy of Ecuador", "", "DE", (), ())


def test_without_a_role_the_organisation_is_written_to() -> None:
    found = one(f"{HEADER},organisation\nEC,DE,Embajada del Ecuador\n")
    assert (found.role, found.organisation) == ("Embajada del Ecuador", "")


def test_seat_may_be_in_another_country() -> None:
    found = one(f"{HEADER},seat,phone\nEC,LI/LU,CH,031 000 00 12\n")
    assert (found.accredited_to, found.country) == (("LI", "LU"), "CH")


@pytest.mark.parametrize("cell", ['"Musterallee 7\n10115 Berlin"', "Musterallee 7 | 10115 Berlin"])
def test_address_may_be_given_in_lines(cell: str) -> None:
    assert one(f"{HEADER},address\nEC,DE,{cell}\n").address == ("Musterallee 7", "10115 Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty: its first line names the columns, e.g. represents, accredited_to, country."),
        (f"{HEADER}\n", "there is no embassy in the file: each has a line below the names of the columns."),
        ("represents\nEC\n", "line 1, accredited_to: is missing: the first line needs a column “accredited_to”."),
        (f"{HEADER},emial\nEC,DE,x\n", "line 1, emial: is not a column of this table. Did you mean “emails”?"),
        (f"{HEADER},E-mail,email\nEC,DE,,\n", "line 1, email: is the same column as “E-mail”: take one out."),
        (
            f"{HEADER},salutation_spanish\nEC,DE,x\n",
            "line 1, salutation_spanish: must end in a language code, e.g. salutation_es: “spanish” is not a",
        ),
        (f"{HEADER}\n,DE\n", "line 2, represents: is empty: write the two letters of the country, e.g. EC."),
        (f"{HEADER}\nEC,\n", "line 2, accredited_to: is empty: write the two letters of each country"),
        (f"{HEADER}\nEcuador,DE\n", "line 2, represents: “Ecuador” is not a country code. Did you mean “EC”?"),
        (f"{HEADER}\nEC,EC\n", "line 2, accredited_to: EC is the country it represents: an embassy stands in another one."),
        (f"{HEADER}\nEC,DE\nEC,DE\n", "line 3, accredited_to: the embassy of EC in DE stands in line 2 already: take one out."),
        (f"{HEADER},emails\nEC,DE,a@b.example c@\n", "line 2, emails: “c@” is not an e-mail address."),
        (f'{HEADER},languages\nEC,DE,"es, german"\n', "line 2, languages: “german” is not a language code. Did you mean “de”?"),
        (f'{HEADER},phone\nEC,DE,"4,93E+11"\n', "line 2, phone: “4,93E+11” is what the spreadsheet made of a number"),
        (f"{HEADER},address,City\nEC,DE,Allee 7,Berlin\n", "line 2, address: stands beside city: give the address in lines or in columns, not both."),
        (f"{HEADER}\nEC,DE,Berlin\n", "line 2: has 3 cells, the header 2: put a cell that holds “,” in double quotes."),
        (f"{HEADER},\nEC,DE,Berlin\n", "line 2: has nothing above it in the header: give the column a name."),
        (f"{HEADER},name\nEC,DE,{'x' * 301}\n", "line 2, name: is 301 characters long: 300 fit."),
        (f"{HEADER},name\nEC,DE,a\x07b\n", "line 2, name: holds the control character U+0007: take it out."),
        (f'{HEADER},name\nEC,DE,"Ana\nEC,ES,Eva\n', "line 2: the double quotes do not match"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_column_and_remedy(text: str, expected: str) -> None:
    assert flaw(text).startswith(expected)


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    found = flaws(f"{HEADER},emails,languages,fox\nEC,DE,nobody,xx-xx,\nEC,,a@b.example,,\n")
    assert [(one.line, one.column) for one in found] == [(1, "fox"), (2, "emails"), (2, "languages"), (3, "accredited_to")]


def test_what_is_doubtful_is_loaded_and_said() -> None:
    file = read(f"{HEADER},Zip,city,phone,fax\nEC,GB,1011,London,12,+44 20 7946 0012\n")
    assert [(one.line, one.column) for one in file.warnings] == [(2, "Zip"), (2, "phone")]
    assert file.embassies[0].phone == "12"


def test_bounds_are_kept() -> None:
    with pytest.raises(BadDirectory, match="larger than 2 MB"):
        sheets.decode(b"x" * (sheets.LARGEST + 1))
    lines = "\n".join(f"EC,DE,{n}" for n in range(sheets.MOST_LINES + 1))
    assert f"line {sheets.MOST_LINES + 2}: there are more than 5000 lines: cut the file into several." in map(str, flaws(f"{HEADER},name\n{lines}"))


def test_other_encoding_is_named_with_its_line() -> None:
    with pytest.raises(BadDirectory) as bad:
        sheets.decode("represents,name\nEC,Señora\n".encode("latin-1"))
    assert str(bad.value.flaws[0]) == "line 2: byte 0xF1 is not UTF-8: save the file as “CSV UTF-8” in your spreadsheet."


def test_demo_file_has_no_flaw_and_no_doubt() -> None:
    file = read(sheets.decode((ROOT / "demo" / "embassies.csv").read_bytes()))
    assert file.warnings == ()
    assert all(email.endswith(".example") for one in file.embassies for email in one.emails)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"{HEADER},name,address\n{text}"):
        with suppress(BadDirectory):
            assert parsing.read(whole).embassies


@given(st.binary(max_size=100))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with suppress(BadDirectory):
        assert isinstance(sheets.decode(data), str)
