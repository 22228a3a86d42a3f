"""A counter of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pos.counter import Counter, set_counter
from tests.support.postgres import TestServer


@pytest.fixture
def counter(postgres_server: TestServer, tmp_path: Path) -> Iterator[Counter]:
    with set_counter(postgres_server, tmp_path) as made:
        yield made
