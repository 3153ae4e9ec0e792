"""Addresses in fields, put in the order of their country; nothing of them is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import countries, speaking
from app.targets import postal
from app.targets.postal import PostalAddress

QUITO = PostalAddress(street="Calle de los Ejemplos N24-10", district="La Mariscal", city="Quito", area="Pichincha", postcode="170143").table()
with speaking("en"):
    COUNTRIES = [code for code, _ in countries()]


@pytest.mark.parametrize(
    ("country", "address", "expected"),
    [
        ("DE", {"street": "Musterallee 7", "postcode": "10115", "city": "Berlin"}, ["Musterallee 7", "10115 Berlin"]),
        ("GB", {"street": "3 Example Crescent", "city": "London", "postcode": "SW1A 0ZZ"}, ["3 Example Crescent", "London", "SW1A 0ZZ"]),
        ("US", {"street": "1 Sample St", "city": "Salem", "area": "OR", "postcode": "97301"}, ["1 Sample St", "Salem, OR 97301"]),
        ("US", {"street": "1 Sample St", "city": "Salem"}, ["1 Sample St", "Salem"]),
        ("RU", {"street": "ул. Примерная, 1", "city": "Казань", "postcode": "420000"}, ["ул. Примерная, 1", "Казань", "420000"]),
        ("KZ", {"street": "Үлгі көшесі 1", "city": "Астана", "postcode": "010000"}, ["010000", "Астана", "Үлгі көшесі 1"]),
        ("IR", {"street": "خیابان نمونه ۱", "city": "تهران", "area": "تهران", "postcode": "1193612345"}, ["تهران", "خیابان نمونه ۱", "1193612345"]),
        ("CN", {"street": "示例路1号", "city": "北京市", "postcode": "100000"}, ["100000", "北京市", "示例路1号"]),
        ("CN", {"street": "1 Example Rd", "city": "Beijing", "postcode": "100000"}, ["1 Example Rd", "Beijing", "100000"]),
        ("JP", {"street": "例町1-1", "city": "千代田区", "area": "東京都", "postcode": "100-0001"}, ["〒100-0001", "東京都", "千代田区", "例町1-1"]),
        ("DE", {"street": "Musterallee 7\n2. Etage", "city": "Berlin"}, ["Musterallee 7", "2. Etage", "Berlin"]),
        ("DE", {"street": "Musterallee 7", "city": "Köln", "area": "NRW", "postcode": "50667"}, ["Musterallee 7", "50667 Köln", "NRW"]),
        ("CH", {"street": "Beispielgasse 5", "city": "Bern", "postcode": "3011"}, ["Beispielgasse 5", "CH-3011 Bern"]),
        ("CH", {"street": "Beispielgasse 5", "city": "Bern", "postcode": "CH-3011"}, ["Beispielgasse 5", "CH-3011 Bern"]),
        ("DE", {"city": "Berlin"}, ["Berlin"]),
        ("DE", {}, []),
    ],
)
def test_fields_come_in_the_order_of_the_country(country: str, address: dict[str, str], expected: list[str]) -> None:
    assert postal.lines(address, country) == expected


def test_lines_stay_as_they_were_typed() -> None:
    assert postal.lines(["Rua  do Exemplo 1", "1000-001 Lisboa"], "PT") == ["Rua  do Exemplo 1", "1000-001 Lisboa"]


@pytest.mark.parametrize("street", ["Calle de los Ejemplos N24-10", "улица Примерная"])
@pytest.mark.parametrize("country", COUNTRIES)
def test_no_country_loses_or_doubles_a_field(country: str, street: str) -> None:
    written = "\n".join(postal.lines(QUITO | {"street": street}, country))
    for value in (QUITO | {"street": street}).values():
        assert written.count(value) == 1


@given(street=st.text(max_size=40), city=st.text(max_size=20), country=st.sampled_from(COUNTRIES))
def test_any_text_gives_lines_without_blanks_at_their_ends(street: str, city: str, country: str) -> None:
    for line in postal.lines(PostalAddress(street=street, city=city).table(), country):
        assert line == " ".join(line.split()) != ""


@pytest.mark.parametrize(
    ("postcode", "country", "good"),
    [
        ("10115", "DE", True),
        ("1011", "DE", False),
        ("ec1y 8sy", "GB", True),
        ("1000-001", "PT", True),
        ("1000", "PT", False),
        ("CH-3011", "CH", True),
        ("anything", "PS", True),
        ("", "DE", True),
    ],
)
def test_postcode_is_judged_by_its_country(postcode: str, country: str, good: bool) -> None:
    assert (postal.postcode_problem(postcode, country) is None) is good


def test_doubtful_postcode_is_told_with_examples() -> None:
    assert postal.postcode_problem("1", "DE") == "“1” does not look like a postcode there, which looks like 26133 or 53225: is it right?"
