"""Who is signed in, what they may do at a merchant, and on which devices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, func, select
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.park.models import (
    Membership,
    ParkMembership,
    Passkey,
    RecoveryCode,
    StaffAccount,
    StaffSession,
    StaffTotp,
)
from commerce.park.permissions import Permission, Role, permissions_of
from commerce.park.service.sessions import IDLE, Stage, seen_lately
from commerce.park.tokens import token_hash

_PARK_ROLES = (
    select(func.array_agg(ParkMembership.role))
    .where(ParkMembership.staff_id == StaffAccount.id, ParkMembership.accepted_at.is_not(None))
    .scalar_subquery()
)
_TOTP = exists().where(StaffTotp.staff_id == StaffAccount.id, StaffTotp.confirmed_at.is_not(None))
_PASSKEY = exists().where(Passkey.staff_id == StaffAccount.id)
_CODES = exists().where(RecoveryCode.staff_id == StaffAccount.id, RecoveryCode.used_at.is_(None))
_OPEN = (
    StaffSession.revoked_at.is_(None),
    StaffSession.ends_at > bindparam("now"),
    StaffSession.last_seen_at > bindparam("idle_since"),
)
_FIND = Statement.of(
    select(
        StaffAccount.id,
        StaffAccount.name,
        StaffAccount.email,
        StaffAccount.language,
        StaffSession.id.label("session_id"),
        StaffSession.stage,
        StaffSession.proved_at,
        StaffSession.last_seen_at,
        _PARK_ROLES.label("park_roles"),
        _TOTP.label("has_totp"),
        _PASSKEY.label("has_passkey"),
        _CODES.label("has_codes"),
    )
    .join(StaffAccount, StaffAccount.id == StaffSession.staff_id)
    .where(
        StaffSession.token_hash == bindparam("token_hash"),
        StaffAccount.disabled_at.is_(None),
        *_OPEN,
    )
)
_ROLES = Statement.of(
    select(Membership.role).where(
        Membership.merchant_id == bindparam("merchant_id"),
        Membership.staff_id == bindparam("staff_id"),
        Membership.accepted_at.is_not(None),
        Membership.suspended_at.is_(None),
    )
)
_DEVICES = (
    select(
        StaffSession.id,
        StaffSession.address,
        StaffSession.user_agent,
        StaffSession.signed_in_at,
        StaffSession.last_seen_at,
    )
    .where(StaffSession.staff_id == bindparam("staff_id"), StaffSession.stage == Stage.FULL, *_OPEN)
    .order_by(StaffSession.last_seen_at.desc())
)


@dataclass(frozen=True, slots=True)
class SignedInStaff:
    """The member of staff behind a session, and how far they have proved it."""

    id: UUID
    name: str
    email: str
    language: str
    session_id: UUID
    stage: Stage
    proved_at: datetime
    park_roles: frozenset[Role]
    has_totp: bool
    has_passkey: bool
    has_codes: bool
    """Whether a recovery code is left."""
    stale: bool
    """Whether `touch_session` should be called."""

    @property
    def park_permissions(self) -> frozenset[Permission]:
        """What the park's own roles allow, at no merchant."""
        return permissions_of(self.park_roles)


@dataclass(frozen=True, slots=True)
class Device:
    """One browser in which a person is signed in."""

    session_id: UUID
    address: str
    user_agent: str
    signed_in_at: datetime
    last_seen_at: datetime


def find_staff(
    connection: Connection | Session, *, token: str, now: datetime
) -> SignedInStaff | None:
    """Return who is signed in with `token`, or None when nobody is any more.

    Gone at once are sessions that were ended and those of accounts that were disabled.
    """
    row = _FIND.one_or_none(
        connection, {"token_hash": token_hash(token), "now": now, "idle_since": now - IDLE}
    )
    if row is None:
        return None
    return SignedInStaff(
        id=row.id,
        name=row.name,
        email=row.email,
        language=row.language,
        session_id=row.session_id,
        stage=Stage(row.stage),
        proved_at=row.proved_at,
        park_roles=frozenset(Role(role) for role in row.park_roles or ()),
        has_totp=row.has_totp,
        has_passkey=row.has_passkey,
        has_codes=row.has_codes,
        stale=not seen_lately(last_seen_at=row.last_seen_at, now=now),
    )


def roles_at(
    connection: Connection | Session, *, merchant_id: UUID, staff_id: UUID
) -> frozenset[Role]:
    """Return the roles of a person at a merchant; none if they do not work there (any more)."""
    rows = _ROLES.all(connection, {"merchant_id": merchant_id, "staff_id": staff_id})
    return frozenset(Role(row.role) for row in rows)


def list_devices(
    connection: Connection | Session, *, staff_id: UUID, now: datetime
) -> tuple[Device, ...]:
    """Return where a person is signed in, the latest used first."""
    rows = connection.execute(
        _DEVICES, {"staff_id": staff_id, "now": now, "idle_since": now - IDLE}
    )
    return tuple(Device(*row) for row in rows)
