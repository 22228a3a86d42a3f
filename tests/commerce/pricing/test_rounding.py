from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.money import Money
from commerce.pricing.rounding import convert, round_cash, usual_cash_step
from commerce.pricing.rows import ExchangeQuote, PriceEnding


def quote(rate: str, *, source: str = "CNY", target: str = "USD") -> ExchangeQuote:
    return ExchangeQuote(source, target, Decimal(rate), datetime(2026, 1, 1, tzinfo=UTC), "test")


@pytest.mark.parametrize(
    ("currency", "step"),
    [("CNY", 1), ("CHF", 5), ("DKK", 50), ("SEK", 100), ("NOK", 100), ("JPY", 1), ("USD", 1)],
)
def test_the_smallest_coin_of_a_currency_is_known(currency: str, step: int) -> None:
    assert usual_cash_step(currency) == step


@pytest.mark.parametrize(
    ("exact", "paid"), [(1002, 1000), (1003, 1005), (1007, 1005), (1008, 1010), (-1003, -1005)]
)
def test_swiss_cash_is_paid_in_five_rappen_coins(exact: int, paid: int) -> None:
    cash = round_cash(Money(exact, "CHF"), step=5)

    assert cash.to_pay.amount_minor == paid
    assert cash.difference.amount_minor == paid - exact


@given(st.integers(-1_000_000, 1_000_000), st.integers(1, 100))
def test_cash_is_the_nearest_multiple_and_the_difference_is_booked(exact: int, step: int) -> None:
    cash = round_cash(Money(exact, "CHF"), step=step)

    assert cash.to_pay.amount_minor % step == 0
    assert 2 * abs(cash.difference.amount_minor) <= step
    assert cash.to_pay - cash.difference == Money(exact, "CHF")


def test_there_is_no_coin_of_nothing() -> None:
    with pytest.raises(ValueError, match="coin of 0"):
        round_cash(Money(1, "CHF"), step=0)


def test_conversion_minds_the_decimals_of_both_currencies() -> None:
    assert convert(Money(16800, "CNY"), quote("20.5", target="JPY")) == Money(3444, "JPY")
    assert convert(Money(3444, "JPY"), quote("0.05", source="JPY", target="CNY")) == Money(
        17220, "CNY"
    )


def test_a_rate_published_the_other_way_round_divides() -> None:
    rate = ExchangeQuote(
        "CNY", "USD", Decimal(7), datetime(2026, 1, 1, tzinfo=UTC), "test", inverted=True
    )

    assert convert(Money(16800, "CNY"), rate) == Money(2400, "USD")


@pytest.mark.parametrize(
    ("amount", "ending", "price"),
    [
        (16800, PriceEnding(step=100, minor=90), 2390),
        (17000, PriceEnding(step=100, minor=90), 2390),
        (17500, PriceEnding(step=100, minor=90), 2490),
        (16800, PriceEnding(step=500, minor=0), 2500),
        (10, PriceEnding(step=100, minor=90), 90),
        (10, PriceEnding(step=100, minor=0), 100),
        (0, PriceEnding(step=100, minor=90), 0),
    ],
)
def test_converted_prices_end_as_the_merchant_likes(
    amount: int, ending: PriceEnding, price: int
) -> None:
    assert convert(Money(amount, "CNY"), quote("0.14"), ending=ending) == Money(price, "USD")
