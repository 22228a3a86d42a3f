"""Ids of others and words that mean nothing are not answered as if something had been done."""

import pytest

from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.pricing.service import create_price_list
from tests.storefront.desk import Desk
from tests.support.park import create_staff
from tests.support.shop import open_shop


@pytest.mark.parametrize("do", ["end", "reprice"])
def test_another_merchants_price_list_is_not_found(desk: Desk, do: str) -> None:
    other = open_shop(desk.shop.database, slug="harbour-imports")
    with other.database.transaction(other.scope) as session:
        theirs = create_price_list(
            session,
            merchant_id=other.merchant.id,
            code="eur",
            name="Euro",
            name_zh="欧元",
            currency="EUR",
            includes_tax=True,
        )
    client = desk.as_role(Role.OWNER)
    for price_list in (theirs.id, new_id()):
        changed = client.post(f"{desk.root}/settings/prices/{price_list}", data={"do": do})
        assert changed.status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read_and_only_files_may_be_large(
    desk: Desk,
) -> None:
    owner, page = desk.as_role(Role.OWNER), f"{desk.root}/stock/discrepancies/{new_id()}"
    strangers, colleagues = "x" * 300_000, "x" * 1_100_000
    for sent in ({"data": {"email": strangers}}, {"data": strangers}):
        refused = desk.app.test_client().post("/signin", **sent)
        assert refused.status_code == 413
        assert "Send less at once." in refused.text
    assert owner.post(page, data={"finding": strangers}).status_code == 422
    assert owner.post(page, data={"finding": colleagues}).status_code == 413
    picture = f"{desk.root}/stories/{new_id()}/picture"
    assert owner.post(picture, data={"picture": colleagues, "seal": ""}).status_code == 404


def test_a_discrepancy_that_is_not_ours_is_not_found(desk: Desk) -> None:
    client, page = desk.as_role(Role.OWNER), f"{desk.root}/stock/discrepancies"
    found = {"finding": "miscounted"}
    assert client.post(f"{page}/{new_id()}", data=found).status_code == 404
    unsaid = client.post(f"{page}/{new_id()}", data={"finding": "nonsense"})
    assert unsaid.status_code == 422
    assert "Choose what was found." in unsaid.text


@pytest.mark.parametrize("role", ["park_operator", "emperor"])
def test_a_role_that_nobody_can_give_is_refused(desk: Desk, role: str) -> None:
    client = desk.as_role(Role.OWNER)
    wei = create_staff(
        desk.shop.database,
        email="wei@porcelain.example",
        role=Role.CLERK,
        merchant_id=desk.shop.merchant.id,
    )
    given = client.post(f"{desk.root}/staff/{wei}/roles", data={"role": role})
    assert given.status_code == 422
    assert "There is no such role to give." in given.text
