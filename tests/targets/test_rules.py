from itertools import product
from typing import NamedTuple

import pytest

from app.targets.neutral import NEUTRAL_SALUTATIONS
from app.targets.rules import choose_embassy, is_same_office, neutral_salutation


class Desk(NamedTuple):
    role: str = "Ambassador"
    name: str = "Ana Gil"
    organisation: str = "Embassy of Ecuador"
    country: str = "DE"
    emails: tuple[str, ...] = ("berlin@embassy.example",)


IN_GERMANY, IN_SPAIN = Desk(), Desk(country="ES", emails=())
EMBASSIES = {"DE": IN_GERMANY, "ES": IN_SPAIN}
MINISTER = Desk("Minister", "Eva Paz", "Ministry", "EC", ("minister@ministry.example",))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", NEUTRAL_SALUTATIONS["ru"]),
        ("pt-BR", NEUTRAL_SALUTATIONS["pt"]),
        ("en", "Dear Sir or Madam"),
        ("qu", "Dear Sir or Madam"),
    ],
)
def test_neutral_salutation_is_of_the_language_else_of_its_base_else_english(language: str, expected: str) -> None:
    assert neutral_salutation(language) == expected


@pytest.mark.parametrize(("wanted", "abroad", "known", "listed"), list(product((True, False), repeat=4)))
def test_embassy_gets_a_copy_only_where_everything_speaks_for_it(wanted: bool, abroad: bool, known: bool, listed: bool) -> None:
    living_in = "DE" if abroad else "EC"
    embassies = {living_in: IN_GERMANY} if known else {"ES": IN_SPAIN}
    found = choose_embassy(embassies, government="EC", living_in=living_in, wanted=wanted, listed=[MINISTER, IN_GERMANY] if listed else [MINISTER])
    assert found == (IN_GERMANY if wanted and abroad and known and not listed else None)


@pytest.mark.parametrize(("living_in", "expected"), [("DE", IN_GERMANY), ("ES", IN_SPAIN), ("FR", None), ("EC", None)])
def test_embassy_is_the_one_in_the_supporters_country(living_in: str, expected: Desk | None) -> None:
    assert choose_embassy(EMBASSIES, government="EC", living_in=living_in, wanted=True, listed=[MINISTER]) == expected


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (IN_GERMANY._replace(role="Consul", name="", emails=("Berlin@Embassy.example", "x@y.example")), True),
        (IN_GERMANY._replace(emails=(), role="AMBASSADOR"), True),
        (IN_GERMANY._replace(emails=(), country="ES"), False),
        (IN_GERMANY._replace(emails=(), name="Eva Paz"), False),
        (MINISTER, False),
    ],
)
def test_offices_are_the_same_by_an_address_or_by_all_that_they_are_called(other: Desk, same: bool) -> None:
    assert is_same_office(IN_GERMANY, other) is is_same_office(other, IN_GERMANY) is same
