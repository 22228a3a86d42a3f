"""Who works at a merchant: give and take roles, and what they are called there.

Roles need `Scope.park()`; names are the merchant's own.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commerce.park.errors import UnknownStaffError
from commerce.park.models import ClerkPin, ColleagueName, Membership, StaffAccount
from commerce.park.permissions import MERCHANT_ROLES, Role
from commerce.park.service.owners import check_owned, lock_members
from commerce.park.service.roles import check_role, note_role, put_membership

_UNSYNCHRONIZED = {"synchronize_session": False}


def enrol_member(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    role: Role,
    actor_id: UUID | None,
    now: datetime,
) -> UUID:
    """Give an existing account a role at a merchant at once, and return the membership's id.

    For the founding of a merchant, for demonstrations and for a colleague's further role.

    Raises:
        RoleNotHereError: a role of the park.
        UnknownStaffError: no such account.
    """
    check_role(role, MERCHANT_ROLES)
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise UnknownStaffError
    membership_id = put_membership(
        session,
        merchant_id=merchant_id,
        staff_id=staff_id,
        role=role,
        invited=(account.email, account.name, actor_id),
        accepted_at=now,
    )
    note_role(
        session,
        merchant_id=merchant_id,
        action="role-given",
        actor_id=actor_id,
        staff_id=staff_id,
        role=role,
    )
    return membership_id


def name_colleague(
    session: Session, *, merchant_id: UUID, staff_id: UUID, name_en: str, name_zh: str
) -> None:
    """Say what a merchant calls a colleague in each language; blank is as the account says.

    Raises:
        UnknownStaffError: nobody of this id works here or is invited.
    """
    here = select(Membership.id).where(
        Membership.merchant_id == merchant_id, Membership.staff_id == staff_id
    )
    if session.execute(here.limit(1)).one_or_none() is None:
        raise UnknownStaffError
    names = session.get(ColleagueName, (merchant_id, staff_id)) or ColleagueName(
        merchant_id=merchant_id, id=staff_id
    )
    names.name_en, names.name_zh = name_en.strip(), name_zh.strip()
    session.add(names)
    session.flush()


def withdraw_role(
    session: Session, *, merchant_id: UUID, membership_id: UUID, actor_id: UUID | None
) -> None:
    """Take one role of one person, or withdraw an invitation; it holds from the next request on.

    With the last role at a merchant goes the clerk PIN.

    Raises:
        UnknownStaffError: no such membership at this merchant.
        LastOwnerError: nobody else is an owner; two owners cannot remove each other at once.
    """
    lock_members(session, merchant_id=merchant_id)
    withdrawn = session.execute(
        delete(Membership)
        .where(Membership.merchant_id == merchant_id, Membership.id == membership_id)
        .returning(Membership.staff_id, Membership.role),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if withdrawn is None:
        raise UnknownStaffError
    if withdrawn.role == Role.OWNER:
        check_owned(session, merchant_id=merchant_id)
    if not _works_at(session, merchant_id, withdrawn.staff_id):
        session.execute(
            delete(ClerkPin).where(
                ClerkPin.merchant_id == merchant_id, ClerkPin.staff_id == withdrawn.staff_id
            ),
            execution_options=_UNSYNCHRONIZED,
        )
    note_role(
        session,
        merchant_id=merchant_id,
        action="role-withdrawn",
        actor_id=actor_id,
        staff_id=withdrawn.staff_id,
        role=Role(withdrawn.role),
    )


def _works_at(session: Session, merchant_id: UUID, staff_id: UUID) -> bool:
    query = select(Membership.id).where(
        Membership.merchant_id == merchant_id, Membership.staff_id == staff_id
    )
    return session.scalar(query.limit(1)) is not None
