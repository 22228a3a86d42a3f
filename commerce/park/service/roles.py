"""What inviting, giving and taking roles have in common: the row, and the line in the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.park.errors import RoleNotHereError
from commerce.park.models import Membership
from commerce.park.permissions import Role
from commerce.park.service.security_log import note_security_event


def check_role(role: Role, allowed: frozenset[Role]) -> None:
    """Refuse a role that does not exist here.

    Raises:
        RoleNotHereError: a park's role at a merchant, or the other way round.
    """
    if role not in allowed:
        raise RoleNotHereError(role=role.value)


def put_membership(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    role: Role,
    invited: tuple[str, str, UUID | None],
    accepted_at: datetime | None,
) -> UUID:
    """Write one membership and return its id; one that is in force stays in force.

    Who is kept out stays so, whatever role they are given.
    """
    email, name, invited_by = invited
    kept_out = select(func.max(Membership.suspended_at)).where(
        Membership.merchant_id == merchant_id, Membership.staff_id == staff_id
    )
    statement = insert(Membership).values(
        merchant_id=merchant_id,
        id=new_id(),
        staff_id=staff_id,
        role=role.value,
        invited_email=email,
        invited_name=name,
        invited_by=invited_by,
        accepted_at=accepted_at,
        suspended_at=kept_out.scalar_subquery(),
    )
    kept = func.coalesce(Membership.accepted_at, statement.excluded.accepted_at)
    membership_id = session.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "staff_id", "role"], set_={"accepted_at": kept}
        ).returning(Membership.id)
    ).scalar_one()
    return UUID(str(membership_id))


def note_role(
    session: Session,
    *,
    merchant_id: UUID | None,
    action: str,
    actor_id: UUID | None,
    staff_id: UUID,
    role: Role,
) -> None:
    """Log who did what to whose role."""
    note_security_event(
        session,
        merchant_id=merchant_id,
        action=action,
        actor_id=actor_id,
        subject=str(staff_id),
        facts={"role": role.value},
    )
