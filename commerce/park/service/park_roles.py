"""Give and take the park's own roles. Every verb needs `Scope.park()`."""

from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.park.errors import UnknownStaffError
from commerce.park.models import ParkMembership
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
    """Take one of the park's own roles.

    Raises:
        UnknownStaffError: the person does not have it.
    """
    withdrawn = session.execute(
        delete(ParkMembership)
        .where(ParkMembership.staff_id == staff_id, ParkMembership.role == role.value)
        .returning(ParkMembership.staff_id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if withdrawn is None:
        raise UnknownStaffError
    note_role(
        session,
        merchant_id=None,
        action="park-role-withdrawn",
        actor_id=actor_id,
        staff_id=staff_id,
        role=role,
    )
