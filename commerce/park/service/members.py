"""Who works at a merchant: invite, accept, give and take roles. Every verb needs `Scope.park()`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.park.errors import (
    LastOwnerError,
    LinkSpentError,
    RoleNotHereError,
    ShortPasswordError,
    UnknownStaffError,
)
from commerce.park.models import (
    ClerkPin,
    MailedToken,
    Membership,
    Merchant,
    ParkMembership,
    StaffAccount,
)
from commerce.park.password_rules import FreshPassword
from commerce.park.permissions import MERCHANT_ROLES, PARK_ROLES, Role
from commerce.park.service.accounts import find_account, normal_email, open_account
from commerce.park.service.mailed_links import Purpose, issue_link, redeem_link
from commerce.park.service.security_log import note_security_event
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
    _check(role, MERCHANT_ROLES)
    address = normal_email(email)
    staff_id = find_account(session, email=address) or open_account(
        session, email=address, name=name, password=None, now=now
    )
    membership_id = _membership(
        session,
        merchant_id=merchant_id,
        staff_id=staff_id,
        role=role,
        invited=(address, name.strip(), invited_by),
        accepted_at=None,
    )
    _note(
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


def invitation_needs_password(session: Session, *, token: str, now: datetime) -> bool:
    """Return whether accepting the invitation has to choose a password.

    Raises:
        LinkSpentError: the link does not work any more.
    """
    needs = session.scalar(
        select(StaffAccount.password_hash.is_(None))
        .join(MailedToken, MailedToken.staff_id == StaffAccount.id)
        .where(
            MailedToken.token_hash == token_hash(token),
            MailedToken.purpose == Purpose.INVITATION.value,
            MailedToken.used_at.is_(None),
            MailedToken.expires_at > now,
        )
    )
    if needs is None:
        raise LinkSpentError
    return bool(needs)


def accept_invitation(
    session: Session, *, token: str, password: FreshPassword | None, now: datetime
) -> UUID:
    """Put a membership in force and return the person's id; it signs nobody in.

    `password` is taken by an account that has none, and only by such a one: an invitation can
    never replace somebody's password.

    Raises:
        LinkSpentError: the link does not work any more, or the invitation was withdrawn.
        ShortPasswordError: the account has no password and none was chosen.
    """
    redeemed = redeem_link(session, purpose=Purpose.INVITATION, token=token, now=now)
    accepted = session.execute(
        update(Membership)
        .where(Membership.id == redeemed.membership_id)
        .values(accepted_at=func.coalesce(Membership.accepted_at, now))
        .returning(Membership.merchant_id, Membership.role),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if accepted is None:
        raise LinkSpentError
    _take_password(session, redeemed.staff_id, password, now)
    merchant_id, role = accepted
    _note(
        session,
        merchant_id=merchant_id,
        action="staff-joined",
        actor_id=redeemed.staff_id,
        staff_id=redeemed.staff_id,
        role=Role(role),
    )
    return redeemed.staff_id


def enrol_member(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    role: Role,
    actor_id: UUID | None,
    now: datetime,
) -> UUID:
    """Give an existing account a role at a merchant at once, and return the membership's id.

    For the founding of a merchant, for demonstrations and for a colleague's further role.

    Raises:
        RoleNotHereError: a role of the park.
        UnknownStaffError: no such account.
    """
    _check(role, MERCHANT_ROLES)
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise UnknownStaffError
    membership_id = _membership(
        session,
        merchant_id=merchant_id,
        staff_id=staff_id,
        role=role,
        invited=(account.email, account.name, actor_id),
        accepted_at=now,
    )
    _note(
        session,
        merchant_id=merchant_id,
        action="role-given",
        actor_id=actor_id,
        staff_id=staff_id,
        role=role,
    )
    return membership_id


def withdraw_role(
    session: Session, *, merchant_id: UUID, membership_id: UUID, actor_id: UUID | None
) -> None:
    """Take one role of one person, or withdraw an invitation; it holds from the next request on.

    With the last role at a merchant goes the clerk PIN.

    Raises:
        UnknownStaffError: no such membership at this merchant.
        LastOwnerError: nobody else is an owner; two owners cannot remove each other at once.
    """
    # The merchant's row is the lock: two owners who withdraw each other take turns.
    session.execute(select(Merchant.id).where(Merchant.id == merchant_id).with_for_update())
    withdrawn = session.execute(
        delete(Membership)
        .where(Membership.merchant_id == merchant_id, Membership.id == membership_id)
        .returning(Membership.staff_id, Membership.role),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if withdrawn is None:
        raise UnknownStaffError
    if withdrawn.role == Role.OWNER and not _has_owner(session, merchant_id):
        raise LastOwnerError
    if not _works_at(session, merchant_id, withdrawn.staff_id):
        session.execute(
            delete(ClerkPin).where(
                ClerkPin.merchant_id == merchant_id, ClerkPin.staff_id == withdrawn.staff_id
            ),
            execution_options=_UNSYNCHRONIZED,
        )
    _note(
        session,
        merchant_id=merchant_id,
        action="role-withdrawn",
        actor_id=actor_id,
        staff_id=withdrawn.staff_id,
        role=Role(withdrawn.role),
    )


def grant_park_role(
    session: Session, *, staff_id: UUID, role: Role, granted_by: UUID | None
) -> None:
    """Give somebody one of the park's own roles; giving it twice changes nothing.

    Raises:
        RoleNotHereError: a merchant's role.
    """
    _check(role, PARK_ROLES)
    session.execute(
        insert(ParkMembership)
        .values(staff_id=staff_id, role=role.value, granted_by=granted_by)
        .on_conflict_do_nothing()
    )
    _note(
        session,
        merchant_id=None,
        action="park-role-given",
        actor_id=granted_by,
        staff_id=staff_id,
        role=role,
    )


def withdraw_park_role(
    session: Session, *, staff_id: UUID, role: Role, actor_id: UUID | None
) -> None:
    """Take one of the park's own roles.

    Raises:
        UnknownStaffError: the person does not have it.
    """
    withdrawn = session.execute(
        delete(ParkMembership)
        .where(ParkMembership.staff_id == staff_id, ParkMembership.role == role.value)
        .returning(ParkMembership.staff_id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if withdrawn is None:
        raise UnknownStaffError
    _note(
        session,
        merchant_id=None,
        action="park-role-withdrawn",
        actor_id=actor_id,
        staff_id=staff_id,
        role=role,
    )


def _check(role: Role, allowed: frozenset[Role]) -> None:
    if role not in allowed:
        raise RoleNotHereError(role=role.value)


def _membership(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    role: Role,
    invited: tuple[str, str, UUID | None],
    accepted_at: datetime | None,
) -> UUID:
    email, name, invited_by = invited
    statement = insert(Membership).values(
        merchant_id=merchant_id,
        id=new_id(),
        staff_id=staff_id,
        role=role.value,
        invited_email=email,
        invited_name=name,
        invited_by=invited_by,
        accepted_at=accepted_at,
    )
    kept = func.coalesce(Membership.accepted_at, statement.excluded.accepted_at)
    membership_id = session.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "staff_id", "role"], set_={"accepted_at": kept}
        ).returning(Membership.id)
    ).scalar_one()
    return UUID(str(membership_id))


def _take_password(
    session: Session, staff_id: UUID, password: FreshPassword | None, now: datetime
) -> None:
    account = session.execute(
        select(StaffAccount).where(StaffAccount.id == staff_id).with_for_update()
    ).scalar_one()
    if account.password_hash is not None:
        return
    if password is None:
        raise ShortPasswordError
    account.password_hash = password.hash
    account.password_changed_at = now
    session.flush()


def _has_owner(session: Session, merchant_id: UUID) -> bool:
    query = select(Membership.id).where(
        Membership.merchant_id == merchant_id,
        Membership.role == Role.OWNER.value,
        Membership.accepted_at.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def _works_at(session: Session, merchant_id: UUID, staff_id: UUID) -> bool:
    query = select(Membership.id).where(
        Membership.merchant_id == merchant_id, Membership.staff_id == staff_id
    )
    return session.scalar(query.limit(1)) is not None


def _note(
    session: Session,
    *,
    merchant_id: UUID | None,
    action: str,
    actor_id: UUID | None,
    staff_id: UUID,
    role: Role,
) -> None:
    note_security_event(
        session,
        merchant_id=merchant_id,
        action=action,
        actor_id=actor_id,
        subject=str(staff_id),
        facts={"role": role.value},
    )
