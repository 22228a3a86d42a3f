"""What suppliers send: in parts, in lots, broken, too much or never."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from commerce.inventory.availability import availability
from commerce.inventory.errors import (
    LinesRefusedError,
    PlacesRefusedError,
    PurchaseNotDraftError,
    PurchaseNotOrderedError,
    ReceiptTakenError,
    SupplierCodeTakenError,
    SupplierRefusedError,
    TermsRefusedError,
)
from commerce.inventory.queries import purchase_by_id, purchases, receipts_of, suppliers
from commerce.inventory.rows import Arrived, CostedUnits, LotLabel, PurchaseState, SupplierRow
from commerce.inventory.service import (
    add_supplier,
    change_purchase,
    change_supplier,
    close_purchase,
    draft_purchase,
    expect_purchase_on,
    keep_lots,
    order_purchase,
    receive_purchase,
)
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    codes_of,
    do,
    lots_in,
    read,
    stock_of,
)

COST = Money(12_50, "CNY")


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


@pytest.fixture(scope="module")
def kiln(shop: Shop) -> UUID:
    return do(shop, add_supplier, code=" KILN ", name="Jingdezhen Kiln 9", lead_days=14)


def bought(shop: Shop, kiln: UUID, *variants: UUID, units: int = 10, ordered: bool = True) -> UUID:
    purchase = do(
        shop,
        draft_purchase,
        supplier_id=kiln,
        location_id=shop.warehouse,
        lines=[CostedUnits(each, units, COST) for each in variants],
    )
    if ordered:
        do(shop, order_purchase, purchase_id=purchase, reference="SO 77")
    return purchase


def receive(shop: Shop, purchase: UUID, *arrived: Arrived, **terms: Any) -> None:
    terms = {"receipt_id": new_id(), **terms}
    do(shop, receive_purchase, purchase_id=purchase, arrived=arrived, **terms)


def state_of(shop: Shop, purchase: UUID) -> PurchaseState:
    row, _ = read(shop, purchase_by_id, purchase_id=purchase)
    return PurchaseState(row.state)


def test_goods_come_in_parts_until_all_have_come(shop: Shop, kiln: UUID) -> None:
    variant = stock_product(shop)
    purchase = bought(shop, kiln, variant)
    receive(shop, purchase, Arrived(variant, 4, damaged=1), note="one cup is broken")
    assert stock_of(shop, variant) == {"warehouse": 3, "quarantine": 1}
    assert state_of(shop, purchase) is PurchaseState.ORDERED
    receive(shop, purchase, Arrived(variant, 6, surplus=2))
    assert stock_of(shop, variant) == {"warehouse": 11, "quarantine": 1}
    row, (line,) = read(shop, purchase_by_id, purchase_id=purchase)
    assert (row.state, row.ordered, row.received) == (PurchaseState.RECEIVED, 10, 10)
    assert (line.outstanding, line.surplus, line.unit_cost, line.lots) == (0, 2, COST, False)
    first, second = read(shop, receipts_of, subject_id=purchase)
    assert (first.note, first.lines[0].damaged, second.lines[0].surplus) == (
        "one cup is broken",
        1,
        2,
    )


def test_a_receipt_that_is_sent_again_is_booked_once(shop: Shop, kiln: UUID) -> None:
    variant, receipt = stock_product(shop), new_id()
    purchase = bought(shop, kiln, variant)
    for _ in range(2):
        receive(shop, purchase, Arrived(variant, 10), receipt_id=receipt)
    assert stock_of(shop, variant) == {"warehouse": 10}
    with pytest.raises(ReceiptTakenError):
        receive(shop, bought(shop, kiln, variant), Arrived(variant, 1), receipt_id=receipt)


def test_goods_kept_by_lot_come_in_lots(shop: Shop, kiln: UUID) -> None:
    tea = stock_product(shop)
    do(shop, keep_lots, variant_id=tea)
    purchase = bought(shop, kiln, tea)
    spring = LotLabel("2026-A", utc_now().date() + timedelta(days=300))
    autumn = LotLabel("2026-B", utc_now().date() + timedelta(days=500))
    with pytest.raises(LinesRefusedError) as caught:
        receive(shop, purchase, Arrived(tea, 5))
    assert codes_of(caught) == ["lot-missing"]
    receive(shop, purchase, Arrived(tea, 5, lot=autumn, damaged=1), Arrived(tea, 3, lot=spring))
    assert lots_in(shop, tea) == {
        ("warehouse", "2026-A"): 3,
        ("warehouse", "2026-B"): 4,
        ("quarantine", "2026-B"): 1,
    }
    for label, code in (
        (LotLabel(" ", None), "lot-code"),
        (LotLabel("x" * 61, None), "lot-code"),
        (LotLabel("2026-A", None), "lot-expiry"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            receive(shop, purchase, Arrived(tea, 1, lot=label))
        assert codes_of(caught) == [code]
    with pytest.raises(LinesRefusedError) as caught:
        receive(shop, purchase, Arrived(tea, 1, lot=spring), Arrived(tea, 1, lot=spring))
    assert codes_of(caught) == ["twice"]
    receive(shop, purchase, Arrived(tea, 2, lot=spring))
    assert lots_in(shop, tea)["warehouse", "2026-A"] == 5


def test_what_was_not_ordered_or_cannot_be_meant_is_refused(shop: Shop, kiln: UUID) -> None:
    variant, other = stock_product(shop), stock_product(shop)
    purchase = bought(shop, kiln, variant)
    for arrived, code in (
        (Arrived(other, 1), "not-on-it"),
        (Arrived(variant, 11), "beyond-sent"),
        (Arrived(variant, 0), "units"),
        (Arrived(variant, 1, damaged=2), "damaged"),
        (Arrived(variant, 1, lot=LotLabel("A")), "lot-unwanted"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            receive(shop, purchase, arrived)
        assert codes_of(caught) == [code]
    with pytest.raises(TermsRefusedError):
        receive(shop, purchase, Arrived(variant, 1), note="x" * 501)
    assert stock_of(shop, variant) == {}


def test_a_purchase_is_ordered_once_and_may_be_given_up(shop: Shop, kiln: UUID) -> None:
    variant = stock_product(shop)
    purchase = bought(shop, kiln, variant, ordered=False)
    with pytest.raises(PurchaseNotOrderedError):
        receive(shop, purchase, Arrived(variant, 1))
    lines = [CostedUnits(variant, 2, Money(900, "USD"))]
    do(shop, change_purchase, purchase_id=purchase, lines=lines, expected_on=date(2027, 5, 1))
    do(shop, order_purchase, purchase_id=purchase, reference=" SO 78 ")
    row, (line,) = read(shop, purchase_by_id, purchase_id=purchase)
    assert (row.reference, row.expected_on, line.unit_cost) == (
        "SO 78",
        date(2027, 5, 1),
        Money(900, "USD"),
    )
    with pytest.raises(PurchaseNotDraftError):
        do(shop, order_purchase, purchase_id=purchase)
    with pytest.raises(PurchaseNotDraftError):
        do(shop, change_purchase, purchase_id=purchase, lines=lines)
    do(shop, expect_purchase_on, purchase_id=purchase, expected_on=date(2027, 6, 1))
    terms = {"variant_ids": [variant], "channel": Channel.WEB, "today": date(2027, 1, 1)}
    (coming,) = read(shop, availability, **terms)
    assert [(flow.on, flow.units) for flow in coming.inbound] == [(date(2027, 6, 1), 2)]
    do(shop, close_purchase, purchase_id=purchase)
    assert state_of(shop, purchase) is PurchaseState.CANCELLED
    with pytest.raises(PurchaseNotOrderedError):
        do(shop, close_purchase, purchase_id=purchase)
    partly = bought(shop, kiln, variant)
    receive(shop, partly, Arrived(variant, 1))
    do(shop, close_purchase, purchase_id=partly)
    assert state_of(shop, partly) is PurchaseState.RECEIVED
    listed = read(shop, purchases, states=[PurchaseState.RECEIVED], location_id=shop.warehouse)
    assert listed[0].id == partly
    assert read(shop, purchase_by_id, purchase_id=new_id()) is None


def test_lines_and_terms_that_cannot_be_meant_are_refused(shop: Shop, kiln: UUID) -> None:
    variant = stock_product(shop)
    terms = {"supplier_id": kiln, "location_id": shop.warehouse}
    for lines, code in (
        ([], "nothing"),
        ([CostedUnits(variant, 0, COST)], "units"),
        ([CostedUnits(variant, 1, Money(-1, "CNY"))], "cost"),
        ([CostedUnits(variant, 1, Money(10**15, "CNY"))], "cost"),
        ([CostedUnits(new_id(), 1, COST)], "unknown"),
        ([CostedUnits(variant, 1, COST)] * 2, "twice"),
        ([CostedUnits(new_id(), 1, COST) for _ in range(1001)], "too-many"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            do(shop, draft_purchase, **terms, lines=lines)
        assert codes_of(caught) == [code]
    good = [CostedUnits(variant, 1, COST)]
    with pytest.raises(NotFoundError):
        do(shop, draft_purchase, **terms | {"supplier_id": new_id()}, lines=good)
    with pytest.raises(PlacesRefusedError):
        do(shop, draft_purchase, **terms | {"location_id": new_id()}, lines=good)
    with pytest.raises(NotFoundError):
        receive(shop, new_id(), Arrived(variant, 1))


def test_suppliers_are_known_by_a_code_of_their_own(shop: Shop, kiln: UUID) -> None:
    (known,) = [each for each in read(shop, suppliers) if each.id == kiln]
    assert known.code == "KILN"
    with pytest.raises(SupplierCodeTakenError):
        do(shop, add_supplier, code="KILN", name="Another kiln")
    for wrong in (
        {"code": "", "name": "X"},
        {"code": "X", "name": " "},
        {"code": "X" * 21, "name": "X"},
        {"code": "X", "name": "X", "lead_days": -1},
        {"code": "X", "name": "X", "lead_days": 731},
        {"code": "X", "name": "X", "email": "x" * 201},
    ):
        with pytest.raises(SupplierRefusedError):
            do(shop, add_supplier, **wrong)
    mill = do(shop, add_supplier, code="MILL", name="Silk mill")
    row: SupplierRow = next(each for each in read(shop, suppliers) if each.id == mill)
    do(shop, change_supplier, supplier=replace(row, name="Silk Mill 3", active=False))
    with pytest.raises(NotFoundError):
        bought(shop, mill, stock_product(shop))
    with pytest.raises(NotFoundError):
        do(shop, change_supplier, supplier=replace(row, id=new_id()))
