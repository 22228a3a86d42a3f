"""Steps of the fill, each done once: its line in the security log commits with what it did."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.park.service.security_log import Facts, note_security_event

_PARK_CHAIN = UUID(int=0)

FOUNDED = "demo-park-founded"
STOCKED = "demo-shop-stocked"
ILLUSTRATED = "demo-shop-illustrated"
TOLD = "demo-stories-told"
PROMOTED = "demo-promotions-opened"
TRADED = "demo-past-traded"
COMPLETED = "demo-park-completed"

_NOTED = text("SELECT facts FROM security_event WHERE chain = :chain AND action = :step LIMIT 1")
# Two fills at once take turns; the lock goes with the transaction.
_QUEUE_UP = text("SELECT pg_advisory_xact_lock(hashtextextended('quayside demo park', 0))")
# Somebody who has been invited to run a park of their own does not want strangers' shops in it.
_IS_EMPTY = text(
    "SELECT NOT EXISTS (SELECT FROM merchant) AND NOT EXISTS (SELECT FROM staff_account)"
)


def queue_up(session: Session) -> None:
    """Wait until no other fill has a step open."""
    session.execute(_QUEUE_UP)


def noted(
    connection: Connection | Session, step: str, *, merchant_id: UUID | None = None
) -> dict[str, Any] | None:
    """Return the facts that were noted with a finished step, or None while it is not finished."""
    where = {"chain": merchant_id or _PARK_CHAIN, "step": step}
    row = connection.execute(_NOTED, where).one_or_none()
    return None if row is None else dict(row.facts)


def note(
    session: Session, step: str, *, merchant_id: UUID | None = None, facts: Facts | None = None
) -> None:
    """Write down that a step is finished; call it last in the step's transaction."""
    note_security_event(
        session, merchant_id=merchant_id, action=step, actor_id=None, facts=facts or {}
    )


def is_empty(connection: Connection | Session) -> bool:
    """Return whether nobody has founded a merchant here yet, or been given an account."""
    return bool(connection.execute(_IS_EMPTY).scalar_one())
