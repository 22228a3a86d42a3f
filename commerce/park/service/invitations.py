"""Invite somebody to work at a merchant. Every verb needs `Scope.park()`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from commerce.park.errors import (
    EarlierInvitationError,
    LinkSpentError,
    NotTheInvitedError,
    ShortPasswordError,
)
from commerce.park.models import MailedToken, Membership, Merchant, StaffAccount
from commerce.park.password_rules import FreshPassword
from commerce.park.permissions import MERCHANT_ROLES, Role
from commerce.park.service.accounts import find_account, normal_email, open_account
from commerce.park.service.mailed_links import Purpose, Redeemed, issue_link, redeem_link
from commerce.park.service.park_invitations import accept_park_roles
from commerce.park.service.roles import check_role, note_role, put_membership
from commerce.park.tokens import token_hash

_UNSYNCHRONIZED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to mail: the link's token, and to whom it goes."""

    membership_id: UUID
    staff_id: UUID
    email: str
    token: str

    def __repr__(self) -> str:
        return f"Invitation(membership_id={self.membership_id})"


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation says to whom it went; the shop is blank where the park itself invites."""

    email: str
    needs_password: bool
    shop: str
    shop_zh: str
    role: str


def invite_member(
    session: Session,
    *,
    merchant_id: UUID,
    email: str,
    name: str,
    role: Role,
    invited_by: UUID | None,
    now: datetime,
) -> Invitation:
    """Invite somebody into a role; it counts once they accept by the mailed link.

    A person with an account keeps it, and the inviter does not learn that there was one.
    Inviting again sends a new link for the same role.

    Raises:
        RoleNotHereError: a role of the park.
        MalformedEmailError, MissingNameError: the address or the name cannot be.
    """
    check_role(role, MERCHANT_ROLES)
    address = normal_email(email)
    staff_id = find_account(session, email=address) or open_account(
        session, email=address, name=name, password=None, now=now
    )
    membership_id = put_membership(
        session,
        merchant_id=merchant_id,
        staff_id=staff_id,
        role=role,
        invited=(address, name.strip(), invited_by),
        accepted_at=None,
    )
    note_role(
        session,
        merchant_id=merchant_id,
        action="staff-invited",
        actor_id=invited_by,
        staff_id=staff_id,
        role=role,
    )
    token = issue_link(
        session,
        purpose=Purpose.INVITATION,
        staff_id=staff_id,
        membership_id=membership_id,
        now=now,
    )
    return Invitation(membership_id=membership_id, staff_id=staff_id, email=address, token=token)


def read_invitation(session: Session, *, token: str, now: datetime) -> Invited:
    """Return whose invitation a link is, to where, and whether accepting has to choose a password.

    Raises:
        LinkSpentError: the link does not work any more.
    """
    row = session.execute(
        select(
            StaffAccount.email,
            StaffAccount.password_hash.is_(None),
            Merchant.name,
            Merchant.name_zh,
            Membership.role,
        )
        .join(MailedToken, MailedToken.staff_id == StaffAccount.id)
        .outerjoin(Membership, Membership.id == MailedToken.membership_id)
        .outerjoin(Merchant, Merchant.id == Membership.merchant_id)
        .where(
            MailedToken.token_hash == token_hash(token),
            MailedToken.purpose == Purpose.INVITATION.value,
            MailedToken.used_at.is_(None),
            MailedToken.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        raise LinkSpentError
    email, needs_password, name, name_zh, role = row
    return Invited(
        email=email,
        needs_password=bool(needs_password),
        shop=name or "",
        shop_zh=name_zh or "",
        role=role or "",
    )


def accept_invitation(
    session: Session,
    *,
    token: str,
    password: FreshPassword | None,
    signed_in_as: UUID | None = None,
    now: datetime,
) -> UUID:
    """Put a membership, or the park's roles, in force and return the person's id; it signs nobody in.

    `password` is taken by an account that has none, and only by such a one: an invitation can
    never replace somebody's password. An account that has one must be signed in: a link may have
    passed through other hands, and so may the link with which the password was chosen. For the
    same reason only the first of several open links may choose it.

    Raises:
        LinkSpentError: the link does not work any more, or the invitation was withdrawn.
        ShortPasswordError: the account has no password and none was chosen.
        NotTheInvitedError: the account has a password, and somebody else or nobody is signed in.
        EarlierInvitationError: the account has no password and an earlier link to it still works.
    """
    redeemed = redeem_link(session, purpose=Purpose.INVITATION, token=token, now=now)
    _prove(session, redeemed, password, signed_in_as=signed_in_as, now=now)
    if redeemed.membership_id is None:
        accept_park_roles(session, staff_id=redeemed.staff_id, now=now)
        return redeemed.staff_id
    accepted = session.execute(
        update(Membership)
        .where(Membership.id == redeemed.membership_id)
        .values(accepted_at=func.coalesce(Membership.accepted_at, now))
        .returning(Membership.merchant_id, Membership.role),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if accepted is None:
        raise LinkSpentError
    merchant_id, role = accepted
    note_role(
        session,
        merchant_id=merchant_id,
        action="staff-joined",
        actor_id=redeemed.staff_id,
        staff_id=redeemed.staff_id,
        role=Role(role),
    )
    return redeemed.staff_id


def _prove(
    session: Session,
    redeemed: Redeemed,
    password: FreshPassword | None,
    *,
    signed_in_as: UUID | None,
    now: datetime,
) -> None:
    """Give a new account its password; demand that the owner of any other is signed in."""
    account = session.execute(
        select(StaffAccount).where(StaffAccount.id == redeemed.staff_id).with_for_update()
    ).scalar_one()
    if account.password_hash is not None:
        if signed_in_as != redeemed.staff_id:
            raise NotTheInvitedError
        return
    if _earlier_link(session, redeemed, now):
        raise EarlierInvitationError
    if password is None:
        raise ShortPasswordError
    account.password_hash = password.hash
    account.password_changed_at = now
    session.flush()


def _earlier_link(session: Session, used: Redeemed, now: datetime) -> bool:
    """Return whether a link that was made before `used` would still work; ids rise with time."""
    query = select(MailedToken.id).where(
        MailedToken.staff_id == used.staff_id,
        MailedToken.purpose == Purpose.INVITATION.value,
        MailedToken.used_at.is_(None),
        MailedToken.expires_at > now,
        MailedToken.id < used.id,
    )
    return session.scalar(query.limit(1)) is not None
