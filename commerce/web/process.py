"""What the clock asks of the web: forget answers that nobody asks for again."""

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.web.idempotency import end_answers


@scheduled("web.end-answers", cron="0 41 3 * * *")
def end_old_answers(work: Work) -> None:
    """Delete what calls with an Idempotency-Key were answered long ago; daily, at a quiet hour."""
    work.database.run(Scope.park(), lambda session: end_answers(session, now=utc_now()))
