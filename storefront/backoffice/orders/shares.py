"""What of an order bears which tax, and how a sum of it is taken from that without losing a cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What of an order bears one tax rate; minor units, negative for what went back."""

    delivery: bool
    rate: Decimal | None
    """A ratio; None for a delivery whose tax is at no rate of its goods."""
    net: int
    tax: int

    @property
    def gross(self) -> int:
        """With tax."""
        return self.net + self.tax

    def bearing(self, gross: int, tax: int) -> "Share":
        """Return another amount of the same."""
        return Share(self.delivery, self.rate, gross - tax, tax)


Shares = tuple[Share, ...]


def shares_of(shares: Sequence[Share], amount: int) -> Shares:
    """Return `amount` of the whole, spread by what the shares come to; nothing is lost in cents."""
    whole, upto, given, found = sum(each.gross for each in shares), 0, 0, []
    for each in shares:
        upto += each.gross
        gross = amount * upto // whole - given if whole else 0
        given += gross
        tax = round(Decimal(each.tax) * gross / each.gross) if each.gross else 0
        found.append(each.bearing(gross, tax))
    return tuple(found)


def combined(one: Sequence[Share], other: Sequence[Share], sign: int = 1) -> Shares:
    """Return one with the other added, share by share; with a `sign` of -1, without it."""
    return tuple(
        a.bearing(a.gross + sign * b.gross, a.tax + sign * b.tax)
        for a, b in zip(one, other, strict=True)
    )


def within(wanted: Sequence[Share], left: Sequence[Share]) -> Shares:
    """Return of what is wanted no more than is left of each; what is left is taken with its tax."""
    return tuple(
        b if a.gross >= b.gross else a.bearing(a.gross, min(a.tax, b.tax))
        for a, b in zip(wanted, left, strict=True)
    )
