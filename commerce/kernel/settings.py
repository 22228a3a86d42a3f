"""Settings, read from the environment once by the entry point and handed down from there."""

import contextlib
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# RFC 1918 and RFC 4193: the networks of houses, where receipt printers stand.
_HOUSE_NETWORKS = "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"
_POSTGRESQL = 5432


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can be told from outside.

    Attributes:
        var: folder of everything the installation writes (`QUAYSIDE_VAR`).
        database_url: PostgreSQL 15 or newer (`DATABASE_URL`); None means the embedded one.
        given_secret: key material from outside (`QUAYSIDE_SECRET`); None keeps it in `var/secret`.
        host, port: where the web server listens (`HOST`, `PORT`).
        public_url: how the world reaches the shop, without a slash at the end (`PUBLIC_URL`).
        mail_url: `smtp://user:password@host:587`, `smtps://...`; None writes mail as files.
        mail_from: sender of every mail (`MAIL_FROM`).
        letter_days: how many days the words of letters are kept (`LETTER_DAYS`). 120 by default, as
            long as a card payment may be disputed (set on 2026-11-23).
        trusted_proxies: how many reverse proxies stand in front (`TRUSTED_PROXIES`).
        api_calls_a_minute: how many calls each API key may make in each web process on the long run
            (`API_CALLS_A_MINUTE`); 0 sets no limit.
        api_burst: how many of them may come at once (`API_BURST`).
        demo: whether an empty installation is filled with the demo park (`QUAYSIDE_DEMO`, yes or no).
        printer_networks: where receipt printers of the tills may stand (`PRINTER_NETWORKS`).
        environment: the process's variables, from which plugins' simulators take their addresses.
    """

    var: Path
    database_url: str | None
    given_secret: bytes | None = field(repr=False)
    host: str
    port: int
    public_url: str
    mail_url: str | None = field(repr=False)
    mail_from: str
    letter_days: int
    trusted_proxies: int
    api_calls_a_minute: int
    api_burst: int
    demo: bool
    printer_networks: tuple[Network, ...]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def secret(self) -> bytes:
        """Key material of this installation, at least 32 bytes; made when it is first needed."""
        return self.given_secret or _kept_secret(self.var / "secret")

    @property
    def own_ports(self) -> frozenset[int]:
        """The ports of our own servers, at which no printer listens."""
        given = urlsplit(self.database_url or "").port
        return frozenset({self.port, given or _POSTGRESQL})

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so that cookies may be marked Secure."""
        return self.public_url.startswith("https://")


class SettingsError(ValueError):
    """A variable of the environment cannot be used as it is."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (by default this process's).

    Raises:
        SettingsError: a value is malformed; the message names the variable and what it may be.
    """
    env = os.environ if environment is None else environment
    var = Path(env.get("QUAYSIDE_VAR") or "var").absolute()
    host = env.get("HOST") or "127.0.0.1"
    port = _whole_number(env, "PORT", default=8000, least=1, most=65535)
    return Settings(
        var=var,
        database_url=env.get("DATABASE_URL") or None,
        given_secret=_given_secret(env),
        host=host,
        port=port,
        public_url=(env.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        mail_url=env.get("MAIL_URL") or None,
        mail_from=env.get("MAIL_FROM") or "Quayside <shop@quayside.example>",
        letter_days=_whole_number(env, "LETTER_DAYS", default=120, least=7, most=3650),
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", default=0, least=0, most=9),
        api_calls_a_minute=_whole_number(
            env, "API_CALLS_A_MINUTE", default=600, least=0, most=1_000_000
        ),
        api_burst=_whole_number(env, "API_BURST", default=60, least=1, most=100_000),
        demo=_yes_or_no(env, "QUAYSIDE_DEMO", default=True),
        printer_networks=_networks(env, "PRINTER_NETWORKS", default=_HOUSE_NETWORKS),
        environment=dict(env),
    )


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}; give a whole number from {least} to {most}.")
    return int(text)


def _yes_or_no(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name)
    if not text:
        return default
    if text not in {"yes", "no"}:
        raise SettingsError(f"{name} is {text!r}; give yes or no.")
    return text == "yes"


def _networks(env: Mapping[str, str], name: str, *, default: str) -> tuple[Network, ...]:
    text = env.get(name) or default
    try:
        return tuple(ipaddress.ip_network(each) for each in text.split())
    except ValueError as error:
        raise SettingsError(
            f"{name} is {text!r}; give networks such as 10.0.0.0/8, with spaces between."
        ) from error


def _given_secret(env: Mapping[str, str]) -> bytes | None:
    given = env.get("QUAYSIDE_SECRET")
    if not given:
        return None
    if len(given) < 32:  # noqa: PLR2004 - 256 bits, as AES-256 needs
        raise SettingsError("QUAYSIDE_SECRET is too short; give 32 random characters or more.")
    return given.encode()


def _kept_secret(path: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp's file is its owner's alone. A link appears whole or not at all: of two first starts at
    # once, one gives it its name and both read the same.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="secret-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    Path(draft).unlink()
    return path.read_bytes().strip()
