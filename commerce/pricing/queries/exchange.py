"""What one currency was worth in another: by the merchant's own word, else by the park's."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.rows import ExchangeQuote, OwnRate

# The park's own transactions see every merchant's rows and belong to none: they get the park's rate.
_RATE = Statement("""
WITH own AS (
  SELECT rate, valid_from, source, base_currency <> :source AS inverted, '' AS source_zh
  FROM merchant_rate
  WHERE merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid AND valid_from <= :at
    AND (base_currency, quote_currency) IN ((:source, :target), (:target, :source))
  ORDER BY valid_from DESC, stated_at DESC, id DESC
  LIMIT 1
), park AS (
  SELECT rate, valid_from, source, base_currency <> :source AS inverted, source_zh
  FROM exchange_rate
  WHERE valid_from <= :at
    AND (base_currency, quote_currency) IN ((:source, :target), (:target, :source))
  ORDER BY valid_from DESC, inverted
  LIMIT 1
)
SELECT *, true AS own FROM own WHERE rate IS NOT NULL
UNION ALL SELECT *, false FROM park
ORDER BY own DESC LIMIT 1
""")

_OWN = Statement("""
SELECT base_currency, quote_currency, rate, valid_from, source, stated_at, stated_by, converts
FROM merchant_rate
ORDER BY valid_from DESC, stated_at DESC, id DESC
LIMIT :limit
""")


def exchange_rate(
    connection: Connection | Session, *, source: str, target: str, at: datetime
) -> ExchangeQuote:
    """Return the newest rate from `source` to `target` that counts at the moment `at`.

    What the merchant states itself counts, else what the park has published.

    Raises:
        NoExchangeRateError: neither direction has one.
    """
    row = _RATE.one_or_none(connection, {"source": source, "target": target, "at": at})
    if row is None:
        raise NoExchangeRateError(source=source, target=target)
    return ExchangeQuote(
        source,
        target,
        row.rate,
        row.valid_from,
        row.source,
        row.inverted,
        row.own,
        row.source_zh,
    )


def own_rates(connection: Connection, *, limit: int = 100) -> tuple[OwnRate, ...]:
    """Return the rates that the merchant has stated, those for the latest days first."""
    return tuple(OwnRate(*row) for row in _OWN.all(connection, {"limit": limit}))
