"""Who works for the park itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from commerce.park.models import ParkMembership, StaffAccount
from commerce.park.permissions import Role

_STAFF = (
    select(
        ParkMembership.staff_id,
        ParkMembership.role,
        ParkMembership.accepted_at,
        StaffAccount.name,
        StaffAccount.email,
        StaffAccount.disabled_at,
    )
    .join(StaffAccount, StaffAccount.id == ParkMembership.staff_id)
    .order_by(StaffAccount.created_at, StaffAccount.id, ParkMembership.role)
)


@dataclass(frozen=True, slots=True)
class ParkRole:
    """One role of the park that somebody has, or, while `accepted_at` is empty, is invited to."""

    role: Role
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParkColleague:
    """One person with every role held in the park."""

    staff_id: UUID
    name: str
    email: str
    disabled: bool
    roles: tuple[ParkRole, ...]

    @property
    def waits(self) -> bool:
        """Whether the person has accepted nothing yet."""
        return all(each.accepted_at is None for each in self.roles)


def list_park_staff(connection: Connection | Session) -> tuple[ParkColleague, ...]:
    """Return everybody who works for the park or is invited to. Needs the park's scope."""
    found: dict[UUID, ParkColleague] = {}
    for row in connection.execute(_STAFF):
        before = found[row.staff_id].roles if row.staff_id in found else ()
        found[row.staff_id] = ParkColleague(
            staff_id=row.staff_id,
            name=row.name,
            email=row.email,
            disabled=row.disabled_at is not None,
            roles=(*before, ParkRole(Role(row.role), row.accepted_at)),
        )
    return tuple(found.values())
