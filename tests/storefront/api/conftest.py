"""A counter per module: its shop is founded once, every test brings its own goods."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storefront.api.counter import Caller, Counter, open_counter


@pytest.fixture(scope="module")
def counter(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    var: Path = tmp_path_factory.mktemp("var")
    opened = open_counter(module_database_url, var)
    yield opened
    opened.close()


@pytest.fixture
def client(counter: Counter) -> Caller:
    """A program whose key holds every scope."""
    return counter.client()
