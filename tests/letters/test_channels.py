"""The letter on paper."""

from datetime import UTC, date, datetime

import pytest

from app import i18n
from app.campaigns.models import Campaign
from app.letters.channels import address_lines, place_and_date, printed
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.targets.models import Target

TARGET = Target(role="Minister", name="Ana & Rui?", organisation="", address=["Rua 1"], country="GB", emails=["a@x.example", "b+c@x.example"])


def letter(body: str = "One.\n\nTwo & three?") -> Composed:
    return Composed("en", "Spring = hope & 100%?", (body,), (), (), ("Eva",))


@pytest.mark.parametrize(("language", "country"), [("es", "REINO UNIDO"), ("en", "UNITED KINGDOM"), ("ar", "UNITED KINGDOM")])
def test_country_on_the_envelope_is_one_the_readers_post_reads(language: str, country: str) -> None:
    assert address_lines(TARGET, language) == ("Ana & Rui?", "Minister", "Rua 1", country)


@pytest.mark.parametrize(
    ("posted_in", "language", "country"),
    [
        ("DE", "es", "VEREINIGTES KÖNIGREICH"),
        ("LV", "ru", "APVIENOTĀ KARALISTE"),
        ("MX", "en", "REINO UNIDO"),
        ("US", "es", "UNITED KINGDOM"),
        ("CA", "ar", "UNITED KINGDOM"),
        ("PR", "en", "UNITED KINGDOM"),
        ("PR", "es", "REINO UNIDO"),
        ("EG", "ar", "UNITED KINGDOM"),
        ("RU", "en", "UNITED KINGDOM"),
        ("TW", "en", "UNITED KINGDOM"),
    ],
)
def test_country_on_the_envelope_is_in_the_language_of_the_country_of_posting(posted_in: str, language: str, country: str) -> None:
    assert address_lines(TARGET, language, posted_in)[-1] == country


def test_a_letter_that_stays_in_its_country_names_none() -> None:
    assert address_lines(TARGET, "en", "GB") == ("Ana & Rui?", "Minister", "Rua 1")


@pytest.mark.parametrize(
    ("language", "country", "place", "expected"),
    [
        ("en", "GB", "Leeds", "Leeds, 20 August 2013"),
        ("en", "US", "Boston", "Boston, August 20, 2013"),
        ("es", "MX", "Puebla", "Puebla, 20 de agosto de 2013"),
        ("es", "DE", "Bonn", "Bonn, 20 de agosto de 2013"),
        ("ar", "AT", "فيينا", "فيينا، 20 أغسطس 2013"),
        ("ar", "MA", "الرباط", "الرباط، 20 غشت 2013"),
        ("fa", "IR", "تهران", "تهران، 20 اوت 2013"),
        ("ru", "LV", "Рига", "Рига, 20 августа 2013\u202fг."),
        ("zh-Hant", "TW", "台北", "台北，2013年8月20日"),
        ("ja", "JP", "東京", "東京、2013年8月20日"),
        ("pt-BR", "BR", "Recife", "Recife, 20 de agosto de 2013"),
        ("en", "", "", "20 August 2013"),
    ],
)
def test_place_and_date_are_written_as_in_the_writers_country(language: str, country: str, place: str, expected: str) -> None:
    assert place_and_date(place, date(2013, 8, 20), language, country) == expected


MOMENT = datetime(2013, 8, 20, 23, 30, tzinfo=UTC)
CAMPAIGN = Campaign(timezone="Asia/Almaty", reference="UA 101/26")


def appeal(country: str = "US") -> Appeal:
    return Appeal(name="Eva Lind", place="Boston", country=country, language="en", safety="full")


def test_printed_letter_has_the_writers_paper_sender_and_day() -> None:
    page = printed(letter(), TARGET, CAMPAIGN, appeal(), MOMENT)
    assert page.sender_lines == ("Eva Lind", "Boston", "United States")
    assert (page.paper, page.place_and_date, page.fax, page.note) == ("us-letter", "Boston, August 21, 2013", "", "UA 101/26")
    assert printed(letter(), TARGET, CAMPAIGN, appeal("FR"), MOMENT).paper == "a4"
    assert printed(letter(), TARGET, CAMPAIGN, appeal(), MOMENT, paper="a4").paper == "a4"


def test_a_street_typed_for_one_print_stands_between_name_and_place() -> None:
    assert printed(letter(), TARGET, CAMPAIGN, appeal(), MOMENT, street="12 Elm St").sender_lines == (
        "Eva Lind",
        "12 Elm St",
        "Boston",
        "United States",
    )


def test_a_letter_to_be_faxed_has_the_number() -> None:
    target = Target(role="Minister", name="", organisation="", address=[], country="ES", fax="913 90 22 77")
    assert printed(letter(), target, CAMPAIGN, appeal(), MOMENT, by_fax=True).fax == "+34 913 90 22 77"
    assert printed(letter(), target, CAMPAIGN, appeal(), MOMENT).fax == ""


def test_blank_letter_is_a4_without_sender_and_date_unless_the_page_says_otherwise() -> None:
    with i18n.speaking("es"):
        page = printed(letter(), TARGET, CAMPAIGN, None, MOMENT)
        assert printed(letter(), TARGET, CAMPAIGN, None, MOMENT, paper="us-letter").paper == "us-letter"
    assert (page.sender_lines, page.place_and_date, page.paper, page.address_lines[-1]) == ((), "", "a4", "REINO UNIDO")
