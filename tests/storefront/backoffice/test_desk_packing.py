"""Clerks pick, pack and hand over at the desk, on the telephone, in either language."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.catalogue.queries import variants_by_ids
from commerce.checkout.service import GivenUp, decline_fulfilment, refund_order
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import DeclineReason, FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import pickup_code, set_due
from commerce.inventory.service import post_keeper, set_zones
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow
from commerce.park.permissions import Role
from commerce.park.service.accounts import find_account
from commerce.web.languages import COOKIE
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.orders import picked_up
from tests.support.shop import put_pickup, stock_product
from tests.support.stockroom import do, read


@pytest.fixture(scope="module")
def desk(open_desk: Callable[[str], Desk]) -> Desk:
    return open_desk("http://localhost")


@pytest.fixture(scope="module")
def staff(desk: Desk) -> dict[Role, FlaskClient]:
    return {role: desk.as_role(role) for role in (Role.OWNER, Role.CLERK, Role.FULFILMENT)}


def part_of(desk: Desk, order: OrderRow) -> FulfilmentRow:
    parts: tuple[FulfilmentRow, ...] = read(desk.shop, fulfilments_of, order_id=order.id)
    return parts[-1]


def sku(desk: Desk, variant: UUID) -> str:
    terms = {"variant_ids": [variant], "locale": "en"}
    found: str = read(desk.shop, variants_by_ids, **terms)[variant].sku
    return found


def test_a_clerk_picks_by_scanning_and_the_parcel_leaves_with_its_number(
    desk: Desk, staff: dict[Role, FlaskClient]
) -> None:
    shop, clerk = desk.shop, staff[Role.CLERK]
    pot, cup = stock_product(shop, name="Teapot", in_store=2), stock_product(shop, in_store=6)
    do(shop, set_zones, location_id=shop.store, zones={pot: "B-02", cup: "A-01"})
    order = desk.paid_order((pot, 1), (cup, 6))
    do(shop, set_due)
    part = part_of(desk, order)
    listed = clerk.get(f"{desk.root}/packing/").text
    assert f"/packing/{part.id}" in listed
    assert "7 units" in listed
    assert "Shelf A-01, B-02" in listed
    assert re.search(r"due in \d+ h|due in \d+ min|due \d", listed)
    root = f"{desk.root}/packing/{part.id}"
    page = clerk.get(root).text
    assert page.index("A-01") < page.index("B-02"), "as one walks along the shelves"
    assert clerk.post(f"{root}/begin").status_code == 303
    page = clerk.get(root).text
    assert "Pick all 6" in page
    scan = sent_by(page, f"{root}/scan")
    for _ in range(2):  # the same form, sent twice, is one scan
        clerk.post(f"{root}/scan", data={"wish": scan["wish"][0], "code": sku(desk, pot)})
    assert part_of(desk, order).picked == 1
    clerk.post(f"{root}/scan", data={"wish": new_id(), "variant": cup, "units": 6})
    strange = clerk.post(
        f"{root}/scan", data={"wish": new_id(), "code": "4006381333931"}, follow_redirects=True
    )
    assert "No product has this code" in strange.text
    nothing = clerk.post(f"{root}/scan", data={"wish": new_id()}, follow_redirects=True)
    assert "Scan or type a code first" in nothing.text
    other = {"wish": new_id(), "code": sku(desk, stock_product(shop, in_store=1))}
    strange = clerk.post(f"{root}/scan", data=other, follow_redirects=True)
    assert "This product is not part of it" in strange.text
    clerk.post(f"{root}/pack")
    refused = clerk.post(f"{root}/leave", data={"wish": new_id(), "tracking": "?"})
    assert refused.status_code == 422
    assert "A tracking number has 4 to 40" in refused.text
    waybill = {"wish": new_id(), "carrier": "sf-express", "tracking": "SF1234567890"}
    assert (
        "The goods have left."
        in clerk.post(f"{root}/leave", data=waybill, follow_redirects=True).text
    )
    assert part_of(desk, order).state is FulfilmentState.SENT
    told = staff[Role.OWNER].get(f"{desk.root}/orders/{order.id}").text
    assert "Picking begun" in told
    assert "SF1234567890" in told


@pytest.fixture
def posted(desk: Desk, staff: dict[Role, FlaskClient]) -> Iterator[FlaskClient]:
    """A clerk who is posted to the store."""
    with desk.shop.database.reading(Scope.park()) as connection:
        clerk = find_account(connection, email=f"{Role.CLERK}-here@porcelain.example")
    do(desk.shop, post_keeper, staff_id=clerk, location_ids=[desk.shop.store])
    yield staff[Role.CLERK]
    do(desk.shop, post_keeper, staff_id=clerk, location_ids=[])


def test_who_is_posted_to_a_store_gets_nothing_ready_elsewhere(
    desk: Desk, posted: FlaskClient
) -> None:
    shop, clerk = desk.shop, posted
    here = desk.paid_order((stock_product(shop, in_store=1), 1))
    there = desk.paid_order((stock_product(shop, in_warehouse=1), 1))
    for order, state in ((there, FulfilmentState.OPEN), (here, FulfilmentState.PICKING)):
        root = f"{desk.root}/packing/{part_of(desk, order).id}"
        said = clerk.post(f"{root}/begin", follow_redirects=True).text
        assert ("You work with the stock of other places." in said) is (order is there)
        assert part_of(desk, order).state is state
    waybill = {"wish": new_id(), "carrier": "sf-express", "tracking": "SF1234567890"}
    away = {**waybill, "location": str(shop.warehouse)}
    said = clerk.post(f"{desk.root}/orders/{there.id}/ship", data=away, follow_redirects=True).text
    assert "You work with the stock of other places." in said
    assert part_of(desk, there).state is FulfilmentState.OPEN
    listed = clerk.get(f"{desk.root}/packing/").text
    assert here.number in listed
    assert there.number not in listed
    assert there.number in clerk.get(f"{desk.root}/packing/?place=").text


def test_what_is_missing_or_declined_goes_elsewhere_or_to_the_merchant(
    desk: Desk, staff: dict[Role, FlaskClient]
) -> None:
    shop, clerk = desk.shop, staff[Role.FULFILMENT]
    owner = staff[Role.OWNER]
    pot = stock_product(shop, in_warehouse=2)
    order = desk.paid_order((pot, 2))
    root = f"{desk.root}/packing/{part_of(desk, order).id}"
    clerk.post(f"{root}/begin")
    assert "picks this." in owner.get(root).text
    assert "Scan or type" not in owner.get(root).text
    gone = {"wish": new_id(), "variant": pot, "units": 1, "reason": "not_found"}
    said = clerk.post(f"{root}/short", data=gone, follow_redirects=True).text
    assert "1 unit is nowhere else: the merchant is told." in said
    assert "1 unit was missing here" in said
    assert "lacks 1 unit that was promised." in owner.get(f"{desk.root}/").text
    for odd in ({"units": "many"}, {"reason": "lazy"}, {"variant": "x"}):
        terms = {**gone, "wish": new_id(), **odd}
        assert clerk.post(f"{root}/short", data=terms).status_code == 303
    no_word = {"wish": new_id(), "reason": "other"}
    said = clerk.post(f"{root}/decline", data=no_word, follow_redirects=True).text
    assert "Say why in a few words" in said
    busy = {"wish": new_id(), "reason": "too_busy"}
    said = clerk.post(f"{root}/decline", data=busy, follow_redirects=True).text
    assert "until the merchant decides" in said
    today = owner.get(f"{desk.root}/").text
    assert "was declined by Lingang warehouse, and no other place has it." in today
    assert "waits for the merchant" in clerk.get(f"{desk.root}/packing/").text
    again = part_of(desk, order)
    assert again.state is FulfilmentState.OPEN
    assert clerk.post(f"{desk.root}/packing/{again.id}/lay-back").status_code == 303


def test_the_list_is_for_one_place_and_says_when_there_is_nothing(
    desk: Desk, staff: dict[Role, FlaskClient]
) -> None:
    shop, clerk = desk.shop, staff[Role.CLERK]
    pot, cup = stock_product(shop, in_warehouse=1), stock_product(shop, in_store=1)
    here, there = part_of(desk, desk.paid_order((cup, 1))), part_of(desk, desk.paid_order((pot, 1)))
    page = clerk.get(f"{desk.root}/packing/?place={shop.store}").text
    assert str(here.id) in page
    assert str(there.id) not in page
    assert "The pickup shelf is empty" in clerk.get(f"{desk.root}/packing/?shelf=1").text
    assert clerk.get(f"{desk.root}/packing/{new_id()}").status_code == 404
    busy = {"reason": DeclineReason.TOO_BUSY, "clerk_id": new_id()}
    do(shop, decline_fulfilment, fulfilment_id=here.id, **busy)
    chinese = staff[Role.OWNER]
    chinese.set_cookie(COOKIE, "zh")
    assert "拣货打包" in chinese.get(f"{desk.root}/packing/").text
    assert chinese.get(f"{desk.root}/packing/{here.id}").status_code == 200


def test_a_pickup_lies_on_its_shelf_until_its_code_is_shown_once(
    desk: Desk, staff: dict[Role, FlaskClient]
) -> None:
    shop, clerk = desk.shop, staff[Role.CLERK]
    put_pickup(shop)
    pot = stock_product(shop, in_store=1)
    order = picked_up(shop, desk.durable, pot)
    part = part_of(desk, order)
    root = f"{desk.root}/packing/{part.id}"
    clerk.post(f"{root}/begin")
    clerk.post(f"{root}/scan", data={"wish": new_id(), "variant": pot})
    clerk.post(f"{root}/pack")
    said = clerk.post(f"{root}/shelve", follow_redirects=True).text
    assert "the customer is told" in said
    assert "Kept until" in said
    part = part_of(desk, order)
    terms = {"order_id": order.id, "fulfilment_id": part.id, "until": part.collect_by}
    code = do(shop, pickup_code, vault=desk.vault, **terms)
    assert order.number in clerk.get(f"{desk.root}/packing/?shelf=1").text
    for wrong in ("12345678", "QP1AAAA"):
        asked = {"code": wrong}
        page = clerk.post(f"{desk.root}/packing/code", data=asked, follow_redirects=True).text
        assert "This is no pickup code" in page
    for shown in (code.digits, code.code):
        asked = {"code": shown}
        page = clerk.post(f"{desk.root}/packing/code", data=asked, follow_redirects=True).text
        assert "The code is good" in page
    for unproved in ({}, {"code": "12345678"}):
        sent = {"wish": new_id(), **unproved}
        told = clerk.post(f"{root}/hand-over", data=sent, follow_redirects=True).text
        assert ("pickup code" in told, "have left" in told) == (True, False)
    assert part_of(desk, order).state is FulfilmentState.READY
    clerk.post(f"{root}/hand-over", data={"wish": new_id(), "code": code.digits})
    assert part_of(desk, order).state is FulfilmentState.COLLECTED
    page = clerk.post(
        f"{desk.root}/packing/code", data={"code": code.code}, follow_redirects=True
    ).text
    assert "This code was used before" in page
    again = clerk.post(
        f"{root}/hand-over", data={"wish": new_id(), "checked": "y"}, follow_redirects=True
    ).text
    assert "handed over already" in again


def test_what_is_refunded_after_it_was_picked_comes_out_before_anything_leaves(
    desk: Desk, staff: dict[Role, FlaskClient]
) -> None:
    shop, clerk = desk.shop, staff[Role.CLERK]
    pot = stock_product(shop, name="Pot for three", in_store=3)
    order = desk.paid_order((pot, 3))
    part = part_of(desk, order)
    root, listed = f"{desk.root}/packing/{part.id}", f"{desk.root}/packing/?place={shop.store}"
    clerk.post(f"{root}/begin")
    clerk.post(f"{root}/scan", data={"wish": new_id(), "variant": pot, "units": 3})
    clerk.post(f"{root}/pack")

    def give_back(units: int) -> None:
        less = [GivenUp(pot, units)]
        terms = {"request_id": new_id(), "amount": Money(100, "CNY"), "reason": "fewer"}
        terms |= {"order_id": order.id, "given_up": less, "actor_id": new_id()}
        do(shop, refund_order, durable=desk.durable, **terms)

    give_back(1)
    assert "take out 1" in clerk.get(listed).text
    assert "nothing leaves before" in clerk.get(root).text
    refused = clerk.post(f"{root}/leave", data={"wish": new_id()}, follow_redirects=True)
    assert "Take them out under Pick and pack" in refused.text
    assert part_of(desk, order).state is FulfilmentState.PACKED
    for _once_and_again in range(2):
        done = clerk.post(f"{root}/taken-out", follow_redirects=True).text
        assert "nothing leaves before" not in done
    give_back(2)
    assert part_of(desk, order).state is FulfilmentState.CANCELLED
    assert "To lay back on its shelf" in clerk.get(listed).text
    assert "2 ×" in clerk.get(root).text
    clerk.post(f"{root}/taken-out")
    assert "To lay back on its shelf" not in clerk.get(listed).text
    told = staff[Role.OWNER].get(f"{desk.root}/orders/{order.id}").text
    assert "Taken out and laid back" in told or "已取出并放回货架" in told
