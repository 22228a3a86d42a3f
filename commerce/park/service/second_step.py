"""The second step: a code of an authenticator app (RFC 6238), or one of ten recovery codes.

A code fits the server's clock within one step of 30 seconds either way and works once; so does a
recovery code. Guesses are throttled like passwords.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize
from uuid import UUID

import pyotp
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_code
from commerce.kernel.vault import Vault
from commerce.park.errors import SecondFactorPresentError, UnknownStaffError, WrongCodeError
from commerce.park.models import Passkey, RecoveryCode, StaffAccount, StaffTotp
from commerce.park.origin import Origin
from commerce.park.service.security_log import note_security_event
from commerce.park.service.sessions import OpenedSession, Stage, replace_session
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt

STEP_SECONDS = 30
CODES = 10
_CODE_LENGTH = 12
_DIGITS = 6
_UNSYNCHRONIZED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Seed:
    """The seed of an authenticator app that waits for its first code."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "Seed(...)"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What came of a code: an open session, or a miss and perhaps a wait. Commit it either way."""

    opened: OpenedSession | None
    wait_until: datetime | None = None


def begin_totp(
    session: Session, *, staff_id: UUID, vault: Vault, issuer: str, now: datetime
) -> Seed:
    """Make a seed for an authenticator app; it counts once `confirm_totp` has seen its code.

    Raises:
        SecondFactorPresentError: an app is set up already.
        UnknownStaffError: no such account.
    """
    email = session.scalar(select(StaffAccount.email).where(StaffAccount.id == staff_id))
    if email is None:
        raise UnknownStaffError
    row = session.get(StaffTotp, staff_id, with_for_update=True)
    if row is not None and row.confirmed_at is not None:
        raise SecondFactorPresentError
    secret = pyotp.random_base32()
    sealed = vault.seal(secret, context=_context(staff_id))
    if row is None:
        session.add(StaffTotp(staff_id=staff_id, sealed_seed=sealed, created_at=now))
    else:
        row.sealed_seed, row.last_step = sealed, 0
    session.flush()
    return Seed(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def waiting_seed(session: Session, *, staff_id: UUID, vault: Vault, issuer: str) -> Seed | None:
    """Return the seed that waits for its first code; None when none does."""
    found = session.execute(
        select(StaffTotp.sealed_seed, StaffAccount.email)
        .join(StaffAccount, StaffAccount.id == StaffTotp.staff_id)
        .where(StaffTotp.staff_id == staff_id, StaffTotp.confirmed_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    sealed, email = found
    secret = vault.open(sealed, context=_context(staff_id))
    return Seed(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def confirm_totp(
    session: Session, *, staff_id: UUID, code: str, vault: Vault, now: datetime
) -> tuple[str, ...]:
    """Put the authenticator app in force and return ten recovery codes, to be shown once.

    Raises:
        WrongCodeError: the code does not fit; nothing has changed.
    """
    if not _spend_totp(session, staff_id=staff_id, code=code, vault=vault, now=now, fresh=True):
        raise WrongCodeError
    session.execute(
        update(StaffTotp).where(StaffTotp.staff_id == staff_id).values(confirmed_at=now),
        execution_options=_UNSYNCHRONIZED,
    )
    _note(session, "totp-added", staff_id)
    return renew_recovery_codes(session, staff_id=staff_id, vault=vault)


def remove_totp(session: Session, *, staff_id: UUID) -> None:
    """Take the authenticator app away; the caller asked for a fresh proof.

    The recovery codes go with it, unless passkeys remain that they stand in for.
    """
    has_passkey = exists().where(Passkey.staff_id == staff_id)
    for statement in (
        delete(StaffTotp).where(StaffTotp.staff_id == staff_id),
        delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id, ~has_passkey),
    ):
        session.execute(statement, execution_options=_UNSYNCHRONIZED)
    _note(session, "totp-removed", staff_id)


def renew_recovery_codes(session: Session, *, staff_id: UUID, vault: Vault) -> tuple[str, ...]:
    """Return ten new recovery codes, to be shown once; the old ones stop working."""
    session.execute(
        delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id),
        execution_options=_UNSYNCHRONIZED,
    )
    codes = tuple(new_code(_CODE_LENGTH) for _ in range(CODES))
    session.add_all(
        RecoveryCode(staff_id=staff_id, code_hash=_hash(vault, staff_id, code)) for code in codes
    )
    session.flush()
    _note(session, "recovery-codes-made", staff_id)
    return tuple(f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes)


def finish_second_step(
    session: Session,
    *,
    session_id: UUID,
    staff_id: UUID,
    code: str,
    vault: Vault,
    origin: Origin,
    now: datetime,
) -> StepOutcome:
    """Trade a half open session and a code for a full one with a new token. Commit the outcome."""
    limits = [Limit.of("second-step", str(staff_id), allowed=5)]
    wait_until = claim_attempt(session, limits=limits, now=now)
    if wait_until is not None:
        return StepOutcome(None, wait_until)
    if not spend_code(session, staff_id=staff_id, code=code, vault=vault, now=now):
        _note(session, "second-step-refused", staff_id, origin)
        return StepOutcome(None)
    settle_attempt(session, forget=limits)
    opened = replace_session(
        session, session_id=session_id, stage=Stage.FULL, origin=origin, now=now
    )
    if opened is not None:
        _note(session, "signed-in", staff_id, origin)
    return StepOutcome(opened)


def spend_code(session: Session, *, staff_id: UUID, code: str, vault: Vault, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; return whether it fitted. Not throttled here."""
    plain = normalize("NFKC", code)  # a Chinese keyboard may write its digits in full width
    typed = "".join(character for character in plain if character.isalnum()).upper()
    if len(typed) == _DIGITS and typed.isdigit():
        return _spend_totp(session, staff_id=staff_id, code=typed, vault=vault, now=now)
    return _spend_recovery_code(session, staff_id=staff_id, code=typed, vault=vault, now=now)


def _spend_totp(
    session: Session,
    *,
    staff_id: UUID,
    code: str,
    vault: Vault,
    now: datetime,
    fresh: bool = False,
) -> bool:
    row = session.execute(
        select(StaffTotp.sealed_seed, StaffTotp.confirmed_at).where(StaffTotp.staff_id == staff_id)
    ).one_or_none()
    if row is None or (row.confirmed_at is None) is not fresh:
        return False
    step = _step_of(vault.open(row.sealed_seed, context=_context(staff_id)), code, now)
    if step is None:
        return False
    # The step only ever grows: of two that bring the same code at once, one finds it spent.
    spent = session.execute(
        update(StaffTotp)
        .where(StaffTotp.staff_id == staff_id, StaffTotp.last_step < step)
        .values(last_step=step)
        .returning(StaffTotp.staff_id),
        execution_options=_UNSYNCHRONIZED,
    )
    return spent.one_or_none() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    totp = pyotp.TOTP(secret, digits=_DIGITS, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    typed = code.strip()
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]
    return max(fitting, default=None)


def _spend_recovery_code(
    session: Session, *, staff_id: UUID, code: str, vault: Vault, now: datetime
) -> bool:
    spent = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_hash == _hash(vault, staff_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id),
        execution_options=_UNSYNCHRONIZED,
    ).one_or_none()
    if spent is not None:
        _note(session, "recovery-code-used", staff_id)
    return spent is not None


def _hash(vault: Vault, staff_id: UUID, code: str) -> bytes:
    # Sixty random bits need no slow hash, but a key: the database alone does not let anybody guess.
    key = vault.derive("recovery codes")
    return hmac.digest(key, f"{staff_id} {code}".encode(), hashlib.sha256)


def _context(staff_id: UUID) -> str:
    return f"staff_totp|sealed_seed|{staff_id}"


def _note(session: Session, action: str, staff_id: UUID, origin: Origin | None = None) -> None:
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=staff_id,
        subject=str(staff_id),
        address=origin.address if origin else "",
    )
