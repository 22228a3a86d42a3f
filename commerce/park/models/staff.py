"""People who work in the park, and where they work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import PARK_ONLY, Base, TenantTable
from commerce.kernel.tenancy import APP_ROLE, CURRENT_MERCHANT
from commerce.park.permissions import MERCHANT_ROLES, PARK_ROLES, Role

_COLLEAGUES = [
    f"GRANT SELECT (id, name, email, disabled_at) ON staff_account TO {APP_ROLE}",
    f"""CREATE POLICY colleagues ON staff_account FOR SELECT TO {APP_ROLE} USING (EXISTS (
        SELECT FROM membership WHERE membership.staff_id = staff_account.id
        AND membership.merchant_id = {CURRENT_MERCHANT}
        AND membership.accepted_at IS NOT NULL))""",  # noqa: S608 - the role's name is ours
]
_READ_ONLY = [f"REVOKE INSERT, UPDATE, DELETE ON membership FROM {APP_ROLE}"]


def _one_of(roles: frozenset[Role]) -> str:
    return f"role IN ({', '.join(repr(role.value) for role in sorted(roles))})"


class StaffAccount(Base):
    """One person's way in; it may open several merchants' desks, or the park's.

    A merchant's transaction sees id, name, e-mail and standing of its own colleagues, never a
    password hash and nobody else.
    """

    __tablename__ = "staff_account"
    __table_args__ = (
        CheckConstraint("email = btrim(email) AND email LIKE '%_@_%'", name="email"),
        CheckConstraint("btrim(name) <> ''", name="name"),
        Index("uq_staff_account_email", text("lower(email)"), unique=True),
        {"info": {**PARK_ONLY, "access": _COLLEAGUES}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    password_hash: Mapped[str | None]
    """Empty until the invitation is accepted."""
    password_changed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Membership(TenantTable):
    """One role of one person at one merchant; it counts from its acceptance on.

    What the inviter typed stays here, so that the merchant can list an open invitation without
    learning who owns the account behind an e-mail address. Only the park's scope writes it:
    who could write it in a merchant's scope could make anybody a colleague and read the name.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("merchant_id", "staff_id", "role"),
        Index(None, "staff_id"),
        CheckConstraint(_one_of(MERCHANT_ROLES), name="role"),
        {"info": {"access": _READ_ONLY}},
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    role: Mapped[str]
    invited_email: Mapped[str]
    invited_name: Mapped[str]
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime] = mapped_column(default=utc_now)
    accepted_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    """Since when the merchant keeps the person out; every role they hold there carries it."""


class ColleagueName(TenantTable):
    """What a merchant calls a colleague in either language; its id is the account's.

    Blank means as the account is called.
    """

    __tablename__ = "colleague_name"

    id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    name_en: Mapped[str] = mapped_column(default="")
    name_zh: Mapped[str] = mapped_column(default="")


class ParkMembership(Base):
    """One of the park's own roles, held by one person from its acceptance on."""

    __tablename__ = "park_membership"
    __table_args__ = (CheckConstraint(_one_of(PARK_ROLES), name="role"), {"info": PARK_ONLY})

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime] = mapped_column(default=utc_now)
    accepted_at: Mapped[datetime | None]
    """Empty while the invitation is open."""
