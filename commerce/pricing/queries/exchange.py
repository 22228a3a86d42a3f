"""What one currency was worth in another."""

from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.rows import ExchangeQuote

_RATE = text("""
SELECT rate, valid_from, source, base_currency <> :source AS inverted
FROM exchange_rate
WHERE valid_from <= :at
  AND (base_currency, quote_currency) IN ((:source, :target), (:target, :source))
ORDER BY valid_from DESC, inverted
LIMIT 1
""")

_ALL = text("""
SELECT base_currency, quote_currency, rate, valid_from, source
FROM exchange_rate
ORDER BY base_currency, quote_currency, valid_from DESC
""")


def exchange_rate(
    connection: Connection | Session, *, source: str, target: str, at: datetime
) -> ExchangeQuote:
    """Return the newest rate from `source` to `target` published by the moment `at`.

    Raises:
        NoExchangeRateError: neither direction has one.
    """
    row = connection.execute(_RATE, {"source": source, "target": target, "at": at}).one_or_none()
    if row is None:
        raise NoExchangeRateError(source=source, target=target)
    return ExchangeQuote(source, target, row.rate, row.valid_from, row.source, row.inverted)


def exchange_rates(connection: Connection | Session) -> tuple[ExchangeQuote, ...]:
    """Return every rate as published, the newest of each pair first."""
    return tuple(ExchangeQuote(*row) for row in connection.execute(_ALL))
