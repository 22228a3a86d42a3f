"""What the clock asks of payments: forget codes of gift cards that have been told."""

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.payments.stored_value.service import forget_codes


@scheduled("payments.forget-codes", cron="0 29 * * * *")
def forget_told_codes(work: Work) -> None:
    """Keep no code of a gift card for longer than it may have to be told once more; hourly."""
    work.database.run(Scope.park(), lambda session: forget_codes(session, now=utc_now()))
