"""A line as its buyer pays it: with prices from a list without tax, each figure shown has its tax.

A price list says what a unit costs and a promotion what it takes off; the tax comes to the whole line.
A page that showed all three would not add up before the shopper's eyes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class Charged:
    """What one unit costs and what each promotion takes off, as the line's total counts them."""

    unit: Money
    off: tuple[Money, ...]
    even: bool
    """Whether units less promotions are the line's total; else `unit` is rounded."""


def charged(*, quantity: int, unit: Money, off: Sequence[Money], gross: Money) -> Charged:
    """Return `unit` and `off`, which are the list's, as they are part of `gross`.

    With tax in the price, or none due, they are that already.
    """
    listed = unit * quantity - total(off, currency=unit.currency)
    each = as_charged(unit, listed=listed, gross=gross)
    taken = each * quantity - gross
    parts = tuple(off)
    if gross > listed and off and taken > Money.zero(taken.currency):
        parts = taken.share([part.amount_minor for part in off])
    return Charged(each, parts, even=taken == total(parts, currency=unit.currency))


def as_charged(amount: Money, *, listed: Money, gross: Money) -> Money:
    """Return `amount` of a list's price with the tax that makes `gross` of `listed`.

    Nothing tells the tax of what is given away: then it stays what it is.
    """
    if not Money.zero(listed.currency) < listed < gross:
        return amount
    return amount.portion(Decimal(gross.amount_minor) / Decimal(listed.amount_minor))
