"""The statement of a period, entry by entry, and what is not settled yet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.ledger.accounts import Account, EntryKind
from commerce.ledger.rows import EntryRow, OpenItem

_ENTRIES = Statement("""
SELECT e.id, e.kind, e.provider, e.debit, e.credit, e.currency, e.amount_minor, e.rate, e.at,
       o.id AS order_id, o.number AS order_number
FROM (
  SELECT * FROM money_entry
  WHERE at >= :since AND at < :until
    AND (CAST(:provider AS text) IS NULL OR provider = :provider)
    AND (CAST(:after_at AS timestamptz) IS NULL OR (at, id) > (:after_at, CAST(:after_id AS uuid)))
  ORDER BY at, id LIMIT :most
) AS e
LEFT JOIN payment p ON p.merchant_id = e.merchant_id AND p.id = e.payment_id
LEFT JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
ORDER BY e.at, e.id
""")

# Only providers that report settle anything; what others took waits in `clearing` by its nature.
_OPEN = Statement("""
SELECT e.provider, e.payment_id, o.id AS order_id, o.number AS order_number, e.currency, e.open,
       e.since
FROM (
  SELECT merchant_id, provider, payment_id, currency, min(at) AS since,
    sum(CASE WHEN debit = 'clearing' THEN amount_minor ELSE -amount_minor END) AS open
  FROM money_entry
  WHERE 'clearing' IN (debit, credit) AND provider = ANY(:providers)
  GROUP BY merchant_id, provider, payment_id, currency
  HAVING sum(CASE WHEN debit = 'clearing' THEN amount_minor ELSE -amount_minor END) <> 0
  ORDER BY min(at) LIMIT :most
) AS e
JOIN payment p ON p.merchant_id = e.merchant_id AND p.id = e.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
ORDER BY e.since
""")


def entries(
    connection: Connection,
    *,
    since: datetime,
    until: datetime,
    provider: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int,
) -> tuple[EntryRow, ...]:
    """Return the entries of a period, oldest first; the next page comes `after` the last one's place."""
    after_at, after_id = after or (None, None)
    rows = _ENTRIES.all(
        connection,
        {
            "since": since,
            "until": until,
            "provider": provider,
            "after_at": after_at,
            "after_id": after_id,
            "most": most,
        },
    )
    return tuple(_entry(row) for row in rows)


def open_items(
    connection: Connection, *, providers: tuple[str, ...], most: int
) -> tuple[OpenItem, ...]:
    """Return payments that these providers have not settled to the cent, longest open first."""
    rows = _OPEN.all(connection, {"providers": list(providers), "most": most})
    return tuple(
        OpenItem(
            row.provider,
            row.payment_id,
            row.order_id,
            row.order_number,
            Money(int(row.open), row.currency),
            row.since,
        )
        for row in rows
    )


def _entry(row: Row[Any]) -> EntryRow:
    facts = row._asdict()
    facts["kind"] = EntryKind(facts["kind"])
    facts["debit"], facts["credit"] = Account(facts["debit"]), Account(facts["credit"])
    return EntryRow(**facts)
