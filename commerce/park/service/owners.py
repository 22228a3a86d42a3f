"""A merchant always keeps somebody who may do everything."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.park.errors import LastOwnerError
from commerce.park.models import Membership, Merchant, StaffAccount
from commerce.park.permissions import Role


def lock_members(session: Session, *, merchant_id: UUID) -> None:
    """Let two who take roles from each other take turns; the merchant's row is the lock."""
    session.execute(select(Merchant.id).where(Merchant.id == merchant_id).with_for_update())


def check_owned(session: Session, *, merchant_id: UUID) -> None:
    """Make sure that the merchant still has an owner who can sign in.

    Raises:
        LastOwnerError: nobody is left who is an owner, has joined and is not disabled.
    """
    query = (
        select(Membership.id)
        .join(StaffAccount, StaffAccount.id == Membership.staff_id)
        .where(
            Membership.merchant_id == merchant_id,
            Membership.role == Role.OWNER.value,
            Membership.accepted_at.is_not(None),
            Membership.suspended_at.is_(None),
            StaffAccount.disabled_at.is_(None),
        )
    )
    if session.scalar(query.limit(1)) is None:
        raise LastOwnerError
