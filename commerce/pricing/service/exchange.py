"""Publish exchange rates."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.kernel.money import minor_digits
from commerce.pricing.errors import ExchangeRateExistsError, RateValueError

_ADD = text("""
INSERT INTO exchange_rate (id, base_currency, quote_currency, rate, valid_from, source)
VALUES (:id, :base, :quote, :rate, :valid_from, :source)
ON CONFLICT DO NOTHING
RETURNING id
""")


def add_exchange_rate(
    session: Session,
    *,
    base_currency: str,
    quote_currency: str,
    rate: Decimal,
    valid_from: datetime,
    source: str,
) -> None:
    """State how many `quote_currency` one `base_currency` is worth from a moment (UTC) on.

    For the park's scope: every merchant converts at the same rate, and each repricing is a
    decision of its own (`reprice`). `source` says who published it, and where.

    Raises:
        RateValueError: the rate is not above zero.
        ExchangeRateExistsError: the pair has a rate from the same moment.
        UnknownCurrencyError: a code is not ISO 4217.
    """
    minor_digits(base_currency)
    minor_digits(quote_currency)
    if not rate.is_finite() or rate <= 0:
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
        },
    ).one_or_none()
    if added is None:
        raise ExchangeRateExistsError(source=base_currency, target=quote_currency)
