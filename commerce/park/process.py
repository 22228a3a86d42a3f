"""What the clock asks of the park: forget what has expired."""

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.park.service.sweep import sweep_expired


@scheduled("park.sweep", cron="0 7 * * * *")
def forget_expired(work: Work) -> None:
    """Delete ended sessions, used links and old counters of misses."""
    work.database.run(Scope.park(), lambda session: sweep_expired(session, now=utc_now()))
