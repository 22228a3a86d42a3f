"""Tax on the lines of a sale, exact to the minor unit and with its reason; no database.

Within a line net + tax = gross always. With tax in the price, gross is what the list says; without,
net is. Tax is rounded half up, per line or per rate over all lines; in the second case the rounded
sum is given to the lines by largest remainder, so that the lines still add up to it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from commerce.kernel.money import CurrencyMismatchError, Money, total
from commerce.pricing.rows import TaxRounding

STANDARD = "standard"
"""The class whose rate counts where a country has none of its own for a class."""

EXEMPT = "exempt"
"""The class of what the law lets go free of tax; a country's row of rate 0 names that law."""

UNTAXED = "none"
"""The class of what is never taxed, such as a gift card."""

FREE_OF_TAX = frozenset({EXEMPT, UNTAXED})
"""The classes that no rate but their own counts for."""

_RATE_SCALE = 1_000_000


class Supply(StrEnum):
    """How the goods reach the customer, where a law tells one from the other."""

    DELIVERED = "delivered"
    OVER_COUNTER = "over-counter"
    """Handed over in a store: what lies there has been cleared and taxed as general trade."""


class TaxGround(StrEnum):
    """Why a line bears this tax, or none."""

    CHARGED = "charged"
    EXPORT = "export"
    EXEMPT = "exempt"
    UNTAXED = "untaxed"
    NO_RATE = "no-rate"


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What is to be taxed: the price of the whole line after discounts, not below zero."""

    key: UUID
    amount: Money
    tax_class: str
    includes_tax: bool


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """A rate that counts for a sale, and where it is written."""

    component: str
    rate: Decimal
    source: str
    country: str
    region: str | None


@dataclass(frozen=True, slots=True)
class TaxTable:
    """Which rates count where the goods go; `liable` is whether the merchant charges them at all."""

    country: str
    region: str | None
    liable: bool
    rates: Mapping[str, tuple[AppliedRate, ...]]
    """By tax class."""

    def rates_of(self, tax_class: str) -> tuple[AppliedRate, ...]:
        """Return the rates of a class, or the standard ones where it has none of its own."""
        if not self.liable or tax_class == UNTAXED:
            return ()
        if tax_class == EXEMPT:
            return self.rates.get(EXEMPT, ())
        return self.rates.get(tax_class) or self.rates.get(STANDARD, ())

    def ground_of(self, tax_class: str) -> TaxGround:
        """Return why a line of this class bears tax or none."""
        if tax_class == UNTAXED:
            return TaxGround.UNTAXED
        if not self.liable:
            return TaxGround.EXPORT
        if tax_class == EXEMPT:
            return TaxGround.EXEMPT
        return TaxGround.CHARGED if self.rates_of(tax_class) else TaxGround.NO_RATE


@dataclass(frozen=True, slots=True)
class TaxReason:
    """One explained part of a line's tax, for quote, receipt and invoice."""

    ground: TaxGround
    country: str
    region: str | None
    component: str
    rate: Decimal
    source: str
    amount: Money

    def facts(self) -> dict[str, str | int | None]:
        """Return the reason as JSON values, to be kept with the line it explains."""
        return {
            "kind": "tax",
            "ground": self.ground.value,
            "component": self.component,
            "country": self.country,
            "region": self.region,
            "rate": str(self.rate),
            "source": self.source,
            "amount_minor": self.amount.amount_minor,
        }


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line with its tax; the amounts of `reasons` add up to `tax`."""

    key: UUID
    net: Money
    tax: Money
    gross: Money
    includes_tax: bool
    reasons: tuple[TaxReason, ...]


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What one rate yields over a whole sale."""

    ground: TaxGround
    component: str
    rate: Decimal
    source: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class TaxedSale:
    """Every line in the order given, and their sums."""

    lines: tuple[TaxedLine, ...]
    net: Money
    tax: Money
    gross: Money

    @property
    def by_rate(self) -> tuple[TaxSum, ...]:
        """What each rate yields, in order of first appearance: the tax table of a receipt."""
        sums: dict[tuple[str, str, Decimal, str], TaxSum] = {}
        for line in self.lines:
            for reason in line.reasons:
                key = (reason.ground, reason.component, reason.rate, reason.source)
                before = sums.get(key)
                sums[key] = TaxSum(
                    reason.ground,
                    reason.component,
                    reason.rate,
                    reason.source,
                    line.net + before.net if before else line.net,
                    reason.amount + before.tax if before else reason.amount,
                )
        return tuple(sums.values())


def tax_lines(
    lines: Sequence[TaxableLine], *, table: TaxTable, currency: str, rounding: TaxRounding
) -> TaxedSale:
    """Return `lines` with their tax.

    Raises:
        ValueError: an amount is below zero; a return mirrors the tax of its sale instead.
        CurrencyMismatchError: an amount is not in `currency`.
    """
    for line in lines:
        if line.amount.currency != currency:
            raise CurrencyMismatchError(left=currency, right=line.amount.currency)
        if line.amount.amount_minor < 0:
            raise ValueError("tax is reckoned on what is sold, not on what comes back")
    rates = [table.rates_of(line.tax_class) for line in lines]
    reckon = _by_line if rounding is TaxRounding.LINE else _by_total
    taxes = reckon(lines, [sum((Fraction(r.rate) for r in of), Fraction()) for of in rates])
    taxed = tuple(
        _taxed(line, tax, of, table) for line, tax, of in zip(lines, taxes, rates, strict=True)
    )
    return TaxedSale(
        taxed,
        net=total((line.net for line in taxed), currency=currency),
        tax=total((line.tax for line in taxed), currency=currency),
        gross=total((line.gross for line in taxed), currency=currency),
    )


def _by_line(lines: Sequence[TaxableLine], rates: Sequence[Fraction]) -> list[Money]:
    return [
        Money(_half_up(_exact(line.amount.amount_minor, rate, line)), line.amount.currency)
        for line, rate in zip(lines, rates, strict=True)
    ]


def _by_total(lines: Sequence[TaxableLine], rates: Sequence[Fraction]) -> list[Money]:
    groups: dict[tuple[Fraction, bool], list[int]] = defaultdict(list)
    for index, (line, rate) in enumerate(zip(lines, rates, strict=True)):
        groups[rate, line.includes_tax].append(index)
    taxes = [Money.zero(line.amount.currency) for line in lines]
    for (rate, _), members in groups.items():
        amounts = [lines[index].amount.amount_minor for index in members]
        first = lines[members[0]]
        whole = Money(_half_up(_exact(sum(amounts), rate, first)), first.amount.currency)
        for index, part in zip(members, whole.share(amounts), strict=True):
            taxes[index] = part
    return taxes


def _exact(amount: int, rate: Fraction, line: TaxableLine) -> Fraction:
    return amount * rate / (1 + rate) if line.includes_tax else amount * rate


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _taxed(
    line: TaxableLine, tax: Money, rates: tuple[AppliedRate, ...], table: TaxTable
) -> TaxedLine:
    net = line.amount - tax if line.includes_tax else line.amount
    return TaxedLine(
        key=line.key,
        net=net,
        tax=tax,
        gross=net + tax,
        includes_tax=line.includes_tax,
        reasons=_reasons(line, tax, rates, table),
    )


def _reasons(
    line: TaxableLine, tax: Money, rates: tuple[AppliedRate, ...], table: TaxTable
) -> tuple[TaxReason, ...]:
    ground = table.ground_of(line.tax_class)
    if not rates:
        return (TaxReason(ground, table.country, table.region, "", Decimal(0), "", tax),)
    parts = tax.share([int(rate.rate * _RATE_SCALE) for rate in rates])
    return tuple(
        TaxReason(ground, rate.country, rate.region, rate.component, rate.rate, rate.source, part)
        for rate, part in zip(rates, parts, strict=True)
    )
