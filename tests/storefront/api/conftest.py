"""A counter per module: its shop is founded once, every test brings its own goods."""

from collections.abc import Iterator

import pytest

from tests.storefront.api.counter import Caller, Counter, open_counter
from tests.support.postgres import TestServer


@pytest.fixture(scope="module")
def counter(
    postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    with open_counter(postgres_server, tmp_path_factory.mktemp("var")) as opened:
        yield opened


@pytest.fixture
def client(counter: Counter) -> Caller:
    """A program whose key holds every scope."""
    return counter.client()
