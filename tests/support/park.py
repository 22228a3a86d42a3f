"""Merchants and staff for tests."""

from functools import lru_cache
from uuid import UUID

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.origin import Origin
from commerce.park.password_rules import FreshPassword
from commerce.park.permissions import PARK_ROLES, Role
from commerce.park.service.accounts import open_account
from commerce.park.service.members import enrol_member
from commerce.park.service.merchants import MerchantName, found_merchant
from commerce.park.service.park_roles import grant_park_role
from commerce.park.service.sessions import OpenedSession, Stage, open_session

PASSWORD = "celadon over cinnabar"
HERE = Origin(address="192.0.2.7", user_agent="Test browser")


def create_merchant(
    database: Database,
    *,
    slug: str = "porcelain-road",
    currency: str = "CNY",
    country: str = "CN",
    prices_include_tax: bool = True,
) -> UUID:
    """Found a merchant and return its id."""
    with database.transaction(Scope.park()) as session:
        return found_merchant(
            session,
            slug=slug,
            name=MerchantName(english=slug.replace("-", " ").title(), chinese=f"{slug} 商号"),
            country=country,
            currency=currency,
            prices_include_tax=prices_include_tax,
        )


def create_staff(
    database: Database,
    *,
    email: str = "lin@porcelain.example",
    name: str = "Lin Yue",
    role: Role | None = None,
    merchant_id: UUID | None = None,
) -> UUID:
    """Open an account with `PASSWORD`, give it `role` (at the merchant), and return its id."""
    with database.transaction(Scope.park()) as session:
        staff_id = open_account(
            session, email=email, name=name, password=fresh_password(), now=utc_now()
        )
        if role in PARK_ROLES:
            grant_park_role(session, staff_id=staff_id, role=role, granted_by=None)
        elif role is not None and merchant_id is not None:
            enrol_member(
                session,
                merchant_id=merchant_id,
                staff_id=staff_id,
                role=role,
                actor_id=None,
                now=utc_now(),
            )
    return staff_id


def signed_in(
    database: Database, staff_id: UUID, *, stage: Stage = Stage.FULL, origin: Origin = HERE
) -> OpenedSession:
    """Open a session as if the person had just signed in."""
    with database.transaction(Scope.park()) as session:
        return open_session(session, staff_id=staff_id, stage=stage, origin=origin, now=utc_now())


@lru_cache(maxsize=1)
def fresh_password() -> FreshPassword:
    """Return `PASSWORD`, hashed once for the whole run."""
    return FreshPassword(PASSWORD)
