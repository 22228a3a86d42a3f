"""The demo park, filled once for whoever reads or uses it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from commerce.demo.seed import fill_if_empty
from commerce.kernel.settings import Settings, read_settings
from tests.support.postgres import TestServer


@pytest.fixture(scope="session")
def filled_park(
    postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The settings of a demo park that stays as it was filled; filling one takes ten seconds."""
    with postgres_server.database() as url:
        var = tmp_path_factory.mktemp("park")
        settings = read_settings({"QUAYSIDE_VAR": str(var), "DATABASE_URL": url})
        assert fill_if_empty(settings, tell=lambda _line: None)
        yield settings


@pytest.fixture(scope="module")
def demo_park(filled_park: Settings, postgres_server: TestServer) -> Iterator[Settings]:
    """A copy of the demo park for one module; its pictures and its secret are everybody's."""
    template = make_url(str(filled_park.database_url)).database
    with postgres_server.database(template) as url:
        yield replace(filled_park, database_url=url)
