"""Forget who left a cart lying, once nobody comes back for it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement

KEEP = timedelta(days=90)
"""How long a cart that nobody touches knows an e-mail address and a street.

Set on 2026-11-23: a guest who typed them and bought nothing has no account in which to ask for
them back, so the clock does (GDPR art. 5 (1) (e), PIPL art. 19 and 47). A quarter covers a gift
that is thought over. The goods stay in the cart, and what was ordered keeps its own address.
"""

_FORGET = Statement("""
UPDATE cart SET email = '', ship_to = NULL
WHERE changed_at < :before AND (email <> '' OR ship_to IS NOT NULL)
""")


@scheduled("checkout.forget-carts", cron="0 52 3 * * *")
def forget_left_carts(work: Work) -> None:
    """Take the people out of carts that were left lying; once a day, at a quiet hour."""
    work.database.run(Scope.park(), lambda session: forget_owners(session, now=utc_now()))


def forget_owners(session: Session, *, now: datetime) -> int:
    """Forget address and e-mail of carts that nobody touched for `KEEP`; return how many.

    Needs `Scope.park()`: it is for the carts of every merchant.
    """
    return _FORGET.run(session, {"before": now - KEEP})
