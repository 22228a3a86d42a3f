"""Forget what has run out: throttles, challenges, links and old sessions. Needs `Scope.park()`."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commerce.park.models import (
    MailedToken,
    PasskeyCeremony,
    ShopperSession,
    StaffSession,
    Throttle,
)

_KEPT = timedelta(days=30)


def sweep_expired(session: Session, *, now: datetime) -> None:
    """Delete what can never be used again; ended sessions are kept thirty days for questions."""
    for statement in (
        delete(Throttle).where(Throttle.window_ends_at < now),
        delete(PasskeyCeremony).where(PasskeyCeremony.expires_at < now),
        delete(MailedToken).where(MailedToken.expires_at < now - _KEPT),
        delete(StaffSession).where(StaffSession.ends_at < now - _KEPT),
        delete(ShopperSession).where(ShopperSession.ends_at < now - _KEPT),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
