"""Desks to sit at."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.storefront.desk import Desk, seat_in
from tests.support.postgres import TestServer
from tests.support.shop import own_shop


@pytest.fixture
def desk(postgres_server: TestServer, tmp_path: Path) -> Iterator[Desk]:
    with own_shop(postgres_server) as shop:
        seated = seat_in(shop, tmp_path)
        yield seated
        seated.durable.close()


@pytest.fixture(scope="module")
def open_desk(
    postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Desk]]:
    """Give a way to seat one desk for a whole module."""
    seats: list[Desk] = []
    with own_shop(postgres_server) as shop:

        def sit(public_url: str) -> Desk:
            if not seats:
                var = tmp_path_factory.mktemp("var")
                seats.append(seat_in(shop, var, public_url=public_url))
            return seats[0]

        yield sit
        for each in seats:
            each.durable.close()
