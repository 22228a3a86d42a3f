import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from commerce.kernel.mail import (
    Letter,
    MailAddressError,
    MailRefusedError,
    MailUnreachableError,
    SmtpMailer,
    build_message,
    mailer_of,
)
from commerce.kernel.settings import SettingsError, read_settings
from tests.support.smtp_server import SmtpServer, self_signed

LETTER = Letter(
    id=UUID(int=7),
    sender="Quayside <shop@quayside.example>",
    to="lin@example.com",
    locale="zh",
    subject="您的订单 PR-1001 已确认",
    text="谢谢您的惠顾。\n",
    html="<p>谢谢您的惠顾。</p>",
    written_at=datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC),
)


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def mailer_to(
    server: SmtpServer, *, user: str | None = None, context: ssl.SSLContext | None = None
) -> SmtpMailer:
    mailer = SmtpMailer("127.0.0.1", server.port, user=user, password=user)
    return mailer if context is None else replace(mailer, context=context)


def test_a_letter_keeps_to_seven_bits_and_reads_as_it_was_written() -> None:
    raw = build_message(LETTER).as_bytes()

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    letter = read(raw)
    assert letter["Subject"] == LETTER.subject
    assert letter["From"] == "Quayside <shop@quayside.example>"
    assert letter["Date"] == "Mon, 23 Nov 2026 01:02:03 +0000"
    assert letter["Message-ID"] == f"<{LETTER.id}@quayside.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "zh"
    plain, html = letter.get_body(["plain"]), letter.get_body(["html"])
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == ["谢谢您的惠顾。"]
    assert html.get_content().strip() == LETTER.html


def test_a_letter_sent_again_is_the_same_letter() -> None:
    first, second = build_message(LETTER), build_message(LETTER)

    for header in ("Message-ID", "Date", "Subject", "From", "To"):
        assert first[header] == second[header]


def test_a_merchant_writes_under_its_own_name() -> None:
    letter = build_message(replace(LETTER, sender_name="瓷路"))

    assert letter["From"].addresses[0].display_name == "瓷路"
    assert letter["From"].addresses[0].addr_spec == "shop@quayside.example"


def test_a_chinese_domain_becomes_ascii() -> None:
    letter = build_message(replace(LETTER, to="lin@例子.example"))

    assert letter["To"].addresses[0].domain == "xn--fsqu00a.example"


@pytest.mark.parametrize(
    "address", ["", "lin", "lin@", "@example.com", "a b@example.com", "林@example.com", "a@b"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MailAddressError):
        build_message(replace(LETTER, to=address))


def test_a_line_break_cannot_smuggle_in_another_header() -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        build_message(replace(LETTER, subject="Hello\r\nBcc: spy@example.com"))


def test_letters_are_files_unless_a_server_is_named(tmp_path: Path) -> None:
    mailer = mailer_of(read_settings({"QUAYSIDE_VAR": str(tmp_path)}))

    mailer.send(build_message(LETTER))
    mailer.send(build_message(LETTER))

    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{LETTER.id}.eml"
    assert read(file.read_bytes())["Subject"] == LETTER.subject


def test_a_letter_reaches_the_server_it_is_sent_to() -> None:
    with SmtpServer() as server:
        mailer_to(server).send(build_message(LETTER))

    assert server.received.recipients == ["lin@example.com"]
    (raw,) = server.received.messages
    assert read(raw)["Subject"] == LETTER.subject


def test_a_password_travels_over_tls(tmp_path: Path) -> None:
    server_tls, client_tls = self_signed(tmp_path)
    with SmtpServer(tls=server_tls) as server:
        mailer_to(server, user="shop", context=client_tls).send(build_message(LETTER))

    assert server.received.logins == [True]
    assert len(server.received.messages) == 1


def test_a_password_is_never_sent_in_clear() -> None:
    with SmtpServer() as server, pytest.raises(MailUnreachableError, match="TLS"):
        mailer_to(server, user="shop").send(build_message(LETTER))

    assert server.received.logins == []
    assert server.received.messages == []


def test_a_server_with_a_strange_certificate_is_not_trusted(tmp_path: Path) -> None:
    server_tls, _ = self_signed(tmp_path)
    with SmtpServer(tls=server_tls) as server, pytest.raises(MailUnreachableError):
        mailer_to(server).send(build_message(LETTER))

    assert server.received.messages == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 no such person"}, MailRefusedError),
        ({"RCPT": "451 try again later"}, MailUnreachableError),
        ({"DATA": "554 we do not like it"}, MailRefusedError),
        ({"MAIL": "421 too busy"}, MailUnreachableError),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(
    answers: dict[str, str], error: type[Exception]
) -> None:
    with SmtpServer(answers=answers) as server, pytest.raises(error):
        mailer_to(server).send(build_message(LETTER))


def test_a_server_that_is_away_may_be_tried_again() -> None:
    with SmtpServer() as server:
        mailer = mailer_to(server)
    with pytest.raises(MailUnreachableError):
        mailer.send(build_message(LETTER))


def test_the_address_of_the_server_says_how_to_speak_to_it() -> None:
    with_password = SmtpMailer.of("smtp://shop%40x.example:p%2Fw@mail.example")
    secure = SmtpMailer.of("smtps://mail.example")

    assert (with_password.host, with_password.port) == ("mail.example", 587)
    assert (with_password.user, with_password.password) == ("shop@x.example", "p/w")
    assert (secure.port, secure.implicit_tls) == (465, True)
    assert "p/w" not in repr(with_password)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example:abc"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_URL"):
        SmtpMailer.of(url)
