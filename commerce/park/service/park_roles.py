"""Give and take the park's own roles. Every verb needs `Scope.park()`."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.park.errors import LastOperatorError, UnknownStaffError
from commerce.park.models import ParkMembership, StaffAccount
from commerce.park.permissions import PARK_ROLES, Role
from commerce.park.service.roles import check_role, note_role

_UNSYNCHRONIZED = {"synchronize_session": False}


def grant_park_role(
    session: Session, *, staff_id: UUID, role: Role, granted_by: UUID | None
) -> None:
    """Give somebody one of the park's own roles; giving it twice changes nothing.

    Raises:
        RoleNotHereError: a merchant's role.
    """
    check_role(role, PARK_ROLES)
    session.execute(
        insert(ParkMembership)
        .values(staff_id=staff_id, role=role.value, granted_by=granted_by, accepted_at=utc_now())
        .on_conflict_do_update(
            index_elements=["staff_id", "role"],
            set_={"accepted_at": func.coalesce(ParkMembership.accepted_at, utc_now())},
        )
    )
    note_role(
        session,
        merchant_id=None,
        action="park-role-given",
        actor_id=granted_by,
        staff_id=staff_id,
        role=role,
    )


def withdraw_park_role(
    session: Session, *, staff_id: UUID, role: Role, actor_id: UUID | None
) -> None:
    """Take one of the park's own roles, or withdraw an invitation; it holds from now on.

    Raises:
        UnknownStaffError: the person does not have it.
        LastOperatorError: nobody else runs the park; two operators cannot remove each other at once.
    """
    _lock_operators(session)
    withdrawn = session.execute(
        delete(ParkMembership)
        .where(ParkMembership.staff_id == staff_id, ParkMembership.role == role.value)
        .returning(ParkMembership.staff_id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if withdrawn is None:
        raise UnknownStaffError
    if role is Role.PARK_OPERATOR and not _is_run(session):
        raise LastOperatorError
    note_role(
        session,
        merchant_id=None,
        action="park-role-withdrawn",
        actor_id=actor_id,
        staff_id=staff_id,
        role=role,
    )


def _lock_operators(session: Session) -> None:
    """Let two who take the role from each other take turns, always in the same order."""
    session.execute(
        select(ParkMembership.staff_id)
        .where(ParkMembership.role == Role.PARK_OPERATOR.value)
        .order_by(ParkMembership.staff_id)
        .with_for_update()
    )


def _is_run(session: Session) -> bool:
    query = (
        select(ParkMembership.staff_id)
        .join(StaffAccount, StaffAccount.id == ParkMembership.staff_id)
        .where(
            ParkMembership.role == Role.PARK_OPERATOR.value,
            ParkMembership.accepted_at.is_not(None),
            StaffAccount.disabled_at.is_(None),
        )
    )
    return session.scalar(query.limit(1)) is not None
