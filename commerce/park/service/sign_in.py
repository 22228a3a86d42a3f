"""Sign in with a password: counted, equal in time for known and unknown names, two steps if set up.

Three calls, so that the slow hash runs between two short transactions (both in `Scope.park()`):

    with database.transaction(Scope.park()) as session:
        attempt = begin_sign_in(session, email=..., origin=..., now=...)
    proof = check_password_of(attempt, password)
    with database.transaction(Scope.park()) as session:
        outcome = finish_sign_in(session, attempt=attempt, proof=proof, origin=..., now=...)
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from commerce.kernel.passwords import hash_password, verify_password
from commerce.park.models import Passkey, RecoveryCode, StaffAccount, StaffTotp
from commerce.park.origin import Origin
from commerce.park.service.accounts import counted_as, is_account_of
from commerce.park.service.security_log import note_security_event
from commerce.park.service.sessions import OpenedSession, Stage, open_session
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt

MISSES_OF_ACCOUNT = 5
MISSES_OF_ADDRESS = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who wants to sign in, counted already.

    Attributes:
        staff_id: the account, if the name is known.
        wait_until: when the next attempt will be looked at; None if this one is.
    """

    staff_id: UUID | None
    wait_until: datetime | None
    limits: tuple[Limit, ...] = field(repr=False)
    stored: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the password fits, and its new hash when the old one is out of date."""

    fits: bool
    rehashed: str | None = field(default=None, repr=False)


def begin_sign_in(session: Session, *, email: str, origin: Origin, now: datetime) -> Attempt:
    """Count an attempt and look up the account; commit afterwards, whatever comes next.

    A device that has proved this account before has misses of its own and no others, so that
    strangers cannot keep the owner out by guessing, neither from elsewhere nor in the same network.
    """
    account = session.execute(
        select(StaffAccount.id, StaffAccount.password_hash).where(is_account_of(email))
    ).one_or_none()
    staff_id = account.id if account else None
    limits = _limits(email, staff_id, origin)
    wait_until = claim_attempt(session, limits=limits, now=now)
    if wait_until is not None:
        _note(session, "sign-in-slowed", staff_id, origin)
    return Attempt(
        staff_id=staff_id,
        wait_until=wait_until,
        limits=limits,
        stored=account.password_hash if account else None,
    )


def check_password_of(attempt: Attempt, clear: str) -> Proof:
    """Compare the password, outside any transaction.

    An attempt that has to wait, or that names nobody, takes as long and never fits.

    Raises:
        SignInBusyError: too many passwords are being checked at this moment.
    """
    stored = attempt.stored if attempt.wait_until is None else None
    verdict = verify_password(stored, clear)
    return Proof(verdict.fits, hash_password(clear) if verdict.rehash else None)


def finish_sign_in(
    session: Session, *, attempt: Attempt, proof: Proof, origin: Origin, now: datetime
) -> OpenedSession | None:
    """Open a session, or return None and commit the miss.

    The session is half open (`Stage.SECOND_STEP`) when the person has a second factor.
    """
    if attempt.staff_id is None or not proof.fits or attempt.wait_until is not None:
        _note(session, "sign-in-refused", attempt.staff_id, origin)
        return None
    if not _still_open(session, attempt):
        return None
    account_limit, *others = attempt.limits
    settle_attempt(session, forget=[account_limit], give_back=others)
    if proof.rehashed is not None:
        _store_rehashed(session, attempt, proof.rehashed)
    stage = Stage.SECOND_STEP if _has_second_factor(session, attempt.staff_id) else Stage.FULL
    _note(
        session,
        "password-proved" if stage is Stage.SECOND_STEP else "signed-in",
        attempt.staff_id,
        origin,
    )
    return open_session(session, staff_id=attempt.staff_id, stage=stage, origin=origin, now=now)


def prove_again(session: Session, *, staff_id: UUID, now: datetime) -> Attempt:
    """Count an attempt of somebody signed in to prove themselves once more before a sensitive act.

    Only their own misses count: whoever is signed in is not kept out by the network they sit in.
    """
    stored = session.scalar(select(StaffAccount.password_hash).where(StaffAccount.id == staff_id))
    limits = (Limit.of("again", str(staff_id), allowed=MISSES_OF_ACCOUNT),)
    wait_until = claim_attempt(session, limits=limits, now=now)
    return Attempt(staff_id=staff_id, wait_until=wait_until, limits=limits, stored=stored)


def _limits(email: str, staff_id: UUID | None, origin: Origin) -> tuple[Limit, ...]:
    if staff_id is not None and origin.known_as == staff_id:
        return (Limit.of("device", f"{staff_id} {origin.network}", allowed=MISSES_OF_ACCOUNT),)
    return (
        Limit.of("account", counted_as(staff_id, email), allowed=MISSES_OF_ACCOUNT),
        Limit.of("address", origin.network, allowed=MISSES_OF_ADDRESS),
    )


def _still_open(session: Session, attempt: Attempt) -> bool:
    """Whether the account is what it was before the hash: not disabled, not given a new password."""
    query = select(StaffAccount.id).where(
        StaffAccount.id == attempt.staff_id,
        StaffAccount.password_hash == attempt.stored,
        StaffAccount.disabled_at.is_(None),
    )
    return session.scalar(query.with_for_update(read=True)) is not None


def _has_second_factor(session: Session, staff_id: UUID) -> bool:
    """Whether the password is not enough.

    A passkey counts together with recovery codes only: whose one device is lost must get in.
    """
    totp = exists().where(StaffTotp.staff_id == staff_id, StaffTotp.confirmed_at.is_not(None))
    passkey = exists().where(Passkey.staff_id == staff_id)
    codes = exists().where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return bool(session.scalar(select(totp | (passkey & codes))))


def _store_rehashed(session: Session, attempt: Attempt, rehashed: str) -> None:
    # Only over the hash that was checked: a password changed meanwhile stays changed.
    session.execute(
        update(StaffAccount)
        .where(StaffAccount.id == attempt.staff_id, StaffAccount.password_hash == attempt.stored)
        .values(password_hash=rehashed),
        execution_options={"synchronize_session": False},
    )


def _note(session: Session, action: str, staff_id: UUID | None, origin: Origin) -> None:
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=staff_id,
        address=origin.address,
        facts={"browser": origin.user_agent},
    )
