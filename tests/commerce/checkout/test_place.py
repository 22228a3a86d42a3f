"""From cart to order: one order per cart, the agreed price, and money that always finds its order."""

from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.errors import (
    MissingDetailsError,
    TotalChangedError,
    UnpaidByEmailError,
    UnpaidByPlaceError,
    UnpaidUnitsError,
)
from commerce.checkout.process.carts import KEEP, forget_owners
from commerce.checkout.queries import cart_by_id, lines_of_cart
from commerce.checkout.service import Placement, set_contact, settle_payment, unpaid, withdraw_order
from commerce.customers.service import remember_customer
from commerce.fulfilment.queries import sources_of
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting
from commerce.fulfilment.service import put_delivery_option
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.queries import holds_of, levels_of
from commerce.inventory.service import expire_holds
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderRow, OrderState
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import Finding, PaymentState
from tests.support.orders import fill_cart, place, quote
from tests.support.shop import Shop, stock_product


def settle(shop: Shop, durable: Durable, placement: Placement, finding: Finding) -> OrderRow:
    assert placement.payment_id is not None
    with shop.database.transaction(shop.scope) as session:
        return settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=finding,
        ).order


def captured(placement: Placement) -> Finding:
    minor = placement.order.total.amount_minor
    return Finding(
        state=PaymentState.CAPTURED, handle="h1", authorised_minor=minor, captured_minor=minor
    )


def order(shop: Shop, placement: Placement) -> OrderRow:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=placement.order.id)
    assert found is not None
    return found


def test_a_quote_adds_goods_delivery_and_the_tax_in_them(shop: Shop) -> None:
    teapot = stock_product(shop, price_minor=11300, in_warehouse=5)
    priced = quote(shop, fill_cart(shop, (teapot, 2)))
    assert priced.goods == Money(22600, "CNY")
    assert priced.total == Money(23600, "CNY")
    assert priced.lines[0].taxed.tax == Money(2600, "CNY")
    assert priced.tax == Money(2600 + 115, "CNY")


def test_an_order_holds_its_goods_and_waits_for_the_money(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    placement = place(shop, fill_cart(shop, (teapot, 2)))
    assert order(shop, placement).state is OrderState.AWAITING_PAYMENT
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
        (line,) = lines_of(connection, order_ids=[placement.order.id])
    assert (level.on_hand, level.held) == (5, 2)
    assert line.net_minor + line.tax_minor == line.total_minor == 2 * 68800


def test_a_price_that_moved_is_shown_and_never_charged(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    cart = fill_cart(shop, (teapot, 1))
    with pytest.raises(TotalChangedError):
        place(shop, cart, agreed=Money(1, "CNY"))
    with shop.database.reading(shop.scope) as connection:
        found = cart_by_id(connection, cart_id=cart.id)
    assert found is not None
    assert found.order_id is None


def test_an_order_needs_an_address_to_write_to(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    with pytest.raises(MissingDetailsError) as caught:
        place(shop, fill_cart(shop, (teapot, 1), email=""))
    assert [problem.pointer for problem in caught.value.problems] == ["/email"]


def test_a_name_alone_is_no_address_for_a_parcel(shop: Shop) -> None:
    cart = fill_cart(shop, (stock_product(shop, in_warehouse=5), 1))
    with shop.database.transaction(shop.scope) as session:
        set_contact(
            session,
            merchant_id=shop.merchant.id,
            cart_id=cart.id,
            email="lin@example.com",
            ship_to={"name": "Lin Wei", "phone": ""},
        )
    with pytest.raises(MissingDetailsError) as caught:
        place(shop, cart)
    assert [problem.pointer for problem in caught.value.problems] == ["/address"]


def test_one_e_mail_address_has_five_orders_unpaid_at_once(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=50)
    waiting = [place(shop, fill_cart(shop, (teapot, 1), email="lin@example.com")) for _ in range(5)]
    sixth = fill_cart(shop, (teapot, 1), email="Lin@Example.com")
    with pytest.raises(UnpaidByEmailError) as caught:
        place(shop, sixth)
    assert caught.value.params == {"most": 5, "hours": 2}
    place(shop, fill_cart(shop, (teapot, 1), email="mei@example.com"))
    settle(shop, durable, waiting[0], captured(waiting[0]))
    place(shop, sixth)
    with pytest.raises(UnpaidByEmailError):
        place(shop, fill_cart(shop, (teapot, 1), email="lin@example.com"))
    with shop.database.transaction(shop.scope) as session:
        withdraw_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=waiting[1].order.id,
        )
    place(shop, fill_cart(shop, (teapot, 1), email="lin@example.com"))


def test_nobody_uses_up_what_another_person_may_order(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=50)
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(
            session,
            merchant_id=shop.merchant.id,
            email="lin@example.com",
            name="Lin Wei",
            country="CN",
            locale="zh",
        ).id

    def order(placed_from: str, customer: UUID | None = None) -> Placement:
        cart = fill_cart(shop, (teapot, 1), email="lin@example.com", customer_id=customer)
        return place(shop, cart, placed_from=placed_from)

    for _ in range(5):
        order("a stranger's")
    with pytest.raises(UnpaidByEmailError):
        order("a stranger's")
    order("home")
    for _ in range(5):
        order("a stranger's", lin)  # Signed in, even behind the same network.
    with pytest.raises(UnpaidByEmailError):
        order("abroad", lin)


def test_orders_whose_goods_are_on_sale_again_keep_nobody_from_ordering(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=50)
    for _ in range(5):
        place(shop, fill_cart(shop, (teapot, 1)))
    with shop.database.transaction(shop.scope) as session:
        session.execute(
            text("UPDATE sales_order SET created_at = created_at - interval '121 minutes'")
        )
    place(shop, fill_cart(shop, (teapot, 1)))


def test_one_network_holds_a_bounded_number_of_unpaid_orders(
    shop: Shop, durable: Durable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpaid, "MOST_BY_PLACE", 2)
    teapot = stock_product(shop, in_warehouse=50)
    carts = [fill_cart(shop, (teapot, 1), email=f"{n}@example.com") for n in range(5)]
    first, _second = (place(shop, cart, placed_from="cafe") for cart in carts[:2])
    with pytest.raises(UnpaidByPlaceError):
        place(shop, carts[2], placed_from="cafe")
    place(shop, carts[2], placed_from="home")
    place(shop, carts[3])
    settle(shop, durable, first, captured(first))
    place(shop, carts[4], placed_from="cafe")
    with shop.database.reading(shop.scope) as connection:
        kept = connection.execute(
            text("SELECT placed_from FROM sales_order WHERE id = :id"), {"id": first.order.id}
        ).scalar_one()
    assert kept == "", "what was paid for does not tell from where"


def test_one_network_keeps_a_bounded_number_of_units_from_everybody_else(
    shop: Shop, durable: Durable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpaid, "MOST_UNITS_BY_PLACE", 5)
    teapot = stock_product(shop, in_warehouse=50)
    first = place(shop, fill_cart(shop, (teapot, 3)), placed_from="cafe")
    with pytest.raises(UnpaidUnitsError):
        place(shop, fill_cart(shop, (teapot, 3), email="bo@example.com"), placed_from="cafe")
    place(shop, fill_cart(shop, (teapot, 3), email="bo@example.com"), placed_from="home")
    settle(shop, durable, first, captured(first))
    place(shop, fill_cart(shop, (teapot, 5)), placed_from="cafe")


def test_goods_come_from_several_places_when_no_single_one_has_them_all(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=2, in_store=2)
    placement = place(shop, fill_cart(shop, (teapot, 3)))
    with shop.database.reading(shop.scope) as connection:
        sources = sources_of(connection, order_id=placement.order.id)
    assert sorted(source.quantity for source in sources) == [1, 2]


def test_one_place_that_has_everything_serves_alone(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=1, in_store=5)
    cup = stock_product(shop, in_warehouse=5, in_store=5)
    placement = place(shop, fill_cart(shop, (teapot, 2), (cup, 1)))
    with shop.database.reading(shop.scope) as connection:
        sources = sources_of(connection, order_id=placement.order.id)
    assert {source.location_id for source in sources} == {shop.store}


@pytest.mark.race
def test_twenty_clicks_place_one_order(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=50)
    cart = fill_cart(shop, (teapot, 1))
    total, gate, placed = quote(shop, cart).total, Barrier(8), []

    def click() -> None:
        gate.wait()
        placed.append(place(shop, cart, agreed=total))

    threads = [Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(placed) == 8
    assert len({placement.order.number for placement in placed}) == 1
    assert [placement.repeated for placement in placed].count(False) == 1
    with shop.database.reading(shop.scope) as connection:
        assert len(payments_of(connection, order_id=placed[0].order.id)) == 1


def test_a_captured_payment_places_the_order_once(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    placement = place(shop, fill_cart(shop, (teapot, 1)))
    for _ in range(3):
        settle(shop, durable, placement, captured(placement))
    assert order(shop, placement).state is OrderState.PLACED
    with shop.database.reading(shop.scope) as connection:
        told = [
            event.kind
            for event in timeline_of(connection, order_id=placement.order.id, everything=True)
        ]
    assert told == [EventKind.PAYMENT_STARTED, EventKind.PAID, EventKind.PLACED]


FINDINGS = ("action", "pending", "failed", "captured")


@pytest.mark.parametrize("sequence", list(permutations(FINDINGS)))
def test_messages_in_any_order_end_in_the_same_state(
    shop: Shop, durable: Durable, sequence: tuple[str, ...]
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    placement = place(shop, fill_cart(shop, (teapot, 1)))
    findings = {
        "action": Finding(state=PaymentState.ACTION_REQUIRED, handle="h1"),
        "pending": Finding(state=PaymentState.PENDING, handle="h1"),
        "failed": Finding(state=PaymentState.FAILED, handle="h1", detail="first card declined"),
        "captured": captured(placement),
    }
    for name in sequence:
        settle(shop, durable, placement, findings[name])
    assert order(shop, placement).state is OrderState.PLACED
    with shop.database.reading(shop.scope) as connection:
        (payment,) = payments_of(connection, order_id=placement.order.id)
    assert payment.state is PaymentState.CAPTURED
    assert payment.captured_minor == placement.order.total.amount_minor


def let_holds_expire(shop: Shop) -> None:
    with shop.database.transaction(Scope.park()) as session:
        expire_holds(session, now=utc_now() + timedelta(hours=1))


def test_money_for_an_expired_hold_gets_the_goods_if_they_are_still_there(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=1, in_store=1)
    placement = place(shop, fill_cart(shop, (teapot, 1)))
    let_holds_expire(shop)
    settle(shop, durable, placement, captured(placement))
    assert order(shop, placement).state is OrderState.PLACED


def test_money_for_goods_that_are_gone_goes_back_by_itself(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=1)
    slow = place(shop, fill_cart(shop, (teapot, 1)))
    let_holds_expire(shop)
    quick = place(shop, fill_cart(shop, (teapot, 1)))
    settle(shop, durable, quick, captured(quick))
    settle(
        shop,
        durable,
        slow,
        Finding(
            state=PaymentState.CAPTURED,
            handle="h2",
            authorised_minor=slow.order.total.amount_minor,
            captured_minor=slow.order.total.amount_minor,
        ),
    )
    assert order(shop, quick).state is OrderState.PLACED
    assert order(shop, slow).state is OrderState.CANCELLED
    with shop.database.reading(shop.scope) as connection:
        (refund,) = refunds_of(connection, order_id=slow.order.id)
    assert refund.amount_minor == slow.order.total.amount_minor


def test_what_is_not_there_cannot_be_ordered(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=1)
    with pytest.raises(OutOfStockError) as caught:
        place(shop, fill_cart(shop, (teapot, 2)))
    assert [(s.wanted, s.available) for s in caught.value.shortfalls] == [(2, 1)]


def test_an_order_that_costs_nothing_is_placed_and_confirmed_at_once(shop: Shop) -> None:
    sample = stock_product(shop, name="Tea sample", price_minor=0, in_warehouse=2)
    with shop.database.transaction(shop.scope) as session:
        put_delivery_option(
            session,
            merchant_id=shop.merchant.id,
            option=DeliverySetting(
                code="parcel",
                kind=DeliveryKind.PARCEL,
                name="Parcel",
                name_zh="包裹",
                group="world",
                min_days=2,
                max_days=4,
                prices=(DeliveryPrice(Money(0, "CNY")),),
            ),
        )
    placement = place(shop, fill_cart(shop, (sample, 1)))
    assert placement.payment_id is None
    with shop.database.reading(shop.scope) as connection:
        order = order_by_id(connection, order_id=placement.order.id)
        holds = holds_of(connection, owner_id=placement.order.id)
        started = connection.scalar(
            text("SELECT count(*) FROM dbos.workflow_status WHERE workflow_uuid = :id"),
            {"id": f"order.confirm:{placement.order.id}"},
        )
    assert order is not None
    assert order.state is OrderState.PLACED
    assert [(hold.stage, hold.expires_at) for hold in holds] == [("placed", None)]
    assert started == 1


def test_an_order_draws_again_when_its_number_is_taken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy day two orders drew one number, and a till was told that its sale was damaged."""
    teapot = stock_product(shop, in_warehouse=3)
    drawn = iter("AAAAA" + "AAAAA" + "BBBBB")
    monkeypatch.setattr("secrets.choice", lambda _letters: next(drawn))
    first = place(shop, fill_cart(shop, (teapot, 1)))
    second = place(shop, fill_cart(shop, (teapot, 1)))
    assert (first.order.number[-5:], second.order.number[-5:]) == ("AAAAA", "BBBBB")


def test_a_cart_that_is_left_lying_forgets_whose_it_was_and_keeps_its_goods(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    cart = fill_cart(shop, (teapot, 1))
    now = utc_now()
    with shop.database.transaction(Scope.park()) as session:
        assert forget_owners(session, now=now + KEEP - timedelta(minutes=1)) == 0
        assert forget_owners(session, now=now + KEEP + timedelta(minutes=1)) == 1
    with shop.database.reading(shop.scope) as connection:
        left = cart_by_id(connection, cart_id=cart.id)
        goods = lines_of_cart(connection, cart_id=cart.id)
    assert left is not None
    assert (left.email, left.ship_to) == ("", None)
    assert [line.variant_id for line in goods] == [teapot]
