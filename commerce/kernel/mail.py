"""How a letter leaves the house: as a file in a folder, or through an SMTP server.

Messages follow RFC 5322 and RFC 2045 to 2049 and say that a machine wrote them (RFC 3834). The
Message-ID is made of the letter's own id, so a letter that is sent again after a crash is the same
letter to every server that keeps count.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import Settings, SettingsError

# Seven bits everywhere: no server on the way can damage what it need not understand.
_POLICY = SMTP.clone(cte_type="7bit")
_TIMEOUT_SECONDS = 20
_PERMANENT = 500


class MailAddressError(CommerceError):
    """The text is not an e-mail address."""

    code = "mail-address"
    template = "“%(address)s” is not an e-mail address. Check it for typing errors."


class MailRefusedError(CommerceError):
    """The mail server refuses this letter for good; sending it again would not help."""

    code = "mail-refused"
    status = 502
    template = "The mail server refused the letter: %(answer)s"


class MailUnreachableError(CommerceError):
    """The mail server is away, busy or unsafe; the letter may leave later."""

    code = "mail-unreachable"
    status = 503
    template = "The mail server cannot be used now: %(answer)s"


class MailUnencryptedError(MailUnreachableError):
    """The mail server would take our password in the open."""

    code = "mail-unencrypted"
    template = "The mail server takes no TLS, and a password needs it. Choose a server with TLS."


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, ready to be put into an envelope.

    Attributes:
        id: stays the same however often the letter is sent.
        sender: address, or name and address, of this installation.
        sender_name: shown instead of the sender's own name when given.
        written_at: the Date of the letter, the same at every attempt.
    """

    id: UUID
    sender: str
    to: str
    locale: str
    subject: str
    text: str
    written_at: datetime
    html: str | None = None
    sender_name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """Whatever can send a message."""

    def send(self, message: EmailMessage) -> None:
        """Send `message`, or raise MailRefusedError or MailUnreachableError."""


def mail_address(text: str, *, name: str = "") -> Address:
    """Return `text` as an address that mail servers understand; a Chinese domain becomes ASCII.

    Raises:
        MailAddressError: it is none, or its local part is not ASCII, which few servers take.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        if not (local and at and local.isascii() and "." in domain.strip(".")):
            raise MailAddressError(address=text)
        spec = f"{local}@{domain.encode('idna').decode()}"
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, MessageError) as error:
        raise MailAddressError(address=text) from error


def build_message(letter: Letter) -> EmailMessage:
    """Return `letter` as a message: plain text always, HTML beside it when there is some.

    Raises:
        MailAddressError: sender or receiver is not an address.
        ValueError: a header contains a line break.
    """
    name, address = parseaddr(letter.sender)
    sender = mail_address(address, name=letter.sender_name or name)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = mail_address(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    for header, value in letter.headers.items():
        message[header] = value
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    # Last, because making alternatives moves every Content header into the first part.
    message["Content-Language"] = letter.locale
    return message


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes every letter as one .eml file, named by its Message-ID; the same letter twice is one."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write `message`, complete or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
            part.write(message.as_bytes())
        Path(part.name).replace(self.folder / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Speaks to one SMTP server: TLS when it offers it, and never a password without it."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    implicit_tls: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @classmethod
    def of(cls, url: str) -> "SmtpMailer":
        """Return the mailer for `smtp://user:password@host:587` or `smtps://...:465`.

        Raises:
            SettingsError: the address cannot be used.
        """
        parts, port = _split(url)
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=port or (465 if secure else 587),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or "") if parts.username else None,
            implicit_tls=secure,
        )

    def send(self, message: EmailMessage) -> None:
        """Send `message`.

        Raises:
            MailRefusedError: the server refuses it for good (an answer of 500 and above).
            MailUnreachableError: anything else went wrong; it may be tried again.
        """
        try:
            with self._connected() as server:
                self._greet(server)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _failure(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnreachableError(answer=str(error)) from error

    def _connected(self) -> smtplib.SMTP:
        if self.implicit_tls:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT_SECONDS, context=self.context
            )
        return smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        safe = self.implicit_tls
        if not safe and server.has_extn("starttls"):
            server.starttls(context=self.context)
            server.ehlo()
            safe = True
        if self.user is None:
            return
        if not safe:
            raise MailUnencryptedError
        server.login(self.user, self.password or "")


def mailer_of(settings: Settings) -> Mailer:
    """Return the mailer that the settings ask for; without a `mail_url`, files in `var/mail`.

    Raises:
        SettingsError: the mail URL cannot be used.
    """
    if settings.mail_url is None:
        return FolderMailer(settings.var / "mail")
    return SmtpMailer.of(settings.mail_url)


def _split(url: str) -> tuple[SplitResult, int | None]:
    advice = "MAIL_URL is not an address such as smtp://user:password@mail.example:587."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(advice) from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError(advice)
    return parts, port


def _failure(status: int, answer: bytes | str) -> MailRefusedError | MailUnreachableError:
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    kind = MailRefusedError if status >= _PERMANENT else MailUnreachableError
    return kind(answer=f"{status} {said}")
