from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storefront.shop.house import House, build_house


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A small shop with its web pages and a card provider of our own."""
    built = build_house(database_url, tmp_path)
    yield built
    built.stage.close()
