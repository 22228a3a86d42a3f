"""Keep a colleague out, and let them in again. Every verb needs `Scope.park()`.

An account belongs to the park, and its owner may work for several merchants; a merchant keeps
somebody out of its own desk and tills only. Roles, PIN and name stay, so that everything they did
goes on naming them, and letting them in again brings back what they had.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from commerce.park.errors import OwnAccountError, UnknownStaffError
from commerce.park.models import Membership
from commerce.park.origin import Origin
from commerce.park.permissions import Role
from commerce.park.service.owners import check_owned, lock_members
from commerce.park.service.security_log import note_security_event
from commerce.park.service.sessions import revoke_sessions

_UNSYNCHRONIZED = {"synchronize_session": False}


def disable_member(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    actor_id: UUID,
    origin: Origin,
    now: datetime,
) -> None:
    """Keep a colleague out of this merchant's desk and tills from this moment on.

    Their sessions end everywhere; who works for another merchant too signs in there again. Doing it
    twice changes nothing.

    Raises:
        OwnAccountError: people do not disable themselves.
        UnknownStaffError: the person does not work here.
        LastOwnerError: no other owner could sign in; two owners cannot disable each other at once.
    """
    if staff_id == actor_id:
        raise OwnAccountError
    lock_members(session, merchant_id=merchant_id)
    roles = _stand(session, merchant_id, staff_id, since=now)
    if Role.OWNER.value in roles:
        check_owned(session, merchant_id=merchant_id)
    revoke_sessions(session, staff_id=staff_id, now=now)
    _note(
        session,
        "account-disabled",
        merchant_id=merchant_id,
        actor_id=actor_id,
        staff_id=staff_id,
        origin=origin,
    )


def enable_member(
    session: Session, *, merchant_id: UUID, staff_id: UUID, actor_id: UUID, origin: Origin
) -> None:
    """Let a colleague in again, with the roles and the PIN they had.

    Raises:
        UnknownStaffError: the person does not work here.
    """
    lock_members(session, merchant_id=merchant_id)
    _stand(session, merchant_id, staff_id, since=None)
    _note(
        session,
        "account-enabled",
        merchant_id=merchant_id,
        actor_id=actor_id,
        staff_id=staff_id,
        origin=origin,
    )


def _stand(
    session: Session, merchant_id: UUID, staff_id: UUID, *, since: datetime | None
) -> frozenset[str]:
    """Mark every role of a person as kept out `since` then, or as in force; return the roles."""
    # An open invitation is marked too: accepting it later must not be a way in.
    rows = session.execute(
        update(Membership)
        .where(Membership.merchant_id == merchant_id, Membership.staff_id == staff_id)
        .values(suspended_at=since)
        .returning(Membership.role, Membership.accepted_at),
        execution_options=_UNSYNCHRONIZED,
    ).all()
    held = frozenset(row.role for row in rows if row.accepted_at is not None)
    if not held:
        raise UnknownStaffError
    return held


def _note(
    session: Session,
    action: str,
    *,
    merchant_id: UUID,
    actor_id: UUID,
    staff_id: UUID,
    origin: Origin,
) -> None:
    note_security_event(
        session,
        merchant_id=merchant_id,
        action=action,
        actor_id=actor_id,
        subject=str(staff_id),
        address=origin.address,
    )
