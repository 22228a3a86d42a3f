"""The fence around the machine holds."""

import socket
from collections.abc import Iterator

import pytest

from tests.support import outside


@pytest.fixture(autouse=True)
def _expected() -> Iterator[None]:
    yield
    outside.attempts.clear()


@pytest.mark.parametrize("address", ["192.0.2.1", "shop.example"])
def test_a_connection_to_the_world_is_refused_and_written_down(address: str) -> None:
    with pytest.raises(outside.OutsideConnectionError, match=address):
        socket.create_connection((address, 80), timeout=1)
    assert len(outside.attempts) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_connection_within_the_machine_is_free(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
    assert outside.attempts == []
