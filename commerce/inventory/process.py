"""What the clock asks of stock: what has passed its date is sold to nobody."""

import structlog

from commerce.inventory.service import expire_lots
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled

_log = structlog.get_logger("quayside.lots")

_BATCH = 200


@scheduled("inventory.expire-lots", cron="15 1 * * * *")
def expire_due_lots(work: Work) -> None:
    """Take lots past their date out of what is available, just after midnight of any time zone."""
    while True:
        expired = work.database.run(
            Scope.park(), lambda session: expire_lots(session, now=utc_now(), most=_BATCH)
        )
        if expired:
            _log.info("lots_expired", lots=expired)
        if expired < _BATCH:
            return
