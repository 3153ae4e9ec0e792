"""The SMTP transport against real servers on this machine."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession_
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.mail.smtp import SmtpTransport
from app.mail.transport import Envelope, LostConnection, MailFailure, PermanentFailure, Stage, TemporaryFailure
from tests.sink import Sink

TO = Envelope("letters@vigil.example", ("minister@housing.example",))
MAIL = b"Subject: x\r\nMessage-ID: <abc@vigil.example>\r\n\r\nHello\r\n"


def transport(port: int, **changes: object) -> SmtpTransport:
    values: dict[str, object] = {"connect_seconds": 5, "final_reply_seconds": 5}
    return SmtpTransport("127.0.0.1", port, "vigil.example", **(values | changes))  # type: ignore[arg-type]


@contextmanager
def speaking(script: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does what `script` says with its one connection; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                script(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            thread.join(10)


def answering(*answers: str) -> Callable[[socket.socket], None]:
    """Each line said is answered by the next of these; then the line goes dead."""

    def script(connection: socket.socket) -> None:
        connection.sendall(f"{answers[0]}\r\n".encode())
        for answer in answers[1:]:
            if not connection.recv(65536):
                return
            connection.sendall(f"{answer}\r\n".encode())

    return script


def failure_of(work: Callable[[], object]) -> MailFailure:
    with pytest.raises(MailFailure) as failure:
        work()
    return failure.value


def test_mails_go_over_one_connection(smtp_sink: Sink) -> None:
    session = transport(smtp_sink.port).open()
    for number in range(3):
        session.offer(TO)
        assert session.data(MAIL.replace(b"abc", b"%d" % number)).code == 250
    session.close()
    assert session.carried == 3
    assert [mail.message_id for mail in smtp_sink.received] == ["<0@vigil.example>", "<1@vigil.example>", "<2@vigil.example>"]
    assert smtp_sink.received[0].sender == TO.sender
    assert smtp_sink.received[0].recipients == TO.recipients


def test_bytes_arrive_as_they_were(smtp_sink: Sink) -> None:
    body = MAIL + b".\r\n..\r\n.dot\r\nend"
    session = transport(smtp_sink.port).open()
    session.offer(TO)
    session.data(body)
    session.close()
    assert smtp_sink.received[0].content == body + b"\r\n"


def test_bare_line_ends_cannot_smuggle_a_second_mail(smtp_sink: Sink) -> None:
    session = transport(smtp_sink.port).open()
    for end in (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n"):
        session.offer(TO)
        session.data(MAIL + end + b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<all@x.example>\r\nDATA\r\nevil\r\n.\r\n")
    session.close()
    assert len(smtp_sink.received) == 4


def test_one_refused_recipient_does_not_hold_up_the_other() -> None:
    with Sink(on_recipient=lambda address: "550 5.1.1 unknown" if address.startswith("gone") else None) as sink:
        session = transport(sink.port).open()
        session.offer(Envelope("a@vigil.example", ("gone@x.example", "there@x.example")))
        session.data(MAIL)
        session.close()
    assert sink.received[0].recipients == ("there@x.example",)


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"a@x.example": "550 5.1.1 <a@x.example> unknown"}, PermanentFailure, 550),
        ({"a@x.example": "451 4.7.1 greylisted"}, TemporaryFailure, 451),
        ({"a@x.example": "550 5.1.1 unknown", "b@x.example": "452 4.2.2 full"}, TemporaryFailure, 452),
    ],
)
def test_refused_recipients_are_told_with_the_mildest_answer(answers: dict[str, str], kind: type[MailFailure], code: int) -> None:
    with Sink(on_recipient=answers.get) as sink:
        session = transport(sink.port).open()
        failure = failure_of(lambda: session.offer(Envelope("s@vigil.example", tuple(answers))))
        assert isinstance(failure, kind)
        assert (failure.stage, failure.code) == (Stage.RECIPIENT, code)
        assert "@" not in failure.words
        assert failure.reply is not None and failure.reply.enhanced is not None
        answers.clear()
        session.offer(TO)  # the connection is good for the next one
        session.data(MAIL)
        session.close()
    assert len(sink.received) == 1


@pytest.mark.parametrize(("answer", "kind"), [("451 4.3.0 later", TemporaryFailure), ("554 5.7.1 spam", PermanentFailure)])
def test_no_to_the_final_dot_is_a_no_not_a_doubt(answer: str, kind: type[MailFailure]) -> None:
    with Sink(on_data=lambda _mail: answer) as sink:
        session = transport(sink.port).open()
        session.offer(TO)
        failure = failure_of(lambda: session.data(MAIL))
        session.close()
    assert isinstance(failure, kind)
    assert failure.stage is Stage.FINAL


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    failure = failure_of(transport(port).open)
    assert isinstance(failure, LostConnection)
    assert failure.stage is Stage.CONNECT


@pytest.mark.parametrize(("greeting", "kind"), [("554 5.7.1 not you", PermanentFailure), ("421 4.3.2 busy", TemporaryFailure)])
def test_unfriendly_greeting(greeting: str, kind: type[MailFailure]) -> None:
    with speaking(answering(greeting)) as port:
        failure = failure_of(transport(port).open)
    assert isinstance(failure, kind)
    assert failure.stage is Stage.CONNECT


TALK = ("220 hi", "250 me", "250 sender ok", "250 recipient ok", "354 go on")


@pytest.mark.parametrize(
    ("lines", "stage"),
    [(1, Stage.CONNECT), (2, Stage.SENDER), (3, Stage.RECIPIENT), (4, Stage.DATA), (5, Stage.FINAL)],
)
def test_line_that_goes_dead_says_how_far_it_came(lines: int, stage: Stage) -> None:
    def talk(port: int) -> None:
        session = transport(port).open()
        session.offer(TO)
        session.data(MAIL)

    with speaking(answering(*TALK[:lines])) as port:
        failure = failure_of(lambda: talk(port))
    assert isinstance(failure, LostConnection)
    assert failure.stage is stage


def test_server_that_never_answers_the_dot_is_waited_for_as_long_as_told() -> None:
    done = threading.Event()

    def silent(connection: socket.socket) -> None:
        answering(*TALK)(connection)
        connection.recv(65536)
        done.wait(10)

    with speaking(silent) as port:
        session = transport(port, final_reply_seconds=0.3).open()
        session.offer(TO)
        failure = failure_of(lambda: session.data(MAIL))
        done.set()
        session.close()
    assert isinstance(failure, LostConnection)
    assert failure.stage is Stage.FINAL


def test_answer_that_is_none_after_the_dot_is_a_doubt() -> None:
    with speaking(answering(*TALK, "hello?")) as port:
        session = transport(port).open()
        session.offer(TO)
        failure = failure_of(lambda: session.data(MAIL))
        session.close()
    assert isinstance(failure, LostConnection)
    assert failure.stage is Stage.FINAL


class Doorkeeper:
    """Knows one person."""

    def __call__(self, _server: SMTP, _session: SmtpSession_, _envelope: SmtpEnvelope, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == (b"vigil", b"right"), handled=False)


DOOR = {"authenticator": Doorkeeper(), "auth_require_tls": False}


def test_login_is_used() -> None:
    with Sink(options=DOOR) as sink:
        session = transport(sink.port, user="vigil", password="right").open()
        session.offer(TO)
        session.data(MAIL)
        session.close()
    assert len(sink.received) == 1


def test_wrong_password_is_told_apart() -> None:
    with Sink(options=DOOR) as sink:
        failure = failure_of(transport(sink.port, user="vigil", password="wrong").open)
    assert isinstance(failure, PermanentFailure)
    assert (failure.stage, failure.code) == (Stage.LOGIN, 535)


def test_relay_that_knows_no_login_is_told_apart(smtp_sink: Sink) -> None:
    failure = failure_of(transport(smtp_sink.port, user="vigil", password="right").open)
    assert isinstance(failure, PermanentFailure)
    assert failure.stage is Stage.LOGIN


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "relay.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def encrypting(certificate: Path) -> dict[str, object]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return {"tls_context": context, "require_starttls": True}


def test_starttls_with_a_certificate_that_fits(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Sink(options=encrypting(certificate)) as sink:
        session = transport(sink.port, starttls=True).open()
        session.offer(TO)
        session.data(MAIL)
        session.close()
    assert len(sink.received) == 1


def test_starttls_with_a_certificate_nobody_vouches_for_sends_nothing(certificate: Path) -> None:
    with Sink(options=encrypting(certificate)) as sink:
        failure = failure_of(transport(sink.port, starttls=True).open)
    assert isinstance(failure, LostConnection)
    assert failure.stage is Stage.CONNECT
    assert "certificate" in failure.words.lower()


def test_starttls_is_never_left_out_where_the_relay_has_none(smtp_sink: Sink) -> None:
    failure = failure_of(transport(smtp_sink.port, starttls=True).open)
    assert isinstance(failure, PermanentFailure)
    assert failure.stage is Stage.CONNECT
