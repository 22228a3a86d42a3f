"""Forget the words of old letters; that a letter was sent stays on record."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement

_BATCH = 1000

# A letter without an order leads back to nobody but its reader, whose address goes whole.
_FORGET = Statement(r"""
UPDATE outgoing_mail m
SET text = '', html = NULL, headers = '{}', sealed_link = NULL, last_error = '',
    recipient = CASE WHEN m.order_id IS NULL THEN ''
                     ELSE regexp_replace(m.recipient, '^(.).*(@[^@]*)$', '\1…\2') END,
    state = CASE WHEN m.state = 'sent' THEN m.state ELSE 'given_up' END
FROM (SELECT merchant_id, id FROM outgoing_mail
      WHERE text <> '' AND created_at < :before
      ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED) AS old
WHERE m.merchant_id = old.merchant_id AND m.id = old.id
""")


@scheduled("mail.forget-words", cron="0 23 3 * * *")
def forget_old_letters(work: Work) -> None:
    """Take the words out of letters that are older than the installation keeps them; daily."""
    before = utc_now() - timedelta(days=work.settings.letter_days)
    while work.database.run(Scope.park(), lambda session: forget_words(session, before)) == _BATCH:
        pass


def forget_words(session: Session, before: datetime) -> int:
    """Empty up to a thousand letters written earlier than `before`; return how many.

    What stays tells that a letter of this kind about this order left then: kind, order, subject,
    times, and so much of the address that its owner knows it again (l…@example.com). A letter that
    never left is given up, as there is nothing to send any more. Needs `Scope.park()`.
    """
    return _FORGET.run(session, {"before": before, "most": _BATCH})
