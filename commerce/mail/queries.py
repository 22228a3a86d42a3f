"""What the mail room knows: which letters wait, left or failed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.mail.rows import Correspondence, MailRow, MailState

_COLUMNS = """
SELECT id, template, about, order_id, recipient, subject, state, attempts, last_error, created_at,
       sent_at
FROM outgoing_mail
"""

_LATEST = text(
    _COLUMNS
    + """
WHERE (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC LIMIT :most
"""
)

_ABOUT = text(_COLUMNS + "WHERE about = :about ORDER BY id")


# `commerce.mail.process` tries for about two days.
_UNDELIVERED = text(
    _COLUMNS
    + """
WHERE recipient <> '' AND (state = 'failed'
  OR (state IN ('queued', 'sending') AND created_at < now() - interval '50 hours'))
  AND (:staff OR NOT starts_with(template, 'staff-'))
ORDER BY id DESC LIMIT :most
"""
)

# What the park writes to its staff is no part of what a merchant knows about a customer, even
# where somebody is both.
_TO_CUSTOMER = text("""
SELECT recipient, subject, text, state, COALESCE(sent_at, created_at) AS at FROM outgoing_mail
WHERE (recipient <> '' AND lower(recipient) = lower(:address) AND order_id IS NULL
   OR order_id = ANY(:orders)
   OR about = ANY(:about))
  AND NOT starts_with(template, 'staff-')
ORDER BY id
""")


def latest_mail(
    connection: Connection | Session,
    *,
    state: MailState | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> tuple[MailRow, ...]:
    """Return letters, newest first; `before` continues an earlier page."""
    rows = connection.execute(
        _LATEST,
        {"state": None if state is None else str(state), "before": before, "most": most},
    )
    return tuple(_row(row) for row in rows)


def mail_about(connection: Connection | Session, *, about: UUID) -> tuple[MailRow, ...]:
    """Return every letter about one order, link or return, oldest first."""
    return tuple(_row(row) for row in connection.execute(_ABOUT, {"about": about}))


def undelivered(connection: Connection, *, staff: bool, most: int = 50) -> tuple[MailRow, ...]:
    """Return letters that were refused, or that wait longer than anybody tries to send them.

    What was written to colleagues is among them only for who may manage `staff`.
    """
    rows = connection.execute(_UNDELIVERED, {"most": most, "staff": staff})
    return tuple(_row(row) for row in rows)


def letters_to_customer(
    connection: Connection, *, address: str, order_ids: Sequence[UUID], about: Sequence[UUID] = ()
) -> tuple[Correspondence, ...]:
    """Return what was written to a customer, oldest first, without links that let anybody in.

    That is what tells of their orders or is `about` their links, whatever address it went to, and
    what went to their own `address` (none if empty) and tells of no order: somebody else may have
    had the address when they ordered.
    """
    rows = connection.execute(
        _TO_CUSTOMER, {"address": address, "orders": list(order_ids), "about": list(about)}
    )
    return tuple(
        Correspondence(r.recipient, r.subject, r.text, MailState(r.state), r.at) for r in rows
    )


def _row(row: Any) -> MailRow:
    return MailRow(
        id=row.id,
        template=row.template,
        about=row.about,
        order_id=row.order_id,
        recipient=row.recipient,
        subject=row.subject,
        state=MailState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )
