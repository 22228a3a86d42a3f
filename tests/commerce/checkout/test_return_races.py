"""No unit comes back twice and no cent too much, however many ask at once and whatever the goods are."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.checkout.returns.worth import share_of
from commerce.cli.proofs import money as money_proofs
from commerce.cli.proofs import returns as return_proofs
from commerce.cli.proofs import stock as stock_proofs
from commerce.cli.proofs.examination import examine
from commerce.inventory.service import keep_lots
from commerce.kernel.durable import Durable
from commerce.kernel.settings import read_settings
from commerce.orders.returns.errors import (
    ReturnBeyondDeliveredError,
    ReturnMovedOnError,
)
from commerce.orders.returns.rows import FoundUnits
from commerce.orders.rows import OrderRow
from tests.support.orders import paid_order
from tests.support.returns import (
    ask,
    brought_back,
    inspect,
    left_to_return,
    pay_back,
    receive,
    refunds,
    sent,
    sold_lines,
)
from tests.support.shop import Shop, stock_product


def test_of_many_who_ask_for_the_last_unit_at_once_one_gets_it(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    ask(shop, durable, order, (line, 2))
    start, won, lost = Barrier(8), [], []

    def ask_too() -> None:
        start.wait()
        try:
            won.append(ask(shop, durable, order, (line, 1)))
        except ReturnBeyondDeliveredError:
            lost.append(1)

    _at_once(ask_too, 8)
    assert (len(won), len(lost)) == (1, 7)
    assert left_to_return(shop, order) == [0]


def test_of_many_who_pay_one_return_back_at_once_one_does(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 1))
    receive(shop, durable, wish, {line: 1})
    inspect(shop, wish, FoundUnits(line, restocked=1))
    start, paid, late = Barrier(6), [], []

    def pay() -> None:
        start.wait()
        try:
            paid.append(pay_back(shop, durable, wish))
        except ReturnMovedOnError:
            late.append(1)

    _at_once(pay, 6)
    assert (len(paid), len(late)) == (1, 5)
    assert refunds(shop, order) == [68800]


def _at_once(work: Callable[[], None], times: int) -> None:
    threads = [Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_last_unit_takes_the_cents_that_are_left(shop: Shop, durable: Durable) -> None:
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=5, price_minor=3333), 3))
    (line,) = sold_lines(shop, order)
    shares = [share_of(line, before=before, units=1) for before in range(3)]
    assert sum(net for net, _tax in shares) == line.net_minor
    assert sum(tax for _net, tax in shares) == line.tax_minor
    assert share_of(line, before=0, units=3) == (line.net_minor, line.tax_minor)
    totals = [net + tax for net, tax in shares]
    assert max(totals) - min(totals) <= 1


def faults(shop: Shop) -> list[str]:
    """Return what the doctor finds wrong with returns, stock and money."""
    proofs = (*return_proofs.PROOFS, *stock_proofs.PROOFS, *money_proofs.PROOFS)
    verdicts = examine(read_settings({}), shop.database.url, proofs=proofs)
    return [fault.what for each in verdicts for fault in each.faults]


@pytest.mark.parametrize("way", [{"sell_when_out": True}, {"counted": False}])
def test_goods_that_nobody_counts_come_back_once_too(
    shop: Shop, durable: Durable, way: dict[str, bool]
) -> None:
    order = paid_order(shop, durable, (stock_product(shop, **way), 3))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    wish = ask(shop, durable, order, (line.id, 3))
    receive(shop, durable, wish, {line.id: 3})
    found = FoundUnits(line.id, restocked=1, quarantined=1, written_off=1)
    inspect(shop, wish, found)
    assert pay_back(shop, durable, wish) == order.total
    assert left_to_return(shop, order) == [0]
    assert faults(shop) == []


def test_broken_goods_with_lots_leave_the_lot_they_came_back_to(
    shop: Shop, durable: Durable
) -> None:
    tea = stock_product(shop, in_warehouse=4)
    with shop.database.transaction(shop.scope) as session:
        keep_lots(session, merchant_id=shop.merchant.id, variant_id=tea)
    order = paid_order(shop, durable, (tea, 2))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    wish = ask(shop, durable, order, (line.id, 2))
    receive(shop, durable, wish, {line.id: 2})
    inspect(shop, wish, FoundUnits(line.id, restocked=1, written_off=1))
    assert faults(shop) == []


@given(parts=st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=6))
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_however_an_order_comes_back_its_money_is_paid_back_to_the_cent(
    shop: Shop, durable: Durable, parts: list[int]
) -> None:
    """Seven pieces at 33.33 come back in whatever portions: 243.31 with the delivery, no cent more."""
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=7, price_minor=3333), 7))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    left = 7
    for part in [*parts, 7]:
        units = min(part, left)
        if units:
            brought_back(shop, durable, order, line.id, units)
            left -= units
    assert sum(refunds(shop, order)) == order.total_minor
    with pytest.raises(ReturnBeyondDeliveredError):
        ask(shop, durable, order, (line.id, 1))
    assert faults(shop) == []
