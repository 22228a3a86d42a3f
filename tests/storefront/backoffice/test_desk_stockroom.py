"""What stock work leaves behind is told at the desk, and the desk cannot undo its rules."""

from uuid import UUID

from commerce.inventory.queries import discrepancies, levels_of, locations
from commerce.inventory.rows import Arrived, Portion
from commerce.inventory.service import (
    draft_transfer,
    receive_transfer,
    send_transfer,
    write_off_the_rest,
)
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from tests.storefront.desk import Desk
from tests.support.shop import stock_product
from tests.support.stockroom import do, read


def held_at(desk: Desk, variant: UUID) -> dict[UUID, int]:
    return {
        each.location_id: each.on_hand
        for each in read(desk.shop, levels_of, variant_ids=[variant])
        if each.location_id not in {p.id for p in read(desk.shop, locations) if p.kind == "transit"}
    }


def test_a_quarantine_and_a_surplus_are_told_and_neither_is_sold_online(desk: Desk) -> None:
    shop, owner = desk.shop, desk.as_role(Role.OWNER)
    variant = stock_product(shop, in_warehouse=5)
    places = {"origin_id": shop.warehouse, "destination_id": shop.store}
    transfer = do(shop, draft_transfer, **places, lines=[Portion(variant, 4)])
    do(shop, send_transfer, transfer_id=transfer)
    one = [Portion(variant, 1)]
    arrived = [Arrived(variant, 4, surplus=1, damaged=2)]
    terms = {"transfer_id": transfer, "receipt_id": new_id(), "reason": "two boxes"}
    do(shop, receive_transfer, **terms, arrived=arrived)
    page = owner.get(f"{desk.root}/stores/").text
    assert "Quarantine of Nanjing Road" in page
    assert "In transit" in page
    (aside,) = [each for each in read(shop, locations) if each.kind == "quarantine"]
    url = f"{desk.root}/stores/{aside.id}"
    assert owner.get(url).status_code == 200
    facts = {"name": "Back room", "name_zh": "后仓", "priority": "900", "active": "on"}
    refused = owner.post(url, data={**facts, "sells_online": "on"})
    assert refused.status_code == 422
    assert "is never sold" in refused.text
    assert owner.post(url, data=facts).status_code == 303
    do(shop, send_transfer, transfer_id=(second := do(shop, draft_transfer, **places, lines=one)))
    do(shop, write_off_the_rest, transfer_id=second, reason="fell off the truck")
    told = owner.get(f"{desk.root}/stock/discrepancies").text
    assert "1 unit arrived at Nanjing Road that nobody had sent: two boxes" in told
    assert "1 unit that was sent to Nanjing Road never arrived: fell off the truck" in told
    # 5 in the warehouse: 4 and 1 were sent, 3 and 1 came whole, 1 with them that nobody had sent.
    assert held_at(desk, variant) == {shop.warehouse: 0, shop.store: 3, aside.id: 2}
    missed, too_many = (
        each.id for each in sorted(read(shop, discrepancies), key=lambda row: row.surplus)
    )
    for case, finding in ((missed, "miscounted-leaving"), (too_many, "miscounted-arriving")) * 2:
        closed = owner.post(f"{desk.root}/stock/discrepancies/{case}", data={"finding": finding})
        assert closed.status_code == 303
    # It never left, and was never one more: the books say so, however often it is sent.
    assert held_at(desk, variant) == {shop.warehouse: 1, shop.store: 2, aside.id: 2}
    assert "The books and the shelves agree" in owner.get(f"{desk.root}/stock/discrepancies").text
    for address in ("stock/", "stock/discrepancies", f"stock/{variant}/{aside.id}"):
        answer = owner.get(f"{desk.root}/{address}", follow_redirects=True)
        assert answer.status_code == 200, address
