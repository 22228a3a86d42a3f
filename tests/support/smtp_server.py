"""A real, small SMTP server for the tests: it keeps what it is given, or refuses as it is told."""

import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from commerce.kernel.clock import utc_now


@dataclass
class Received:
    """What reached the server: envelopes, raw messages, and whether passwords came in clear."""

    recipients: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)
    """One entry per login: whether it came over TLS."""


class SmtpServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while the `with` block runs."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, *, answers: dict[str, str] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers = answers or {}
        self.tls = tls
        self.received = Received()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    secure = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the wrapped one is not the one that the server closes

    def handle(self) -> None:
        self._say("220 tests.example ESMTP")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            if not self._answer(verb, line.decode().strip()):
                return

    def _answer(self, verb: str, line: str) -> bool:
        server = cast("SmtpServer", self.server)
        if verb in server.answers:
            self._say(server.answers[verb])
        elif verb == "EHLO":
            offers = ["tests.example", "AUTH PLAIN"]
            if server.tls is not None and not self.secure:
                offers.append("STARTTLS")
            for offer in offers[:-1]:
                self._say(f"250-{offer}")
            self._say(f"250 {offers[-1]}")
        elif verb == "STARTTLS" and server.tls is not None:
            self._say("220 go ahead")
            self._wrap(server.tls)
        elif verb == "AUTH":
            server.received.logins.append(self.secure)
            self._say("235 welcome")
        elif verb == "DATA":
            self._say("354 end with a dot")
            server.received.messages.append(self._body())
            self._say("250 kept")
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            if verb == "RCPT":
                server.received.recipients.append(line.partition("<")[2].partition(">")[0])
            self._say("250 fine")
        return True

    def _wrap(self, tls: ssl.SSLContext) -> None:
        self.rfile.close()
        self.wfile.close()
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.secure = True

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def self_signed(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the server's and a client's TLS context for a certificate of 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))
