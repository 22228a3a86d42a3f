"""Desks to sit at."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commerce.kernel.database import Database
from tests.storefront.desk import Desk, seat


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    database = Database(database_url, connections=6)
    seated = seat(database, tmp_path)
    yield seated
    seated.durable.close()
    database.close()


@pytest.fixture(scope="module")
def open_desk(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Desk]]:
    """Give a way to seat one desk for a whole module."""
    database = Database(module_database_url, connections=8)
    seats: list[Desk] = []

    def sit(public_url: str) -> Desk:
        if not seats:
            seats.append(seat(database, tmp_path_factory.mktemp("var"), public_url=public_url))
        return seats[0]

    yield sit
    for each in seats:
        each.durable.close()
    database.close()
