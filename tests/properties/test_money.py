"""Money never appears or disappears, however it is split, summed or rounded."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.money import (
    CurrencyMismatchError,
    Money,
    UnknownCurrencyError,
    minor_digits,
    round_half_up,
    total,
)

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=40)


@given(AMOUNTS, WEIGHTS)
def test_shares_add_up_to_the_whole(minor: int, weights: list[int]) -> None:
    whole = Money(minor, "CNY")
    assert total(whole.share(weights), currency="CNY") == whole


@given(AMOUNTS, WEIGHTS)
def test_a_share_is_within_one_minor_unit_of_its_exact_part(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "CNY").share(weights)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part.amount_minor * whole - minor * weight) < whole


@given(AMOUNTS, st.integers(min_value=1, max_value=40))
def test_equal_shares_differ_by_one_minor_unit_at_most(minor: int, count: int) -> None:
    parts = [part.amount_minor for part in Money(minor, "EUR").share([1] * count)]
    assert max(parts) - min(parts) <= 1


@given(AMOUNTS, AMOUNTS)
def test_what_is_added_can_be_taken_away(left: int, right: int) -> None:
    assert Money(left, "USD") + Money(right, "USD") - Money(right, "USD") == Money(left, "USD")


@given(AMOUNTS, st.sampled_from(["CNY", "JPY", "KWD", "EUR"]))
def test_major_units_and_back_lose_nothing(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.of(amount.major, currency) == amount


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_half_is_rounded_away_from_zero(value: Decimal) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.5")
    assert round_half_up(-value) == -rounded


def test_currencies_have_their_own_minor_units() -> None:
    assert [minor_digits(code) for code in ("CNY", "JPY", "KWD")] == [2, 0, 3]


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(CurrencyMismatchError):
        Money(1, "CNY") + Money(1, "EUR")


@pytest.mark.parametrize("wrong", ["", "RMB", "cny", "XXXX"])
def test_an_unknown_currency_is_refused(wrong: str) -> None:
    with pytest.raises(UnknownCurrencyError):
        Money(1, wrong)


def test_an_amount_finer_than_the_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="minor units"):
        Money.of("0.001", "CNY")


@pytest.mark.parametrize(
    "wrong", ["NaN", "Infinity", "1e15", "-1e15", "1e999990", "1e999999", "0e999999"]
)
def test_an_amount_beyond_all_money_is_refused_without_writing_it_out(wrong: str) -> None:
    """Nine characters in a refund's field once kept every web process busy for half a minute."""
    with pytest.raises(ValueError, match="no amount of money"):
        Money.of(wrong, "CNY")
