from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storefront.shop.house import House, own_house
from tests.support.postgres import TestServer


@pytest.fixture
def house(postgres_server: TestServer, tmp_path: Path) -> Iterator[House]:
    """A small shop with its web pages and a card provider of our own."""
    with own_house(postgres_server, tmp_path) as opened:
        yield opened
