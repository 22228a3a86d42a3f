"""What things cost: the hot read of every page and every quote."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.pricing.rows import Price

# Of several lists that count at the same moment, a passing one (a sale) beats a lasting one, then
# one made for the channel beats one for all, then the newer beats the older.
_PRICES = Statement("""
SELECT DISTINCT ON (p.variant_id)
       p.variant_id, p.amount_minor, p.compare_at_minor, l.includes_tax,
       l.id, l.code, l.name, l.name_zh
FROM price p JOIN price_list l ON l.merchant_id = p.merchant_id AND l.id = p.price_list_id
WHERE p.variant_id = ANY(:variants) AND l.currency = :currency
  AND (l.channel IS NULL OR l.channel = :channel)
  AND l.valid_from <= :at AND (l.valid_to IS NULL OR l.valid_to > :at)
ORDER BY p.variant_id, (l.valid_to IS NULL), (l.channel IS NULL), l.valid_from DESC, l.id DESC
""")


def prices_for(
    connection: Connection | Session,
    *,
    variant_ids: Iterable[UUID],
    currency: str,
    channel: Channel | str,
    at: datetime,
) -> Mapping[UUID, Price]:
    """Return what each variant costs in `currency` on `channel` at the moment `at` (UTC).

    A variant without a price in that currency is left out: it is not sold in it. One statement,
    whatever the number of variants; the transaction's scope says whose prices.
    """
    rows = _PRICES.all(
        connection,
        {"variants": list(variant_ids), "currency": currency, "channel": str(channel), "at": at},
    )
    return {
        variant_id: Price(
            variant_id=variant_id,
            amount=Money(amount_minor, currency),
            compare_at=None if compare_at_minor is None else Money(compare_at_minor, currency),
            includes_tax=includes_tax,
            price_list_id=list_id,
            list_code=code,
            list_name=name,
            list_name_zh=name_zh,
        )
        for (
            variant_id,
            amount_minor,
            compare_at_minor,
            includes_tax,
            list_id,
            code,
            name,
            name_zh,
        ) in rows
    }
