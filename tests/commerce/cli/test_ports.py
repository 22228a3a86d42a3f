"""Ports are looked at before anything starts."""

import socket
from collections.abc import Iterator

import click
import pytest

from commerce.cli.ports import free_ports, refuse_taken_port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port with a server that shares it with whoever asks, as our own web server does."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_even_if_it_could_be_shared(taken: int) -> None:
    with pytest.raises(click.ClickException, match=f"PORT={taken + 1}"):
        refuse_taken_port("127.0.0.1", taken)


def test_an_unknown_address_is_refused() -> None:
    with pytest.raises(click.ClickException, match="192\\.0\\.2\\.1"):
        refuse_taken_port("192.0.2.1", 8000)


def test_simulators_get_ports_of_their_own_that_are_not_taken(taken: int) -> None:
    found = free_ports(3, after=taken - 1)
    assert len(set(found)) == 3
    assert taken not in found


def test_ports_are_found_even_at_the_end_of_the_range() -> None:
    assert len(free_ports(3, after=65535)) == 3
