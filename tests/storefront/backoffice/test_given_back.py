"""What the books say refunds were for: each takes from what those before it have left."""

from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import pytest

from commerce.kernel.ids import new_id
from commerce.orders.refunded import RefundedGoods
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.payments.rows import RefundRow
from storefront.backoffice.orders.given_back import Ground, Records, given_back
from storefront.backoffice.orders.shares import Share, combined

Row = TypeVar("Row")
BOOK, LAMP = new_id(), new_id()
SOLD = (
    Share(delivery=False, rate=Decimal("0.09"), net=1001, tax=90),
    Share(delivery=False, rate=Decimal("0.13"), net=12035, tax=1207),
    Share(delivery=True, rate=None, net=943, tax=57),
)
WHOLE = sum(each.gross for each in SOLD)


def row(kind: type[Row], **told: Any) -> Row:
    names = (each.name for each in fields(kind))  # type: ignore[arg-type] # rows are dataclasses
    return kind(**{name: told.get(name) for name in names})


def line(variant: UUID, quantity: int, share: Share) -> OrderLineRow:
    return row(
        OrderLineRow,
        id=new_id(),
        variant_id=variant,
        quantity=quantity,
        tax_rate=share.rate,
        tax_minor=share.tax,
        total_minor=share.gross,
    )


ORDER = row(OrderRow, id=new_id())
LINES = (line(BOOK, 3, SOLD[0]), line(LAMP, 1, SOLD[1]))


@pytest.mark.parametrize(
    ("wishes", "grounds", "first"),
    [
        ([(363, BOOK), (13242, LAMP)], "goods goods", (363, 0, 0)),
        ([(13242, LAMP), (WHOLE - 13242, None)], "goods rest", (0, 13242, 0)),
        ([(400, BOOK), (13242, LAMP), (1691, None)], "mixed mixed rest", (365, 32, 3)),
        ([(7000, None), (WHOLE - 7000, LAMP)], "free rest", (498, 6045, 457)),
    ],
)
def test_each_refund_takes_the_price_and_the_tax_of_its_goods_first(
    wishes: list[tuple[int, UUID | None]], grounds: str, first: tuple[int, ...]
) -> None:
    paid = [
        row(RefundRow, id=new_id(), payment_id=new_id(), amount_minor=minor)
        for minor, _goods in wishes
    ]
    goods = {
        refund.id: RefundedGoods(refund.id, minor, {variant: 1})
        for refund, (minor, variant) in zip(paid, wishes, strict=True)
        if variant
    }
    found = list(given_back(ORDER, SOLD, paid, Records(LINES, goods, ())))
    assert [each.ground for each in found] == [Ground(each) for each in grounds.split()]
    assert tuple(each.gross for each in found[0].shares) == first
    back = found[0].shares
    for each in found[1:]:
        back = combined(back, each.shares)
    assert sum(each.gross for each in back) == sum(minor for minor, _goods in wishes)
    assert back == SOLD or sum(each.gross for each in back) < WHOLE
