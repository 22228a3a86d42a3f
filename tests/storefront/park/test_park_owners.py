"""Who owns a shop is invited by the park once, and by the shop ever after."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.permissions import Role
from commerce.park.service.invitations import invite_member
from storefront import park
from tests.storefront.desk import Desk, seat
from tests.support.park import create_staff


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


def test_the_park_invites_nobody_to_own_a_shop_that_has_an_owner(
    desk: Desk, operator: FlaskClient
) -> None:
    shop = desk.shop.merchant
    create_staff(desk.shop.database, email="own@tea.example", role=Role.OWNER, merchant_id=shop.id)
    with desk.shop.database.transaction(Scope.park()) as session:
        invite_member(
            session,
            merchant_id=shop.id,
            email="second@tea.example",
            name="Second",
            role=Role.OWNER,
            invited_by=None,
            now=utc_now(),
        )
    page = operator.get(f"/park/merchants/{shop.slug}/").text
    assert "second@tea.example" in page
    assert "Send the invitation again" not in page
    asked = operator.post(f"/park/merchants/{shop.slug}/owner", follow_redirects=True)
    assert asked.status_code == 200
    assert "/signin/invitation/" not in asked.text
