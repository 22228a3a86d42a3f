"""Staff accounts: opened, given a password, disabled. Every verb needs `Scope.park()`."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.kernel.typed import plain_email
from commerce.park.errors import (
    EmailTakenError,
    MalformedEmailError,
    MissingNameError,
    UnknownStaffError,
)
from commerce.park.models import StaffAccount
from commerce.park.origin import Origin
from commerce.park.password_rules import FreshPassword
from commerce.park.service.mailed_links import Purpose, drop_links, issue_link, redeem_link
from commerce.park.service.security_log import note_security_event
from commerce.park.service.sessions import revoke_sessions

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3 with erratum 1690


def normal_email(text: str) -> str:
    """Return an e-mail address as it is stored; case is kept but makes no difference.

    Raises:
        MalformedEmailError: it is no address.
    """
    email = plain_email(text)
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise MalformedEmailError
    return email


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    password: FreshPassword | None,
    now: datetime,
    language: str = "en",
) -> UUID:
    """Open a staff account and return its id; without a password it waits for its invitation.

    Raises:
        EmailTakenError: an account has this address, whatever its case.
        MalformedEmailError, MissingNameError: the address or the name cannot be.
    """
    if not name.strip() or len(name) > MissingNameError.longest:
        raise MissingNameError
    opened = session.execute(
        insert(StaffAccount)
        .values(
            id=new_id(),
            email=normal_email(email),
            name=name.strip(),
            language=language,
            password_hash=password.hash if password else None,
            password_changed_at=now if password else None,
        )
        .on_conflict_do_nothing(index_elements=[text("lower(email)")])
        .returning(StaffAccount.id)
    ).scalar_one_or_none()
    if opened is None:
        raise EmailTakenError
    return opened


def is_account_of(email: str) -> ColumnElement[bool]:
    """Return the condition for the open account that is meant by an address as it was typed."""
    return and_(
        func.lower(StaffAccount.email) == func.lower(plain_email(email)),
        StaffAccount.disabled_at.is_(None),
    )


def counted_as(staff_id: UUID | None, email: str) -> str:
    """Return the name under which tries are counted: the account itself, or what nobody is called.

    One account is counted once, in however many spellings its address leads to it: two programs
    rarely agree about small letters (PostgreSQL and Python do not about `İ`).
    """
    return str(staff_id) if staff_id is not None else plain_email(email).lower()


def find_account(session: Session, *, email: str) -> UUID | None:
    """Return the id of the account with this address, if there is one that is not disabled."""
    return session.scalar(select(StaffAccount.id).where(is_account_of(email)))


def ask_for_reset(session: Session, *, email: str, origin: Origin, now: datetime) -> str | None:
    """Return the token to mail to `email`, or None when nobody has that address.

    The caller answers the browser in the same words and the same time in both cases, and throttles.
    """
    staff_id = find_account(session, email=email)
    if staff_id is None:
        return None
    note_security_event(
        session,
        merchant_id=None,
        action="reset-asked",
        actor_id=None,
        subject=str(staff_id),
        address=origin.address,
    )
    return issue_link(session, purpose=Purpose.RESET, staff_id=staff_id, now=now)


def reset_password(
    session: Session, *, token: str, password: FreshPassword, origin: Origin, now: datetime
) -> UUID:
    """Set the password of whoever holds the mailed link, end all their sessions, return their id.

    It signs nobody in and does not touch the second factor.

    Raises:
        LinkSpentError: the link does not work any more.
    """
    redeemed = redeem_link(session, purpose=Purpose.RESET, token=token, now=now)
    change_password(
        session,
        staff_id=redeemed.staff_id,
        password=password,
        keep_session=None,
        origin=origin,
        now=now,
    )
    return redeemed.staff_id


def change_password(
    session: Session,
    *,
    staff_id: UUID,
    password: FreshPassword,
    keep_session: UUID | None,
    origin: Origin,
    now: datetime,
) -> None:
    """Set a password and end every session but `keep_session`; the caller mails a notice.

    A link to choose a password that was mailed before works no longer: whoever reads the letters
    may be why there is a new one.

    Raises:
        UnknownStaffError: no such account, or it is disabled.
    """
    drop_links(session, purpose=Purpose.RESET, staff_id=staff_id)
    changed = session.execute(
        update(StaffAccount)
        .where(StaffAccount.id == staff_id, StaffAccount.disabled_at.is_(None))
        .values(password_hash=password.hash, password_changed_at=now)
        .returning(StaffAccount.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if changed is None:
        raise UnknownStaffError
    revoke_sessions(session, staff_id=staff_id, now=now, except_for=keep_session)
    note_security_event(
        session,
        merchant_id=None,
        action="password-changed",
        actor_id=staff_id,
        subject=str(staff_id),
        address=origin.address,
    )


def disable_account(session: Session, *, staff_id: UUID, actor_id: UUID, now: datetime) -> None:
    """Close an account everywhere; its sessions end at once.

    Raises:
        UnknownStaffError: no such account, or it is closed already.
    """
    closed = session.execute(
        update(StaffAccount)
        .where(StaffAccount.id == staff_id, StaffAccount.disabled_at.is_(None))
        .values(disabled_at=now)
        .returning(StaffAccount.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if closed is None:
        raise UnknownStaffError
    revoke_sessions(session, staff_id=staff_id, now=now)
    note_security_event(
        session,
        merchant_id=None,
        action="account-disabled",
        actor_id=actor_id,
        subject=str(staff_id),
    )
