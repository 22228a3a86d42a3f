"""Cash is paid in coins that exist: rounded once, told, and given back as it was taken."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.checkout.service import refund_order
from commerce.cli.proofs.examination import examine
from commerce.cli.proofs.tills import PROOFS
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.settings import read_settings
from commerce.payments.queries import payments_of, refunds_of
from commerce.pricing.rows import TaxRounding
from commerce.pricing.service import set_rounding
from commerce.registers.errors import CashRoundingError
from commerce.registers.queries import open_shift_of, open_variances
from commerce.registers.report import shift_report
from commerce.registers.rows import CashTender, Discount
from commerce.registers.service import OpenDrawer, add_tender, void_sale
from tests.support.shop import Shop, open_shop, stock_product
from tests.support.tills import CLERK, command, counter_in, open_register, sell

DIME = 10
ODD = 9999
"""What a teapot costs after the discount: 99.99."""
LEFT_OFF = 68800 - ODD


@pytest.fixture(scope="module")
def shop(module_database_url: str) -> Iterator[Shop]:
    database = Database(module_database_url)
    made = open_shop(database)
    with database.transaction(made.scope) as session:
        set_rounding(
            session,
            merchant_id=made.merchant.id,
            currency="CNY",
            cash_step_minor=DIME,
            tax=TaxRounding.LINE,
        )
    yield made
    database.close()


@pytest.fixture(scope="module")
def durable(module_database_url: str) -> Iterator[Durable]:
    client = Durable(module_database_url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def register(shop: Shop) -> UUID:
    made = counter_in(shop)
    open_register(shop, made)
    return made


@pytest.fixture(scope="module")
def teapot(shop: Shop) -> UUID:
    return stock_product(shop, in_store=500)


def paid_odd(shop: Shop, register: UUID, teapot: UUID, *tenders: CashTender, **more: bool) -> UUID:
    off = Discount("odd", amount_minor=LEFT_OFF)
    sale = command(register, teapot, total=ODD, tenders=tenders, discount=off, **more)
    sell(shop, sale)
    return sale.id


def drawer(shop: Shop, register: UUID) -> dict[str, int]:
    with shop.database.reading(shop.scope) as connection:
        shift = open_shift_of(connection, register_id=register)
        assert shift is not None
        return shift_report(connection, shift=shift, counted=None, at=shift.opened_at)


def test_what_has_no_coin_is_rounded_and_told(shop: Shop, register: UUID, teapot: UUID) -> None:
    before = drawer(shop, register)
    with pytest.raises(CashRoundingError):
        paid_odd(shop, register, teapot, CashTender(ODD, 10000))
    sale = paid_odd(shop, register, teapot, CashTender(ODD, 20000, 1))
    with shop.database.reading(shop.scope) as connection:
        (payment,) = payments_of(connection, order_id=sale)
    assert (payment.captured_minor, payment.change.amount_minor) == (ODD, 10000)
    after = drawer(shop, register)
    assert after["expected_minor"] - before["expected_minor"] == 10000
    assert after["rounding_minor"] - before["rounding_minor"] == 1
    assert after["gross_minor"] - before["gross_minor"] == ODD


def test_only_what_pays_the_rest_is_rounded(shop: Shop, register: UUID, teapot: UUID) -> None:
    sale = paid_odd(shop, register, teapot, CashTender(5003, 5003))
    with shop.database.transaction(shop.scope) as session:
        add_tender(
            session,
            merchant_id=shop.merchant.id,
            sale_id=sale,
            tender=CashTender(4996, 5000, 4),
        )


def test_a_sale_that_happened_is_booked_as_it_was_rounded(
    shop: Shop, register: UUID, teapot: UUID
) -> None:
    sale = paid_odd(shop, register, teapot, CashTender(ODD, 9995, -4), happened=True)
    with shop.database.reading(shop.scope) as connection:
        (noted,) = [each for each in open_variances(connection) if each.sale_id == sale]
    assert noted.facts == {"sold_minor": 9995, "now_minor": 10000}


def test_a_void_gives_the_coins_back_that_were_taken(
    shop: Shop, durable: Durable, register: UUID, teapot: UUID
) -> None:
    before = drawer(shop, register)
    sale = paid_odd(shop, register, teapot, CashTender(ODD, 10000, 1))
    with shop.database.transaction(shop.scope) as session:
        void_sale(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            sale_id=sale,
            reason="scratched",
            actor_id=CLERK,
        )
    after = drawer(shop, register)
    assert [after[f] - before[f] for f in ("expected_minor", "rounding_minor")] == [0, 0]


@given(parts=st.lists(st.integers(1, ODD), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_however_it_is_given_back_only_coins_go_and_never_more_than_came(
    shop: Shop, durable: Durable, register: UUID, teapot: UUID, parts: list[int]
) -> None:
    before = drawer(shop, register)["expected_minor"]
    sale = paid_odd(shop, register, teapot, CashTender(ODD, 10000, 1))
    left = ODD
    for part in [*parts, ODD]:
        amount = min(part, left)
        if not amount:
            continue
        with shop.database.transaction(shop.scope) as session:
            refund_order(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                order_id=sale,
                request_id=new_id(),
                amount=Money(amount, "CNY"),
                reason="scratched",
                actor_id=CLERK,
                drawer=OpenDrawer(shop.merchant.id, register, "scratched", CLERK),
            )
        left -= amount
    with shop.database.reading(shop.scope) as connection:
        handed = [
            each.amount_minor + each.rounding_minor
            for each in refunds_of(connection, order_id=sale)
        ]
    assert all(each >= 0 and each % DIME == 0 for each in handed)
    assert sum(handed) == 10000
    assert drawer(shop, register)["expected_minor"] == before


def test_the_books_hold(shop: Shop, register: UUID, teapot: UUID, module_database_url: str) -> None:
    paid_odd(shop, register, teapot, CashTender(ODD, 10000, 1))
    verdicts = examine(read_settings({}), module_database_url, proofs=PROOFS)
    assert not [fault for verdict in verdicts for fault in verdict.faults]
