import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.mail.file import FileTransport, file_name, forget
from app.mail.transport import Envelope, LostConnection, Stage, TemporaryFailure

MAIL = b"Subject: x\r\nMessage-ID: <abc@vigil.example>\r\n\r\nHello\r\n"
TO = Envelope("hello@vigil.example", ("ana@mail.example",))


def test_mail_is_kept_under_its_message_id(tmp_path: Path) -> None:
    outbox = tmp_path / "instance" / "outbox"
    session = FileTransport(outbox).open()
    session.offer(TO)
    reply = session.data(MAIL)
    session.close()
    assert reply.code == 250
    assert [path.name for path in outbox.iterdir()] == ["abc@vigil.example.eml"]
    assert (outbox / "abc@vigil.example.eml").read_bytes() == MAIL


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    FileTransport(outbox).open().data(MAIL)
    assert outbox.stat().st_mode & 0o777 == 0o700
    assert next(outbox.iterdir()).stat().st_mode & 0o777 == 0o600


def test_repeat_replaces_its_own_file(tmp_path: Path) -> None:
    session = FileTransport(tmp_path).open()
    session.data(MAIL)
    session.data(MAIL)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("message_id", "name"),
    [("<a@b.example>", "a@b.example.eml"), ("<../../etc/x@b>", "_.._etc_x@b.eml"), ("<.hidden@b>", "hidden@b.eml"), ("<a b\0@c>", "a_b_@c.eml")],
)
def test_file_name_stays_in_the_folder(message_id: str, name: str) -> None:
    assert file_name(message_id) == name


def test_full_disk_is_a_temporary_failure_not_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    session = FileTransport(tmp_path).open()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TemporaryFailure) as failure:
        session.data(MAIL)
    assert failure.value.stage is Stage.FINAL
    assert failure.value.code == 452


def test_outbox_that_cannot_be_made_is_a_lost_path(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(LostConnection) as failure:
        FileTransport(tmp_path / "taken" / "outbox").open()
    assert failure.value.stage is Stage.CONNECT


def test_old_mails_and_half_written_ones_are_forgotten(tmp_path: Path) -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    for name, at in (("old.eml", old), ("half.eml.part", old), ("new.eml", new), ("notes.txt", old)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (at.timestamp(), at.timestamp()))
    assert forget(tmp_path, before=datetime(2026, 2, 1, tzinfo=UTC)) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"new.eml", "notes.txt"}


def test_outbox_that_is_not_there_yet_has_nothing_to_forget(tmp_path: Path) -> None:
    assert forget(tmp_path / "outbox", before=datetime(2026, 2, 1, tzinfo=UTC)) == 0
