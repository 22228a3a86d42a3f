"""What the clock asks of the places from which orders leave."""

from functools import partial

from commerce.fulfilment.service import set_due
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement

_BATCH = 200

_UNDATED = Statement("""
SELECT DISTINCT merchant_id FROM fulfilment
WHERE due_at IS NULL AND location_id IS NOT NULL
  AND state IN ('open', 'picking', 'packed', 'ready')
""")


@scheduled("fulfilment.set-due", cron="*/20 * * * * *")
def set_due_hours(work: Work) -> None:
    """Say of every new part of an order until when it is due, by the hours of its place."""
    with work.database.reading(Scope.park()) as connection:
        merchants = [row.merchant_id for row in _UNDATED.all(connection)]
    for merchant_id in merchants:
        left = _BATCH
        while left == _BATCH:
            dated = partial(set_due, merchant_id=merchant_id, most=_BATCH)
            left = work.database.run(Scope.merchant(merchant_id), dated)
