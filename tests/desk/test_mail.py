"""The viewer of captured mail: it shows what would have left, and lets none of it act."""

import os
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from app.desk.mail import pieces
from app.desk.mailbox import key_of, list_mails
from app.factory import create_app
from app.site import MailRoute, Site
from config import Config
from tests.desk.conftest import Enter
from tests.desk.visitor import PASSWORD, Visitor


@pytest.fixture
def outbox(site: Site) -> Path:
    assert site.route.path
    site.route.path.mkdir(parents=True, exist_ok=True)
    return site.route.path


def _put(outbox: Path, name: str = "a@vigil.example", at: int = 1000, html: str = "<p>Hello <script>alert(1)</script></p>") -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Vigil <hello@vigil.example>", "ana@mail.example", "Por favor, confirme su dirección"
    mail["Message-ID"] = f"<{name}>"
    mail.set_content("See http://127.0.0.1:8000/es/confirm/abc. <b>Not bold</b>")
    mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename='let"ter.pdf')
    path = outbox / f"{name}.eml"
    path.write_bytes(mail.as_bytes())
    os.utime(path, (at, at))
    return path


def test_list_shows_the_newest_first(coordinator: Visitor, outbox: Path) -> None:
    old, new = _put(outbox, "old@x", 1000), _put(outbox, "new@x", 2000)
    coordinator.get("/desk/mail")
    assert 0 < coordinator.page.index(key_of(new)) < coordinator.page.index(key_of(old))
    assert "Por favor, confirme su dirección" in coordinator.page
    assert "ana@mail.example" in coordinator.page


def test_long_list_has_pages(coordinator: Visitor, outbox: Path) -> None:
    for n in range(51):
        _put(outbox, f"{n}@x", n)
    coordinator.get("/desk/mail")
    assert "Page 1 of 2" in coordinator.page
    coordinator.get("/desk/mail?page=2")
    assert coordinator.page.count('href="/desk/mail/') == 1


def test_empty_outbox_says_how_mail_gets_there(coordinator: Visitor) -> None:
    coordinator.get("/desk/mail")
    assert "No mail yet" in coordinator.page


def test_mail_is_shown_with_headers_text_and_links_that_can_be_followed(coordinator: Visitor, outbox: Path) -> None:
    key = key_of(_put(outbox))
    coordinator.get(f"/desk/mail/{key}")
    assert "&lt;a@vigil.example&gt;" in coordinator.page
    assert '<a href="http://127.0.0.1:8000/es/confirm/abc">' in coordinator.page
    assert "&lt;b&gt;Not bold" in coordinator.page
    assert "<script>alert" not in coordinator.page
    assert f'<iframe src="/desk/mail/{key}/html" sandbox ' in coordinator.page


def test_html_part_can_neither_run_nor_load_nor_send_anything(coordinator: Visitor, outbox: Path) -> None:
    answer = coordinator.client.get(f"/desk/mail/{key_of(_put(outbox))}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_source_is_plain_text_and_attachments_are_saved_not_shown(coordinator: Visitor, outbox: Path) -> None:
    path = _put(outbox)
    source = coordinator.client.get(f"/desk/mail/{key_of(path)}/source")
    assert (source.mimetype, source.data) == ("text/plain", path.read_bytes())
    attached = coordinator.client.get(f"/desk/mail/{key_of(path)}/attachments/0")
    assert attached.data == b"%PDF-1.7"
    assert attached.headers["Content-Disposition"].startswith("attachment;")
    assert attached.mimetype == "application/octet-stream"
    assert coordinator.client.get(f"/desk/mail/{key_of(path)}/attachments/1").status_code == 404


@pytest.mark.parametrize("key", ["../secret_key", "..%2Fsecret_key", "%2e%2e%2fsecret_key", "secret_key", "a@vigil.example.eml", "x" * 16])
@pytest.mark.parametrize("part", ["", "/html", "/source", "/attachments/0"])
def test_nothing_outside_the_outbox_is_ever_read(coordinator: Visitor, outbox: Path, key: str, part: str) -> None:
    _put(outbox)
    (outbox.parent / "secret_key").write_text("do not show")
    answer = coordinator.client.get(f"/desk/mail/{key}{part}")
    assert answer.status_code == 404
    assert b"do not show" not in answer.data


def test_link_in_the_outbox_that_leads_out_of_it_is_not_followed(coordinator: Visitor, outbox: Path) -> None:
    (outbox.parent / "secret.eml").write_text("do not show")
    link = outbox / "link.eml"
    link.symlink_to(outbox.parent / "secret.eml")
    assert coordinator.client.get(f"/desk/mail/{key_of(link)}/source").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?x-none?q?a?=\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n--",
        b"Content-Type: text/plain; charset=nope\r\n\r\nhi",
    ],
)
def test_mail_that_is_none_is_shown_as_far_as_it_goes(coordinator: Visitor, outbox: Path, content: bytes) -> None:
    path = outbox / "odd.eml"
    path.write_bytes(content)
    for address in ("/desk/mail", f"/desk/mail/{key_of(path)}", f"/desk/mail/{key_of(path)}/html"):
        assert coordinator.client.get(address).status_code == 200


def test_mail_deleted_meanwhile_is_left_out(outbox: Path) -> None:
    _put(outbox)
    (outbox / "gone.eml").symlink_to(outbox / "nowhere")
    assert list_mails(outbox, 0, 10)[1] == 1


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", []),
        ("see https://a.example/x?y=1, or (http://b.example).", ["https://a.example/x?y=1", "http://b.example"]),
        ("javascript:alert(1) mailto:a@b.example", []),
        ("https://a.example/1\nhttps://a.example/2", ["https://a.example/1", "https://a.example/2"]),
        ("", []),
    ],
)
def test_links_are_found_in_text_and_no_word_is_lost(text: str, links: list[str]) -> None:
    found = pieces(text)
    assert [piece.text for piece in found if piece.is_link] == links
    assert "".join(piece.text for piece in found) == text


def test_where_mail_really_leaves_the_page_says_so(config: Config, enter: Enter, app: Flask) -> None:
    from app.accounts.rules import RoleName

    enter(RoleName.ADMIN)
    sending = create_app(replace(config, mail=MailRoute("smtp", host="127.0.0.1", port=2525)))
    visitor = Visitor(sending.test_client())
    visitor.sign_in("admin@vigil.example", PASSWORD)
    visitor.get("/desk/mail")
    assert "Mail really leaves this site" in visitor.page
    assert "mail stays on this computer" not in visitor.page
    assert visitor.get("/desk/mail/abc").status_code == 404
    sending.extensions["vigil"].database.close()
