"""What the clock asks of the tills: complete what was paid while nobody was looking."""

import structlog

from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.errors import CommerceError
from commerce.registers.queries import paid_and_open
from commerce.registers.service import complete_if_paid

_log = structlog.get_logger("quayside.tills")


@scheduled("till.complete", cron="50 * * * * *")
def complete_paid_sales(work: Work) -> None:
    """Complete sales whose card was taken after the till stopped asking, as after a power cut."""
    with work.database.reading(Scope.park()) as connection:
        waiting = paid_and_open(connection)
    for merchant_id, sale_id in waiting:
        try:
            with work.database.transaction(Scope.merchant(merchant_id)) as session:
                complete_if_paid(session, merchant_id=merchant_id, sale_id=sale_id)
        except CommerceError as error:
            _log.warning("sale_not_completed", sale_id=str(sale_id), code=error.code)
