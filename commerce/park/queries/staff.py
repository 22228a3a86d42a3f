"""Who works where."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from commerce.park.errors import UnknownStaffError
from commerce.park.models import ClerkPin, ColleagueName, Membership, Merchant, StaffAccount
from commerce.park.permissions import Role

_COLLEAGUES = (
    select(
        Membership.id,
        Membership.staff_id,
        Membership.role,
        Membership.invited_name,
        Membership.invited_email,
        Membership.invited_at,
        Membership.accepted_at,
        StaffAccount.name,
        StaffAccount.email,
        StaffAccount.disabled_at,
        Membership.suspended_at,
        ClerkPin.id.is_not(None).label("has_pin"),
        ColleagueName.name_en,
        ColleagueName.name_zh,
    )
    .join(
        StaffAccount,
        (StaffAccount.id == Membership.staff_id) & Membership.accepted_at.is_not(None),
        isouter=True,
    )
    .join(
        ClerkPin,
        (ClerkPin.merchant_id == Membership.merchant_id)
        & (ClerkPin.staff_id == Membership.staff_id),
        isouter=True,
    )
    .join(
        ColleagueName,
        (ColleagueName.merchant_id == Membership.merchant_id)
        & (ColleagueName.id == Membership.staff_id),
        isouter=True,
    )
    .where(Membership.merchant_id == bindparam("merchant_id"))
    .order_by(Membership.invited_at, Membership.id)
)
_WORKPLACES = (
    select(Merchant.id, Merchant.slug, Merchant.name, Merchant.name_zh, Membership.role)
    .join(Membership, Membership.merchant_id == Merchant.id)
    .where(
        Membership.staff_id == bindparam("staff_id"),
        Membership.accepted_at.is_not(None),
        Membership.suspended_at.is_(None),
    )
    .order_by(Merchant.slug, Membership.role)
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and in which language a person is written to."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One role of one person at a merchant; while `accepted_at` is empty, an open invitation.

    Name and e-mail are the account's own once accepted, before that what the inviter typed.
    """

    membership_id: UUID
    staff_id: UUID
    role: Role
    name: str
    email: str
    invited_at: datetime
    accepted_at: datetime | None
    disabled: bool
    """Kept out, here or in the whole park."""
    suspended: bool
    """Kept out by this merchant, which may let them in again."""
    has_pin: bool
    name_en: str = ""
    name_zh: str = ""

    def name_in(self, language: str) -> str:
        """Return what the merchant calls them in a language; as the account does where it says nothing."""
        return (self.name_zh if language == "zh" else self.name_en) or self.name


@dataclass(frozen=True, slots=True)
class Workplace:
    """A merchant whose desk a person may open, and as what."""

    merchant_id: UUID
    slug: str
    name: str
    name_zh: str
    roles: tuple[Role, ...]


def list_colleagues(
    connection: Connection | Session, *, merchant_id: UUID
) -> tuple[Colleague, ...]:
    """Return everybody who works at a merchant or is invited. Needs only the merchant's scope."""
    rows = connection.execute(_COLLEAGUES, {"merchant_id": merchant_id})
    return tuple(
        Colleague(
            membership_id=row.id,
            staff_id=row.staff_id,
            role=Role(row.role),
            name=row.name or row.invited_name,
            email=row.email or row.invited_email,
            invited_at=row.invited_at,
            accepted_at=row.accepted_at,
            disabled=row.disabled_at is not None or row.suspended_at is not None,
            suspended=row.suspended_at is not None,
            has_pin=row.has_pin,
            name_en=row.name_en or "",
            name_zh=row.name_zh or "",
        )
        for row in rows
    )


def list_workplaces(connection: Connection | Session, *, staff_id: UUID) -> tuple[Workplace, ...]:
    """Return the merchants where a person works. Needs the park's scope."""
    found: dict[UUID, Workplace] = {}
    for row in connection.execute(_WORKPLACES, {"staff_id": staff_id}):
        roles = found[row.id].roles if row.id in found else ()
        found[row.id] = Workplace(
            merchant_id=row.id,
            slug=row.slug,
            name=row.name,
            name_zh=row.name_zh,
            roles=(*roles, Role(row.role)),
        )
    return tuple(found.values())


def find_contact(connection: Connection | Session, *, staff_id: UUID) -> Contact:
    """Return how to write to a person. Needs the park's scope.

    Raises:
        UnknownStaffError: no such account.
    """
    row = connection.execute(
        select(StaffAccount.name, StaffAccount.email, StaffAccount.language).where(
            StaffAccount.id == staff_id
        )
    ).one_or_none()
    if row is None:
        raise UnknownStaffError
    return Contact(name=row.name, email=row.email, language=row.language)
