"""Write once to who ordered and closed the browser before paying: the number, and the way back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row
from sqlalchemy.orm import Session

from commerce.checkout.process.confirm import Mailers
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work, process, scheduled
from commerce.kernel.statements import Statement

AFTER = timedelta(minutes=15)
"""How long nobody has ordered or begun to pay before the letter goes. Set on 2026-11-23: long enough
for the bank's app and for a second card; what is kept for half an hour is still kept then.
"""

_UNTIL = timedelta(hours=2)
_MOST = 200

# Whoever ordered anew and paid that has what they wanted.
_LEFT = Statement("""
SELECT o.merchant_id, o.id, lower(o.email) AS email, o.created_at FROM sales_order o
WHERE o.state = 'awaiting_payment' AND o.channel = 'web' AND o.email <> ''
  AND o.created_at < :before AND o.created_at >= :since
  AND NOT EXISTS (
    SELECT FROM payment p WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
      AND (p.created_at >= :before OR p.state IN ('pending', 'authorised', 'captured'))
  )
  AND NOT EXISTS (
    SELECT FROM sales_order n WHERE n.merchant_id = o.merchant_id AND n.email = o.email
      AND n.created_at > o.created_at AND n.state <> 'cancelled'
  )
ORDER BY o.created_at LIMIT :most
""")


@process("order.tell-unpaid")
def tell_unpaid(work: Work, *, merchant_id: str, order_id: str) -> None:
    """Queue the letter about an order that still waits for its money."""
    mailer = work.part(Mailers).orders
    work.step(
        "queue",
        lambda: mailer.tell_unpaid(merchant_id=UUID(merchant_id), order_id=UUID(order_id)),
        attempts=5,
    )


@scheduled("checkout.remind-unpaid", cron="10 */5 * * * *")
def remind_of_unpaid_orders(work: Work) -> None:
    """Let those be told who left an order unpaid a while ago; every five minutes."""
    with work.database.reading(Scope.park()) as connection:
        left = left_unpaid(connection, now=utc_now())
    for row in left:
        with work.database.transaction(Scope.merchant(row.merchant_id)) as session:
            announce_unpaid(session, durable=work.part(Durable), row=row)


def left_unpaid(connection: Connection, *, now: datetime) -> list[Row[Any]]:
    """Return the orders that nobody pays any more, the newest of each address."""
    asked = {"before": now - AFTER, "since": now - _UNTIL, "most": _MOST}
    return list(_LEFT.all(connection, asked))


def announce_unpaid(session: Session, *, durable: Durable, row: Row[Any]) -> None:
    """Let one letter go with the caller's commit: one a day for each address at a merchant.

    Anybody may type anybody's address. So however many orders are placed with it, and from wherever,
    its owner reads of one of them, and that they need not do anything.
    """
    day = row.created_at.date().isoformat()
    durable.enqueue(
        session,
        tell_unpaid,
        key=str(uuid5(row.merchant_id, f"{day} {row.email}")),
        merchant_id=str(row.merchant_id),
        order_id=str(row.id),
    )
