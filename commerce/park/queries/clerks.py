"""How somebody who sells at a till stands with a merchant now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.park.models import ClerkPin, Membership, PinGuard, StaffAccount
from commerce.park.permissions import Permission, Role, permissions_of

_STANDING = Statement.of(
    select(
        select(ClerkPin.changed_at)
        .where(
            ClerkPin.merchant_id == bindparam("merchant_id"),
            ClerkPin.staff_id == bindparam("staff_id"),
        )
        .scalar_subquery()
        .label("pin_set_at"),
        select(func.array_agg(Membership.role))
        .join(StaffAccount, StaffAccount.id == Membership.staff_id)
        .where(
            Membership.merchant_id == bindparam("merchant_id"),
            Membership.staff_id == bindparam("staff_id"),
            Membership.accepted_at.is_not(None),
            Membership.suspended_at.is_(None),
            StaffAccount.disabled_at.is_(None),
        )
        .scalar_subquery()
        .label("roles"),
    )
)


@dataclass(frozen=True, slots=True)
class ClerkStanding:
    """What a person may do at a merchant, and since when they have their PIN, if they have one.

    Who is kept out, here or in the whole park, may do nothing.
    """

    permissions: frozenset[Permission]
    pin_set_at: datetime | None


def clerk_standing(
    connection: Connection | Session, *, merchant_id: UUID, staff_id: UUID
) -> ClerkStanding:
    """Return how a person stands now. Needs only the merchant's scope."""
    row = _STANDING.one(connection, {"merchant_id": merchant_id, "staff_id": staff_id})
    return ClerkStanding(permissions_of(Role(role) for role in row.roles or ()), row.pin_set_at)


def locked_pads(connection: Connection) -> frozenset[UUID]:
    """Return the registers of a merchant whose PIN pad waits to be unlocked."""
    return frozenset(connection.scalars(select(PinGuard.id).where(PinGuard.locked_at.is_not(None))))
