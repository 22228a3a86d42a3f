"""What the clock asks of the pickup shelves: remind who has not come, let go what nobody collects."""

from functools import partial

import structlog

from commerce.checkout.service.pickup import REMIND_BEFORE, let_pickup_go, remind_of_pickup
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work, scheduled
from commerce.kernel.statements import Statement

_log = structlog.get_logger("quayside.pickups")

_MOST = 200

# What waits for its merchant has a reason. A reminder never comes in the first half of the time.
_TO_REMIND = Statement("""
SELECT merchant_id, id FROM fulfilment
WHERE state = 'ready' AND reminded_at IS NULL AND reason = '' AND collect_by > :now
  AND collect_by <= :soon AND ready_at + (collect_by - ready_at) / 2 <= :now
ORDER BY collect_by LIMIT :most
""")

_LAPSED = Statement("""
SELECT merchant_id, id FROM fulfilment
WHERE state = 'ready' AND reason = '' AND collect_by <= :now
ORDER BY collect_by LIMIT :most
""")


@scheduled("checkout.pickups", cron="40 * * * * *")
def look_after_pickups(work: Work) -> None:
    """Remind customers of what lies ready for them, and call off what nobody came for in time."""
    now = utc_now()
    asked = {"now": now, "most": _MOST}
    with work.database.reading(Scope.park()) as connection:
        remind = _TO_REMIND.all(connection, {**asked, "soon": now + REMIND_BEFORE})
        lapsed = _LAPSED.all(connection, asked)
    durable = work.part(Durable)
    for verb, found in ((remind_of_pickup, remind), (let_pickup_go, lapsed)):
        for merchant_id, fulfilment_id in found:
            deed = partial(
                verb, durable=durable, merchant_id=merchant_id, fulfilment_id=fulfilment_id, at=now
            )
            done = work.database.run(Scope.merchant(merchant_id), deed)
            _log.info(verb.__name__, fulfilment_id=str(fulfilment_id), done=done)
