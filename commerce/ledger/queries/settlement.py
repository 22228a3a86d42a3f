"""Payouts with their lines, disputes with their deadlines, and from when on to ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.ledger.rows import DisputeRow, DisputeState, LineRow, PayoutRow, PayoutState

# A payout's own line is no part of what it pays.
_PAYOUTS = """
SELECT p.id, p.plugin, p.handle, p.currency, p.amount_minor, p.state, p.arrives_on, p.at,
       coalesce(made.lines, 0) AS lines, coalesce(made.gross, 0) AS gross,
       coalesce(made.fees, 0) AS fees, coalesce(made.result, 0) AS result,
       coalesce(made.unrated, 0) AS unrated
FROM payout p
LEFT JOIN LATERAL (
  SELECT count(*) AS lines, sum(l.amount_minor) AS gross, sum(l.fee_minor) AS fees,
    sum(l.amount_minor - l.book_minor) FILTER (WHERE l.payment_id IS NOT NULL) AS result,
    count(*) FILTER (WHERE l.payment_id IS NOT NULL AND l.charged_currency <> l.currency
                     AND l.book_minor IS NULL) AS unrated
  FROM payout_line x JOIN settlement_line l ON l.merchant_id = x.merchant_id AND l.id = x.id
  WHERE x.merchant_id = p.merchant_id AND x.payout_id = p.id
    AND l.kind NOT IN ('payout', 'payout_failed')
) AS made ON true
"""

_LIST = Statement(
    f"{_PAYOUTS} WHERE CAST(:before AS timestamptz) IS NULL OR p.at < :before "
    "ORDER BY p.at DESC, p.id DESC LIMIT :most"
)
_ONE = Statement(f"{_PAYOUTS} WHERE p.id = :payout")

_LINES = Statement("""
SELECT l.id, l.kind, l.source, l.currency, l.amount_minor, l.fee_minor, l.charged_currency,
       l.charged_minor, l.rate, l.book_rate, l.book_minor, l.at,
       o.id AS order_id, o.number AS order_number
FROM payout_line x
JOIN settlement_line l ON l.merchant_id = x.merchant_id AND l.id = x.id
LEFT JOIN payment p ON p.merchant_id = l.merchant_id AND p.id = l.payment_id
LEFT JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
WHERE x.payout_id = :payout AND l.kind NOT IN ('payout', 'payout_failed')
ORDER BY l.at, l.handle LIMIT :most
""")

_DISPUTES = Statement("""
SELECT d.id, d.plugin, d.handle, d.payment_id, d.currency, d.amount_minor, d.reason, d.state,
       d.respond_by, d.opened_at, d.closed_at, o.id AS order_id, o.number AS order_number
FROM dispute d
JOIN payment p ON p.merchant_id = d.merchant_id AND p.id = d.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
WHERE NOT :only_open OR d.state IN ('inquiry', 'needs_response', 'under_review')
ORDER BY d.closed_at IS NOT NULL, d.respond_by, d.opened_at DESC LIMIT :most
""")

_SINCE = Statement("""
SELECT coalesce(
  (SELECT max(at) - interval '3 days' FROM settlement_line
   WHERE merchant_id = :merchant AND plugin = :plugin),
  (SELECT min(created_at) - interval '1 day' FROM payment
   WHERE merchant_id = :merchant AND plugin = :plugin AND captured_minor > 0)
)
""")

_WHOLE = Statement("""
SELECT p.handle FROM payout p
JOIN payout_line x ON x.merchant_id = p.merchant_id AND x.payout_id = p.id
JOIN settlement_line l ON l.merchant_id = x.merchant_id AND l.id = x.id
WHERE p.merchant_id = :merchant AND p.plugin = :plugin AND p.at > :since
  AND l.kind NOT IN ('payout', 'payout_failed')
GROUP BY p.handle, p.amount_minor
HAVING sum(l.amount_minor - l.fee_minor) = p.amount_minor
""")

_SETTLED = Statement("SELECT DISTINCT plugin FROM settlement_line")

_ASKED = Statement("""
SELECT m.merchant_id, m.plugin FROM payment_method m
WHERE m.plugin = ANY(:plugins) AND EXISTS (
  SELECT FROM payment p
  WHERE p.merchant_id = m.merchant_id AND p.plugin = m.plugin AND p.captured_minor > 0
)
ORDER BY m.merchant_id, m.plugin
""")


def payouts(
    connection: Connection, *, before: datetime | None = None, most: int
) -> tuple[PayoutRow, ...]:
    """Return payouts with the sums of their lines, newest first."""
    return tuple(_payout(row) for row in _LIST.all(connection, {"before": before, "most": most}))


def payout_by_id(connection: Connection, *, payout_id: UUID) -> PayoutRow:
    """Return one payout.

    Raises:
        NotFoundError: the merchant has no such payout.
    """
    row = _ONE.one_or_none(connection, {"payout": payout_id})
    if row is None:
        raise NotFoundError
    return _payout(row)


def lines_of_payout(connection: Connection, *, payout_id: UUID, most: int) -> tuple[LineRow, ...]:
    """Return what a payout pays, oldest first."""
    return tuple(_line(row) for row in _LINES.all(connection, {"payout": payout_id, "most": most}))


def disputes(connection: Connection, *, only_open: bool, most: int) -> tuple[DisputeRow, ...]:
    """Return disputes: open ones by their deadline, then those that are over."""
    rows = _DISPUTES.all(connection, {"only_open": only_open, "most": most})
    return tuple(_dispute(row) for row in rows)


def settled_plugins(connection: Connection) -> tuple[str, ...]:
    """Return the providers that have settled anything yet."""
    return tuple(sorted(row.plugin for row in _SETTLED.all(connection)))


def asks_since(connection: Connection, *, merchant_id: UUID, plugin: str) -> datetime | None:
    """Return from when on a report is asked for: three days before the last line that is known.

    Before the first line it is the day before the first payment; None where nothing was ever taken.
    """
    found: datetime | None = _SINCE.value(connection, {"merchant": merchant_id, "plugin": plugin})
    return found


def whole_payouts(
    connection: Connection, *, merchant_id: UUID, plugin: str, since: datetime
) -> frozenset[str]:
    """Return the provider's names of payouts whose lines are known to the cent."""
    asked = {"merchant": merchant_id, "plugin": plugin, "since": since}
    return frozenset(row.handle for row in _WHOLE.all(connection, asked))


def accounts_to_ask(
    connection: Connection, *, plugins: tuple[str, ...]
) -> tuple[tuple[UUID, str], ...]:
    """Return (merchant, plugin) of everybody who has money with these plugins; park's scope."""
    rows = _ASKED.all(connection, {"plugins": list(plugins)})
    return tuple((row.merchant_id, row.plugin) for row in rows)


def _payout(row: Row[Any]) -> PayoutRow:
    def money(minor: Any) -> Money:
        return Money(int(minor), row.currency)

    return PayoutRow(
        id=row.id,
        plugin=row.plugin,
        handle=row.handle,
        amount=money(row.amount_minor),
        state=PayoutState(row.state),
        arrives_on=row.arrives_on,
        at=row.at,
        lines=int(row.lines),
        gross=money(row.gross),
        fees=money(row.fees),
        result=money(row.result),
        unrated=int(row.unrated),
    )


def _line(row: Row[Any]) -> LineRow:
    charged = None
    if row.charged_currency is not None:
        charged = Money(row.charged_minor, row.charged_currency)
    return LineRow(
        id=row.id,
        kind=row.kind,
        source=row.source,
        settled=Money(row.amount_minor, row.currency),
        fee=Money(row.fee_minor, row.currency),
        charged=charged,
        rate=row.rate,
        book_rate=row.book_rate,
        book=None if row.book_minor is None else Money(row.book_minor, row.currency),
        at=row.at,
        order_id=row.order_id,
        order_number=row.order_number,
    )


def _dispute(row: Row[Any]) -> DisputeRow:
    return DisputeRow(
        id=row.id,
        plugin=row.plugin,
        handle=row.handle,
        payment_id=row.payment_id,
        amount=Money(row.amount_minor, row.currency),
        reason=row.reason,
        state=DisputeState(row.state),
        respond_by=row.respond_by,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        order_id=row.order_id,
        order_number=row.order_number,
    )
