"""How much one gift card may hold. The limits are data with dates and sources: `limits.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.payments.stored_value.errors import GiftCardTooLargeError

_COUNTRY = Statement("SELECT country FROM merchant WHERE id = :merchant")


@dataclass(frozen=True, slots=True)
class CardLimit:
    """What the law of one country lets a card hold that is registered to nobody."""

    country: str
    most: Money
    since: date
    until: date | None
    source: str

    def counts(self, *, country: str, currency: str, day: date) -> bool:
        """Return whether a merchant of `country` has to keep it on a day."""
        in_force = self.since <= day <= (self.until or day)
        return in_force and (self.country, self.most.currency) == (country, currency)


def check_card_holds(session: Session, *, merchant_id: UUID, amount: Money) -> None:
    """Refuse a card that would hold more than the law of the merchant's country lets it.

    Raises:
        GiftCardTooLargeError: it would.
    """
    country = str(_COUNTRY.value(session, {"merchant": merchant_id}))
    most = most_on_a_card(country=country, currency=amount.currency, day=utc_now().date())
    if most is not None and amount > most:
        raise GiftCardTooLargeError(most=most)


def most_on_a_card(*, country: str, currency: str, day: date) -> Money | None:
    """Return how much a card may hold, or None where no limit is known."""
    found = (each for each in _limits() if each.counts(country=country, currency=currency, day=day))
    return min((each.most for each in found), default=None)


@cache
def _limits() -> tuple[CardLimit, ...]:
    listed = files("commerce.payments.stored_value").joinpath("limits.toml")
    return tuple(
        CardLimit(
            country=row["country"],
            most=Money(row["most_minor"], row["currency"]),
            since=row["from"],
            until=row.get("until"),
            source=row["source"],
        )
        for row in tomllib.loads(listed.read_text(encoding="utf-8"))["limit"]
    )
