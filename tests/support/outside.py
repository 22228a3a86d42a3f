"""Notices every connection that a test opens to somewhere outside this machine."""

import ipaddress
import sys
from typing import Any


class OutsideConnectionError(RuntimeError):
    """A test tried to reach the world."""


attempts: list[str] = []


def watch() -> None:
    """Refuse connections and look-ups that leave the machine, and write them to `attempts`.

    An audit hook sees every Python socket of this process, whichever library opened it; it cannot
    be removed again.
    """
    sys.addaudithook(_judge)


def _judge(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        attempts.append(f"{event} {host}")
        raise OutsideConnectionError(f"This test reaches out to {host}; use a simulator.")


def _is_here(host: object) -> bool:
    """Return whether `host` is this machine; None stands for a Unix socket or a listener."""
    if host is None or host in {"", "localhost", b"localhost"}:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
