"""State exchange rates: the park for everybody, a merchant for itself."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import minor_digits
from commerce.pricing.errors import (
    ExchangeRateExistsError,
    ExchangeValueError,
    RateValueError,
    SameCurrencyError,
)

_ADD = text("""
INSERT INTO exchange_rate (id, base_currency, quote_currency, rate, valid_from, source,
                           source_zh)
VALUES (:id, :base, :quote, :rate, :valid_from, :source, :source_zh)
ON CONFLICT DO NOTHING
RETURNING id
""")


# The database keeps ten digits before the point and ten after it.
_LEAST, _MOST = Decimal("1e-10"), Decimal("1e10")

_STATE = text("""
INSERT INTO merchant_rate (merchant_id, id, base_currency, quote_currency, rate, valid_from, source,
                           stated_at, stated_by, converts)
VALUES (:merchant, :id, :base, :quote, :rate, :valid_from, :source, :now, :actor, :converts)
""")


def add_exchange_rate(
    session: Session,
    *,
    base_currency: str,
    quote_currency: str,
    rate: Decimal,
    valid_from: datetime,
    source: str,
    source_zh: str = "",
) -> None:
    """State how many `quote_currency` one `base_currency` is worth from a moment (UTC) on.

    For the park's scope: every merchant that states none of its own converts at this rate, and each
    repricing is a decision of its own (`reprice`). `source` says who published it, and where.

    Raises:
        RateValueError: the rate is not above zero, or beyond what can be kept.
        ExchangeRateExistsError: the pair has a rate from the same moment.
        UnknownCurrencyError: a code is not ISO 4217.
    """
    minor_digits(base_currency)
    minor_digits(quote_currency)
    if not _can_be_kept(rate):
        raise RateValueError(rate=rate)
    added = session.execute(
        _ADD,
        {
            "id": new_id(),
            "base": base_currency,
            "quote": quote_currency,
            "rate": rate,
            "valid_from": valid_from,
            "source": source,
            "source_zh": source_zh,
        },
    ).one_or_none()
    if added is None:
        raise ExchangeRateExistsError(source=base_currency, target=quote_currency)


def state_own_rate(
    session: Session,
    *,
    merchant_id: UUID,
    base_currency: str,
    quote_currency: str,
    rate: Decimal | None,
    valid_from: datetime,
    source: str,
    actor_id: UUID | None = None,
    converts: bool = False,
) -> None:
    """State how many `quote_currency` one `base_currency` is worth for this merchant.

    It counts instead of the park's from a moment (UTC) on, and until a later one; None lets the
    park's count again. Rows are added and never changed, so that every price can be explained; of
    two for the same moment the later word counts. Prices stay until a list is converted anew, which
    happens by itself for a rate that `converts`, once it counts (`convert_due_lists`).

    Raises:
        ExchangeValueError: the rate is not above zero, or beyond what can be kept.
        SameCurrencyError: both currencies are one.
        UnknownCurrencyError: a code is not ISO 4217.
    """
    minor_digits(base_currency)
    minor_digits(quote_currency)
    if base_currency == quote_currency:
        raise SameCurrencyError(currency=base_currency)
    if rate is not None and not _can_be_kept(rate):
        raise ExchangeValueError(rate=rate)
    session.execute(
        _STATE,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "base": base_currency,
            "quote": quote_currency,
            "rate": rate,
            "valid_from": valid_from,
            "source": source,
            "now": utc_now(),
            "actor": actor_id,
            "converts": converts,
        },
    )


def _can_be_kept(rate: Decimal) -> bool:
    """Return whether the rate is a positive number that has room in the database, once rounded."""
    if not rate.is_finite() or not _LEAST <= rate < _MOST:
        return False
    return rate.quantize(_LEAST) < _MOST
