"""The park's desk to sit at, and who sits there."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from commerce.kernel.database import Database
from commerce.park.permissions import Role
from storefront import park
from tests.storefront.desk import Desk, seat


@pytest.fixture(scope="module")
def desk(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = Database(module_database_url, connections=6)
    seated = seat(database, tmp_path_factory.mktemp("var"))
    park.register(seated.app)
    yield seated
    seated.durable.close()
    database.close()


@pytest.fixture(scope="module")
def operator(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.PARK_OPERATOR)
