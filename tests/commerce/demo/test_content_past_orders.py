"""The invented past is the same every time, possible, and looks like trade."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from commerce.demo.content import DemoContentError, PastOrder, generate_past_orders, load_park
from commerce.demo.content.past_orders import SHANGHAI, delivery_options_to

UNTIL = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def orders() -> tuple[PastOrder, ...]:
    return generate_past_orders(load_park(), until=UNTIL)


def test_the_same_recipe_gives_the_same_past(orders: tuple[PastOrder, ...]) -> None:
    assert generate_past_orders(load_park(), until=UNTIL) == orders
    assert generate_past_orders(load_park(), until=UNTIL, seed=7) != orders


def test_two_hundred_orders_fill_the_sixty_days_before_and_none_lies_ahead(
    orders: tuple[PastOrder, ...],
) -> None:
    moments = [order.placed_at for order in orders]

    assert len(orders) == 200
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=60) <= moments[0]
    assert moments[-1] < UNTIL
    assert len({moment.date() for moment in moments}) > 45


def test_all_merchants_and_both_counters_have_sold(orders: tuple[PastOrder, ...]) -> None:
    sold = Counter((order.merchant, order.channel) for order in orders)

    assert sold.keys() == {
        ("porcelain-road", "till"),
        ("porcelain-road", "web"),
        ("harbour-imports", "till"),
        ("harbour-imports", "web"),
        ("lingang-counsel", "web"),
    }


def test_no_shelf_is_sold_below_half(orders: tuple[PastOrder, ...]) -> None:
    stock = {
        (variant.sku, location): count
        for merchant in load_park().merchant
        for product in merchant.product
        for variant in product.variant
        for location, count in variant.stock.items()
    }
    sold: Counter[tuple[str, str]] = Counter()
    for order in orders:
        for line in order.lines:
            if order.location is not None:
                sold[line.sku, order.location] += line.quantity

    assert all(quantity <= stock[place] // 2 for place, quantity in sold.items())


def test_a_past_the_shelves_cannot_serve_is_refused() -> None:
    with pytest.raises(DemoContentError, match="has nothing left at"):
        generate_past_orders(load_park(), until=UNTIL, count=20_000)


def test_every_line_sells_something_its_merchant_has(orders: tuple[PastOrder, ...]) -> None:
    skus = {m.slug: {v.sku for p in m.product for v in p.variant} for m in load_park().merchant}

    for order in orders:
        assert order.lines
        assert all(line.quantity >= 1 for line in order.lines)
        assert {line.sku for line in order.lines} <= skus[order.merchant]


def test_the_till_sells_while_the_store_is_open_for_cash_or_card_in_yuan(
    orders: tuple[PastOrder, ...],
) -> None:
    for order in orders:
        if order.channel == "till":
            assert 9 <= order.placed_at.astimezone(SHANGHAI).hour < 23
            assert order.currency == "CNY"
            assert order.register is not None
            assert order.clerk is not None
            assert order.location in {"nanjing-road", "the-bund"}
    assert {order.tender for order in orders if order.channel == "till"} == {"cash", "card"}


def test_afternoons_are_busier_than_mornings(orders: tuple[PastOrder, ...]) -> None:
    hours = Counter(
        order.placed_at.astimezone(SHANGHAI).hour for order in orders if order.channel == "till"
    )

    assert sum(hours[hour] for hour in (14, 15, 16)) > 2 * sum(hours[hour] for hour in (9, 10, 11))


def test_parcels_go_where_the_merchant_delivers_and_pay_in_the_shoppers_money(
    orders: tuple[PastOrder, ...],
) -> None:
    park = load_park()
    for order in orders:
        if order.channel == "web":
            assert order.shopper is not None
            assert order.merchant in order.shopper.merchants
            country = order.shopper.address.country
            options = delivery_options_to(park, park.merchant_named(order.merchant), country)
            assert order.delivery in {option.code for option in options} | {None}
            assert (order.delivery is None) == (order.location is None)
            assert (order.currency == "EUR") == (
                country in park.country_group["eu"] and order.merchant != "harbour-imports"
            )


def test_customers_come_from_many_countries(orders: tuple[PastOrder, ...]) -> None:
    countries = {order.shopper.address.country for order in orders if order.shopper}

    assert len(countries) >= 8
