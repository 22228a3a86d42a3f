"""What was charged is worth, in the currency of settlement, at the rate of our own books."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from commerce.kernel.money import Money, round_half_up
from commerce.plugins.settlement import LineKind, SettledLine
from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.queries import exchange_rate

_DIGITS = Decimal("0.0000000001")


@dataclass(frozen=True, slots=True)
class Booked:
    """An amount at a rate of ours."""

    rate: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class Worth:
    """Looks up rates, each once."""

    session: Session
    _rates: dict[tuple[str, str, datetime], Decimal | None] = field(default_factory=dict)

    def rate(self, source: str, target: str, at: datetime) -> Decimal | None:
        """Return what one unit of `source` was worth at `at`; None where nobody stated it."""
        asked = (source, target, at)
        if asked not in self._rates:
            self._rates[asked] = self._stated(*asked)
        return self._rates[asked]

    def _stated(self, source: str, target: str, at: datetime) -> Decimal | None:
        try:
            quote = exchange_rate(self.session, source=source, target=target, at=at)
        except NoExchangeRateError:
            return None
        rate = 1 / quote.rate if quote.inverted else quote.rate
        return rate.quantize(_DIGITS)


def worth_of(line: SettledLine, charged_at: datetime | None, worth: Worth) -> Booked | None:
    """Return what an exchanged line is worth: a charge when it was made, what goes back when it does.

    None where nothing was exchanged, or nobody stated a rate.
    """
    charged, settled = line.charged, line.settled
    if charged is None or charged.currency == settled.currency:
        return None
    at = charged_at if line.kind is LineKind.CHARGE and charged_at else line.at
    rate = worth.rate(charged.currency, settled.currency, at)
    if not rate:
        return None
    minor = round_half_up(charged.major * rate / Money(1, settled.currency).major)
    return Booked(rate, Money(minor, settled.currency))
