"""Invite somebody into one of the park's own roles. Every verb needs `Scope.park()`.

The park has no mail room of its own: whoever invites hands the link over.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.park.errors import LinkSpentError, RoleHeldError
from commerce.park.models import ParkMembership
from commerce.park.permissions import PARK_ROLES, Role
from commerce.park.service.accounts import find_account, normal_email, open_account
from commerce.park.service.mailed_links import Purpose, issue_link
from commerce.park.service.roles import check_role, note_role

_UNSYNCHRONIZED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class ParkInvitation:
    """An invitation to hand over: the link's token, and for whom it is."""

    staff_id: UUID
    email: str
    token: str = field(repr=False)


def invite_park_staff(
    session: Session, *, email: str, name: str, role: Role, invited_by: UUID | None, now: datetime
) -> ParkInvitation:
    """Invite somebody into a role of the park; it counts once they accept by the link.

    `invited_by` is empty when whoever owns the server invites by command.

    Inviting again makes a new link, with which all open invitations of the person are accepted.

    Raises:
        RoleNotHereError: a merchant's role.
        RoleHeldError: the person has the role already.
        EmailTakenError: the account of this address is disabled.
        MalformedEmailError, MissingNameError: the address or the name cannot be.
    """
    check_role(role, PARK_ROLES)
    address = normal_email(email)
    staff_id = find_account(session, email=address) or open_account(
        session, email=address, name=name, password=None, now=now
    )
    session.execute(
        insert(ParkMembership)
        .values(staff_id=staff_id, role=role.value, granted_by=invited_by)
        .on_conflict_do_nothing()
    )
    held = session.scalar(
        select(ParkMembership.accepted_at).where(
            ParkMembership.staff_id == staff_id, ParkMembership.role == role.value
        )
    )
    if held is not None:
        raise RoleHeldError
    note_role(
        session,
        merchant_id=None,
        action="park-staff-invited",
        actor_id=invited_by,
        staff_id=staff_id,
        role=role,
    )
    token = issue_link(session, purpose=Purpose.INVITATION, staff_id=staff_id, now=now)
    return ParkInvitation(staff_id=staff_id, email=address, token=token)


def accept_park_roles(session: Session, *, staff_id: UUID, now: datetime) -> None:
    """Put the roles to which somebody is invited in force; the caller has redeemed their link.

    Raises:
        LinkSpentError: every invitation was withdrawn.
    """
    accepted = session.scalars(
        update(ParkMembership)
        .where(ParkMembership.staff_id == staff_id, ParkMembership.accepted_at.is_(None))
        .values(accepted_at=now)
        .returning(ParkMembership.role),
        execution_options=_UNSYNCHRONIZED,
    ).all()
    if not accepted:
        raise LinkSpentError
    for role in accepted:
        note_role(
            session,
            merchant_id=None,
            action="park-staff-joined",
            actor_id=staff_id,
            staff_id=staff_id,
            role=Role(role),
        )
