"""Ports of this machine: whether one is taken, and which are free."""

import contextlib
import socket

import click


def refuse_taken_port(host: str, port: int) -> None:
    """Do nothing if a server could listen at `host` and `port`.

    Raises:
        ClickException: it could not; the message says how to choose another one.
    """
    # Without SO_REUSEPORT, which our own web server sets: with it, a second server would share the
    # port in silence and answer half of the requests.
    try:
        _listen(host, port)
    except OSError as fault:
        raise click.ClickException(
            f"Port {port} of {host} cannot be used ({fault.strerror}). "
            f"Stop the program that has it, or choose another port: PORT={port + 1} make run"
        ) from None


def free_ports(count: int, *, after: int) -> list[int]:
    """Return `count` free ports of the loopback address, the ones after `after` if possible.

    Neighbouring numbers stay the same from start to start, so an address that a person kept open
    in the browser goes on working.
    """
    found: list[int] = []
    for port in range(after + 1, min(after + 100, 65536)):
        if len(found) == count:
            break
        with contextlib.suppress(OSError):
            _listen("127.0.0.1", port)
            found.append(port)
    while len(found) < count:
        found.append(_listen("127.0.0.1", 0))
    return found


def _listen(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1)
        return int(listener.getsockname()[1])
