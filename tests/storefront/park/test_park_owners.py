"""Who owns a shop is invited by the park once, and by the shop ever after."""

from flask.testing import FlaskClient

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.permissions import Role
from commerce.park.service.invitations import invite_member
from tests.storefront.desk import Desk
from tests.support.park import create_staff


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
