"""Who does something at the till, and who answers for it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError, PermissionDeniedError
from commerce.park.permissions import Permission
from commerce.park.queries.clerks import ClerkStanding, clerk_standing
from commerce.registers.badges import (
    APPROVAL,
    CLERK,
    Badge,
    UnknownBadgeError,
    for_command,
    for_reading,
    read_badge,
)
from commerce.registers.journal import append_entry
from commerce.web.services import services
from pos.device import Till


class ApprovalNeededError(CommerceError):
    """The clerk may not do this alone."""

    code = "approval-needed"
    status = 403
    template = "A manager has to allow this: let one type their PIN."


@dataclass(frozen=True, slots=True)
class Authority:
    """The clerk behind a command, and the manager who allowed it, if one did.

    Attributes:
        may_sell: whether the clerk sells here still; only of what happened it may be False.
        pin_holds: whether their PIN is still the one of then; only of what happened it may be False.
        happened: whether it is a fact by now, so that no rule can undo it.
        waited: how long ago the till did it.
    """

    till: Till
    command_id: UUID
    kind: str
    clerk_id: UUID
    approver_id: UUID | None
    may_sell: bool = True
    pin_holds: bool = True
    happened: bool = False
    waited: timedelta = timedelta()

    def holds(self, session: Session, permission: Permission) -> bool:
        """Return whether the clerk or who approved holds a permission."""
        people = {self.clerk_id, self.approver_id} - {None}
        return any(
            permission in _standing(session, self.till, each).permissions for each in people if each
        )

    def approved(self, session: Session) -> UUID:
        """Return who answers for the deed, and write both names into the journal.

        Raises:
            ApprovalNeededError: neither the clerk nor anybody who typed a PIN may allow it.
        """
        if self.approver_id is None:
            raise ApprovalNeededError
        append_entry(
            session,
            merchant_id=self.till.merchant.id,
            register_id=self.till.register.id,
            kind="approval",
            body={
                "command": str(self.command_id),
                "what": self.kind,
                "clerk": str(self.clerk_id),
                "approver": str(self.approver_id),
            },
        )
        return self.approver_id


def authority_of(
    session: Session,
    till: Till,
    *,
    command_id: UUID,
    kind: str,
    body: dict[str, Any],
    badge: str,
    approval: str,
    happened: bool = False,
    waited: timedelta = timedelta(),
) -> Authority:
    """Return who stands behind a command; permissions are read now, not from the badge.

    Badges of a sale that happened are read as of the time it was made: one whose PIN was changed or
    taken away since is good, and the merchant is told. A manager's word that is for something else
    or not good any more counts as not given: a manager may give it again.

    Raises:
        UnknownBadgeError: the badge is not good here, or was made for another PIN.
        PermissionDeniedError: the person sells here no longer, and the sale has not happened.
    """
    vault, now = services().vault, utc_now()
    made = now - waited if happened else now
    shown = read_badge(vault, badge, post=till.post, kind=CLERK, now=made)
    standing = _standing(session, till, shown.staff_id)
    known = _is_of(shown, standing)
    if not known and not (happened and _was_of(standing, made)):
        raise UnknownBadgeError
    may_sell = Permission.SELL in standing.permissions
    if not may_sell and not happened:
        raise PermissionDeniedError
    # What a manager let somebody see they may print as well: the same reading, on paper.
    allowed = {for_command(command_id, kind, body), for_reading(kind)}
    approver_id = _approver(session, till, approval, allowed=allowed, now=made)
    if approver_id is None and known and Permission.APPROVE_AT_TILL in standing.permissions:
        approver_id = shown.staff_id
    return Authority(
        till,
        command_id,
        kind,
        shown.staff_id,
        approver_id,
        may_sell=may_sell,
        pin_holds=known,
        happened=happened,
        waited=waited,
    )


def holds(
    connection: Connection | Session,
    till: Till,
    permission: Permission,
    *,
    badge: str,
    approval: str = "",
    reading: str = "",
) -> bool:
    """Return whether the clerk, or the manager who allowed this `reading`, holds a permission now.

    A badge that is not good here holds nothing.
    """
    now = utc_now()
    if permission in _shown(connection, till, badge, kind=CLERK, now=now)[1]:
        return True
    allowed = {for_reading(reading)}
    return (
        permission in _shown(connection, till, approval, kind=APPROVAL, allowed=allowed, now=now)[1]
    )


def holder(connection: Connection | Session, till: Till, badge: str) -> UUID:
    """Return whose badge a reading shows.

    Raises:
        UnknownBadgeError: it is not good here.
        PermissionDeniedError: the person sells here no longer.
    """
    staff_id, permissions = _shown(connection, till, badge, kind=CLERK, now=utc_now())
    if staff_id is None:
        raise UnknownBadgeError
    if Permission.SELL not in permissions:
        raise PermissionDeniedError
    return staff_id


def _approver(
    session: Session, till: Till, approval: str, *, allowed: AbstractSet[str], now: datetime
) -> UUID | None:
    """Return whose word a command carries, if it is good and for this."""
    staff_id, permissions = _shown(session, till, approval, kind=APPROVAL, allowed=allowed, now=now)
    return staff_id if Permission.APPROVE_AT_TILL in permissions else None


def _shown(
    connection: Connection | Session,
    till: Till,
    badge: str,
    *,
    kind: str,
    allowed: AbstractSet[str] = frozenset({""}),
    now: datetime,
) -> tuple[UUID | None, frozenset[Permission]]:
    """Return whose badge is shown and what they may do; nobody and nothing if it is not good."""
    nobody: tuple[None, frozenset[Permission]] = (None, frozenset())
    if not badge:
        return nobody
    try:
        shown = read_badge(services().vault, badge, post=till.post, kind=kind, now=now)
    except UnknownBadgeError:
        return nobody
    standing = _standing(connection, till, shown.staff_id)
    good = shown.allows in allowed and _is_of(shown, standing)
    return (shown.staff_id, standing.permissions) if good else nobody


def _is_of(badge: Badge, standing: ClerkStanding) -> bool:
    """Return whether a badge was made for the PIN that the person has now."""
    return badge.pin_set_at == standing.pin_set_at


def _was_of(standing: ClerkStanding, made: datetime) -> bool:
    """Return whether a person's PIN could be another when a sale was made.

    When a PIN was taken away is not known here; who lost it answers like who lost the role.
    """
    return standing.pin_set_at is None or made < standing.pin_set_at


def _standing(connection: Connection | Session, till: Till, staff_id: UUID) -> ClerkStanding:
    return clerk_standing(connection, merchant_id=till.merchant.id, staff_id=staff_id)
