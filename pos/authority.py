"""Who does something at the till, and who answers for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError, PermissionDeniedError
from commerce.kernel.vault import Vault
from commerce.park.permissions import Permission, permissions_of
from commerce.park.queries.sessions import roles_at
from commerce.registers.badges import APPROVAL, CLERK, Post, UnknownBadgeError, read_badge
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
        happened: whether it is a fact by now, so that no rule can undo it.
        waited: how long ago the till did it.
    """

    till: Till
    command_id: UUID
    kind: str
    clerk_id: UUID
    approver_id: UUID | None
    may_sell: bool = True
    happened: bool = False
    waited: timedelta = timedelta()

    def holds(self, session: Session, permission: Permission) -> bool:
        """Return whether the clerk or who approved holds a permission."""
        people = {self.clerk_id, self.approver_id} - {None}
        return any(permission in _permissions(session, self.till, each) for each in people if each)

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
    badge: str,
    approval: str,
    happened: bool = False,
    waited: timedelta = timedelta(),
) -> Authority:
    """Return who stands behind a command; permissions are read now, not from the badge.

    Badges of a sale that happened are read as of the time it was made. A manager's word that has
    run out counts as not given: a manager may give it again.

    Raises:
        UnknownBadgeError: the badge is not good here.
        PermissionDeniedError: the person sells here no longer, and the sale has not happened.
    """
    vault, now = services().vault, utc_now()
    made = now - waited if happened else now
    clerk_id = read_badge(vault, badge, post=till.post, kind=CLERK, now=made)
    may = _permissions(session, till, clerk_id)
    if Permission.SELL not in may and not happened:
        raise PermissionDeniedError
    approver_id = clerk_id if Permission.APPROVE_AT_TILL in may else None
    shown = _shown(vault, approval, till.post, now=made)
    if shown is not None and Permission.APPROVE_AT_TILL in _permissions(session, till, shown):
        approver_id = shown
    return Authority(
        till,
        command_id,
        kind,
        clerk_id,
        approver_id,
        may_sell=Permission.SELL in may,
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
) -> bool:
    """Return whether the clerk, or the manager who typed a PIN beside them, holds a permission now.

    A badge that is not good here holds nothing.
    """
    vault, now = services().vault, utc_now()
    for shown, kind in ((badge, CLERK), (approval, APPROVAL)):
        try:
            staff_id = read_badge(vault, shown, post=till.post, kind=kind, now=now)
        except UnknownBadgeError:
            continue
        if permission in _permissions(connection, till, staff_id):
            return True
    return False


def _shown(vault: Vault, approval: str, post: Post, *, now: datetime) -> UUID | None:
    """Return whose word it is that a command carries, if it is good."""
    if not approval:
        return None
    try:
        return read_badge(vault, approval, post=post, kind=APPROVAL, now=now)
    except UnknownBadgeError:
        return None


def _permissions(
    connection: Connection | Session, till: Till, staff_id: UUID
) -> frozenset[Permission]:
    return permissions_of(roles_at(connection, merchant_id=till.merchant.id, staff_id=staff_id))
