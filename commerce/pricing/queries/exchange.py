"""What one currency was worth in another."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.rows import ExchangeQuote

_RATE = Statement("""
SELECT rate, valid_from, source, base_currency <> :source AS inverted
FROM exchange_rate
WHERE valid_from <= :at
  AND (base_currency, quote_currency) IN ((:source, :target), (:target, :source))
ORDER BY valid_from DESC, inverted
LIMIT 1
""")


def exchange_rate(
    connection: Connection | Session, *, source: str, target: str, at: datetime
) -> ExchangeQuote:
    """Return the newest rate from `source` to `target` published by the moment `at`.

    Raises:
        NoExchangeRateError: neither direction has one.
    """
    row = _RATE.one_or_none(connection, {"source": source, "target": target, "at": at})
    if row is None:
        raise NoExchangeRateError(source=source, target=target)
    return ExchangeQuote(source, target, row.rate, row.valid_from, row.source, row.inverted)
