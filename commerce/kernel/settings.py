"""Settings, read from the environment once by the entry point and handed down from there."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can be told from outside.

    Attributes:
        var: folder of everything the installation writes (`QUAYSIDE_VAR`).
        database_url: PostgreSQL 15 or newer (`DATABASE_URL`); None means the embedded one.
        secret: key material of this installation, at least 32 bytes (`QUAYSIDE_SECRET`), made at
            the first start and kept in `var/secret` when not given.
        host, port: where the web server listens (`HOST`, `PORT`).
        public_url: how the world reaches the shop, without a slash at the end (`PUBLIC_URL`).
        mail_url: `smtp://user:password@host:587`, `smtps://...`; None writes mail as files.
        mail_from: sender of every mail (`MAIL_FROM`).
        trusted_proxies: how many reverse proxies stand in front (`TRUSTED_PROXIES`).
        environment: the process's variables, from which plugins' simulators take their addresses.
    """

    var: Path
    database_url: str | None
    secret: bytes = field(repr=False)
    host: str
    port: int
    public_url: str
    mail_url: str | None = field(repr=False)
    mail_from: str
    trusted_proxies: int
    environment: Mapping[str, str] = field(repr=False)

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
        secret=_secret(env, var),
        host=host,
        port=port,
        public_url=(env.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        mail_url=env.get("MAIL_URL") or None,
        mail_from=env.get("MAIL_FROM") or "Quayside <shop@quayside.example>",
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", default=0, least=0, most=9),
        environment=dict(env),
    )


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}; give a whole number from {least} to {most}.")
    return int(text)


def _secret(env: Mapping[str, str], var: Path) -> bytes:
    given = env.get("QUAYSIDE_SECRET")
    if given:
        if len(given) < 32:  # noqa: PLR2004 - 256 bits, as AES-256 needs
            raise SettingsError("QUAYSIDE_SECRET is too short; give 32 random characters or more.")
        return given.encode()
    return _kept_secret(var / "secret")


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of two first starts at once, one writes and both read the same.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes().strip()
