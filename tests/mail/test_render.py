from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from app import i18n
from app.errors import Refused
from app.mail import render as rendering
from app.mail.render import WIDTH, render, wrap
from app.site import Site


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with one mail of its own beside the real base."""
    folder = tmp_path / "templates" / "emails"
    (folder / "try").mkdir(parents=True)
    for name in ("base.html", "base.txt"):
        (folder / name).write_text((rendering.TEMPLATES / "emails" / name).read_text())
    (folder / "try" / "subject.txt").write_text("News of {{ name }}\n")
    (folder / "try" / "body.txt").write_text('{% extends "emails/base.txt" %}\n{% block body %}\nDear {{ name }},\n\n{{ long }}\n{% endblock %}\n')
    (folder / "try" / "body.html").write_text('{% extends "emails/base.html" %}\n{% block body %}\n<p>Dear {{ name }}</p>\n{% endblock %}\n')
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path / "templates")
    rendering._environment.cache_clear()
    yield folder
    rendering._environment.cache_clear()


def test_mail_comes_from_the_site_and_says_it_is_automatic(site: Site) -> None:
    mail = render(site, "try", to="ana@mail.example", language="en", name="Ana", long="word " * 40)
    assert mail.to == ("ana@mail.example",)
    assert mail.subject == "News of Ana"
    assert (mail.from_name, mail.from_address) == (site.name, site.mail_from)
    assert mail.reply_to == site.contact
    assert mail.headers == (("Auto-Submitted", "auto-generated"),)
    assert mail.language == "en"


def test_text_has_short_lines_and_the_imprint_at_its_foot(site: Site) -> None:
    text = render(site, "try", to="ana@mail.example", language="en", name="Ana", long="word " * 40).text
    assert text.startswith("Dear Ana,\n\nword word")
    assert max(map(len, text.splitlines())) <= WIDTH
    assert f"\n-- \n{site.name}\n{site.imprint}\n" in text
    assert site.contact in text
    assert "\n\n\n" not in text


def test_html_escapes_and_text_does_not(site: Site) -> None:
    mail = render(site, "try", to="ana@mail.example", language="en", name="<b>Ana & co</b>", long="")
    assert "Dear <b>Ana & co</b>," in mail.text
    assert "&lt;b&gt;Ana &amp; co&lt;/b&gt;" in (mail.html or "")
    assert mail.subject == "News of <b>Ana & co</b>"


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_html_says_its_language_and_direction(site: Site, monkeypatch: pytest.MonkeyPatch, language: str, direction: str) -> None:
    html = render(site, "try", to="ana@mail.example", language=language, name="Ana", long="").html or ""
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert "http" not in html, "nothing is fetched"


def test_unsubscribe_is_in_head_and_foot(site: Site) -> None:
    link = "https://act.example/unsubscribe/token"
    mail = render(site, "try", to="ana@mail.example", language="en", name="Ana", long="", unsubscribe=link)
    assert ("List-Unsubscribe", f"<{link}>") in mail.headers
    assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in mail.headers
    assert link in mail.text
    assert f'href="{link}"' in (mail.html or "")


def test_value_with_line_breaks_stays_one_line_of_subject(site: Site) -> None:
    assert (
        render(site, "try", to="ana@mail.example", language="en", name="Ana\r\nBcc: x@x.example", long="").subject == "News of Ana Bcc: x@x.example"
    )


def test_value_with_nul_is_refused(site: Site) -> None:
    with pytest.raises(Refused):
        render(site, "try", to="ana@mail.example", language="en", name="Ana\0", long="")


def test_missing_value_is_an_error(site: Site) -> None:
    with pytest.raises(UndefinedError):
        render(site, "try", to="ana@mail.example", language="en", name="Ana")


def test_rendering_leaves_the_language_as_it_was(site: Site) -> None:
    with i18n.speaking("en"):
        render(site, "try", to="ana@mail.example", language="ar", name="Ana", long="")
        assert i18n.current().code == "en"


@pytest.mark.parametrize(
    ("given", "wrapped"),
    [
        ("short", "short\n"),
        ("a " * 40, ("a " * 36).rstrip() + "\n" + "a a a a\n"),
        ("see https://act.example/" + "x" * 100 + " there", "see\nhttps://act.example/" + "x" * 100 + "\nthere\n"),
        ("- " + "word " * 16, "- " + ("word " * 14).rstrip() + "\n  word word\n"),
        ("1. " + "word " * 16, "1. " + ("word " * 14).rstrip() + "\n   word word\n"),
        ("a\n  " + "word " * 15, "a\n  " + ("word " * 14).rstrip() + "\n  word\n"),
        ("one\n\n\n\ntwo   \n", "one\n\ntwo\n"),
    ],
)
def test_text_is_wrapped(given: str, wrapped: str) -> None:
    assert wrap(given) == wrapped
