"""Promises about tax, for any lines at any rates."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.ids import new_id
from commerce.kernel.money import CurrencyMismatchError, Money, total
from commerce.pricing.rows import TaxRounding
from commerce.pricing.taxation import (
    AppliedRate,
    TaxableLine,
    TaxedSale,
    TaxGround,
    TaxTable,
    tax_lines,
)

rates = st.integers(0, 900_000).map(lambda millionths: Decimal(millionths) / 1_000_000)
amounts = st.integers(0, 10_000_000)
roundings = st.sampled_from(TaxRounding)


def line(amount: int, *, tax_class: str = "standard", includes_tax: bool = False) -> TaxableLine:
    return TaxableLine(new_id(), Money(amount, "EUR"), tax_class, includes_tax)


def table(*, liable: bool = True, **by_class: Sequence[str | Decimal]) -> TaxTable:
    return TaxTable(
        country="DE",
        region=None,
        liable=liable,
        rates={
            tax_class: tuple(
                AppliedRate(f"part-{index}", Decimal(rate), "UStG § 12", "DE", None)
                for index, rate in enumerate(parts)
            )
            for tax_class, parts in by_class.items()
        },
    )


def taxed(*lines: TaxableLine, at: TaxTable, rounding: TaxRounding = TaxRounding.LINE) -> TaxedSale:
    return tax_lines(lines, table=at, currency="EUR", rounding=rounding)


@given(
    st.lists(st.tuples(amounts, st.booleans(), st.sampled_from(["standard", "reduced", "none"]))),
    st.lists(rates, min_size=1, max_size=3),
    rates,
    roundings,
)
def test_every_line_and_every_sum_adds_up_to_the_minor_unit(
    lines: list[tuple[int, bool, str]],
    standard: list[Decimal],
    reduced: Decimal,
    rounding: TaxRounding,
) -> None:
    sale = taxed(
        *(line(amount, tax_class=of, includes_tax=incl) for amount, incl, of in lines),
        at=table(standard=standard, reduced=[reduced]),
        rounding=rounding,
    )

    for (amount, includes_tax, _), one in zip(lines, sale.lines, strict=True):
        assert one.net + one.tax == one.gross
        assert (one.gross if includes_tax else one.net).amount_minor == amount
        assert one.tax.amount_minor >= 0
        assert total((reason.amount for reason in one.reasons), currency="EUR") == one.tax
    assert total((one.net for one in sale.lines), currency="EUR") == sale.net
    assert total((one.tax for one in sale.lines), currency="EUR") == sale.tax
    assert sale.net + sale.tax == sale.gross
    assert total((part.tax for part in sale.by_rate), currency="EUR") == sale.tax


@given(amounts, rates, roundings)
def test_a_net_price_and_the_gross_price_made_of_it_bear_the_same_tax(
    amount: int, rate: Decimal, rounding: TaxRounding
) -> None:
    at = table(standard=[rate])
    from_net = taxed(line(amount), at=at, rounding=rounding)

    from_gross = taxed(
        line(from_net.gross.amount_minor, includes_tax=True), at=at, rounding=rounding
    )

    assert (from_gross.net, from_gross.tax) == (from_net.net, from_net.tax)


@given(amounts, rates)
def test_a_gross_price_and_its_net_never_differ_by_more_than_one_minor_unit(
    amount: int, rate: Decimal
) -> None:
    at = table(standard=[rate])
    from_gross = taxed(line(amount, includes_tax=True), at=at)

    from_net = taxed(line(from_gross.net.amount_minor), at=at)

    assert abs(from_net.tax.amount_minor - from_gross.tax.amount_minor) <= 1


@given(st.lists(amounts, min_size=1, max_size=30), rates, st.booleans())
def test_rounding_by_total_taxes_the_sum_and_moves_no_line_by_more_than_one_minor_unit(
    parts: list[int],
    rate: Decimal,
    includes_tax: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    at = table(standard=[rate])
    lines = [line(amount, includes_tax=includes_tax) for amount in parts]

    sale = taxed(*lines, at=at, rounding=TaxRounding.TOTAL)

    assert sale.tax == taxed(line(sum(parts), includes_tax=includes_tax), at=at).tax
    for by_total, by_line in zip(sale.lines, taxed(*lines, at=at).lines, strict=True):
        assert abs(by_total.tax.amount_minor - by_line.tax.amount_minor) <= 1


def test_three_cent_lines_show_the_difference_between_the_two_ways_to_round() -> None:
    at = table(standard=["0.19"])
    lines = [line(3) for _ in range(10)]

    assert taxed(*lines, at=at).tax == Money(10, "EUR")
    assert taxed(*lines, at=at, rounding=TaxRounding.TOTAL).tax == Money(6, "EUR")


def test_the_tax_in_a_chinese_price_is_found_again() -> None:
    sale = taxed(line(16800, includes_tax=True), at=table(standard=["0.13"]))

    assert (sale.net.amount_minor, sale.tax.amount_minor) == (14867, 1933)


def test_a_line_with_two_taxes_explains_each_of_them() -> None:
    (one,) = taxed(line(1000), at=table(standard=["0.05", "0.07"])).lines

    assert [(r.component, r.rate, r.amount.amount_minor, r.source) for r in one.reasons] == [
        ("part-0", Decimal("0.05"), 50, "UStG § 12"),
        ("part-1", Decimal("0.07"), 70, "UStG § 12"),
    ]


def test_an_export_bears_no_tax_and_says_why() -> None:
    (one,) = taxed(line(1000), at=table(liable=False, standard=["0.19"])).lines

    assert one.gross == Money(1000, "EUR")
    assert [reason.ground for reason in one.reasons] == [TaxGround.EXPORT]


def test_what_is_never_taxed_is_not_an_export() -> None:
    at = table(liable=False, standard=["0.19"])

    (one,) = taxed(line(1000, tax_class="none"), at=at).lines

    assert [reason.ground for reason in one.reasons] == [TaxGround.UNTAXED]


def test_a_class_without_a_rate_of_its_own_bears_the_standard_rate() -> None:
    (one,) = taxed(line(1000, tax_class="books"), at=table(standard=["0.19"])).lines

    assert one.tax == Money(190, "EUR")


def test_a_country_without_any_known_rate_is_told_apart_from_one_without_tax() -> None:
    (one,) = taxed(line(1000), at=table()).lines

    assert [reason.ground for reason in one.reasons] == [TaxGround.NO_RATE]


def test_the_tax_table_of_a_receipt_sums_by_rate() -> None:
    sale = taxed(
        line(1000),
        line(500, tax_class="reduced"),
        line(300),
        at=table(standard=["0.19"], reduced=["0.07"]),
    )

    assert [(s.rate, s.net.amount_minor, s.tax.amount_minor) for s in sale.by_rate] == [
        (Decimal("0.19"), 1300, 247),
        (Decimal("0.07"), 500, 35),
    ]


def test_returns_and_foreign_amounts_are_refused() -> None:
    at = table(standard=["0.19"])
    with pytest.raises(ValueError, match="comes back"):
        taxed(line(-1), at=at)
    with pytest.raises(CurrencyMismatchError):
        taxed(TaxableLine(UUID(int=1), Money(1, "USD"), "standard", includes_tax=False), at=at)
