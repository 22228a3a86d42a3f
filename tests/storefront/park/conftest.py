"""The park's desk to sit at, and who sits there."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from commerce.park.permissions import Role
from storefront import park
from storefront import shop as web_shop
from tests.storefront.desk import Desk, seat_in
from tests.support.postgres import TestServer
from tests.support.shop import own_shop


@pytest.fixture(scope="module")
def desk(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with own_shop(postgres_server) as shop:
        seated = seat_in(shop, tmp_path_factory.mktemp("var"))
        park.register(seated.app)
        web_shop.register(seated.app)
        yield seated
        seated.durable.close()


@pytest.fixture(scope="module")
def operator(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.PARK_OPERATOR)
