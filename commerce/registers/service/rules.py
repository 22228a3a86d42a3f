"""Set what a clerk may do alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.park.service.security_log import note_security_event
from commerce.registers.models import TillRules
from commerce.registers.policy import TillPolicy, policy_of


def set_till_policy(
    session: Session, *, merchant_id: UUID, policy: TillPolicy, actor_id: UUID, now: datetime
) -> None:
    """Let `policy` count at every till from now on; tills hear of it with their next heartbeat.

    Rules that count already change nothing. Every change is kept with who made it, and noted in
    the security log.
    """
    if policy_of(session.connection()) == policy:
        return
    session.add(
        TillRules(
            merchant_id=merchant_id,
            discount_limit=policy.discount_limit,
            lock_after_seconds=policy.lock_after_seconds,
            set_by=actor_id,
            set_at=now,
        )
    )
    session.flush()
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="till-rules-set",
        actor_id=actor_id,
        facts={
            "discount_limit": policy.discount_limit,
            "lock_after_seconds": policy.lock_after_seconds,
        },
    )
