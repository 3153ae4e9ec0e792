import pytest

from app.errors import Refused
from app.mail.addresses import domain, normalise


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@mail.example", "ana@mail.example"),
        ("  Ana.Perez@Mail.Example ", "ana.perez@mail.example"),
        ("x+tag@mail.example", "x+tag@mail.example"),
        ("ana@españa.example", "ana@xn--espaa-rta.example"),
        ("o'neill@mail.example", "o'neill@mail.example"),
    ],
)
def test_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise(typed) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "enter an e-mail address"),
        ("   ", "enter an e-mail address"),
        ("ana", "has an @"),
        ("ana@", "does not look like"),
        ("@mail.example", "does not look like"),
        ("ana perez@mail.example", "does not look like"),
        ("ana@mail", "does not look like"),
        ("ana@@mail.example", "does not look like"),
        ('"ana perez"@mail.example', "does not look like"),
        ("ana@[127.0.0.1]", "does not look like"),
        ("ana@mail.example\r\nBcc: all@mail.example", "does not look like"),
        ("ana@mail.example\0", "does not look like"),
        ("ana@mail.local", "does not look like"),
        ("josé@mail.example", "plain letters"),
        ("a" * 250 + "@mail.example", "too long"),
        ("a" * 100 + "@mail.example", "does not look like"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        normalise(typed)
    assert reason in refused.value.reason


def test_domain_is_lower_case() -> None:
    assert domain("ana@Mail.Example") == "mail.example"
