"""Clerk PINs: six digits that say who sells, good only at an enrolled register.

A PIN never opens a desk. It is unique in a merchant, so typing it is enough; five misses within half
an hour lock the register's PIN pad until somebody who may approve at the till unlocks it from the
desk. A hit takes back no miss, or whoever has a PIN could try those of the others for ever; only
somebody who may approve settles what was missed where approval is asked.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import BoundedSemaphore
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.park.errors import PinTakenError, UnknownStaffError, WeakPinError
from commerce.park.models import ClerkPin, ColleagueName, Membership, PinGuard, StaffAccount
from commerce.park.permissions import Permission, Role, permissions_of
from commerce.park.service.security_log import note_security_event

DIGITS = 6
MISSES = 5
WINDOW = timedelta(minutes=30)
_AT_ONCE = BoundedSemaphore(2)
_UNSYNCHRONIZED = {"synchronize_session": False}


class PinDoor(StrEnum):
    """What a PIN is typed for."""

    UNLOCK = "unlock"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who stands at the register, what they may do there, and since when their PIN is good."""

    staff_id: UUID
    name: str
    name_en: str
    name_zh: str
    permissions: frozenset[Permission]
    pin_set_at: datetime

    def name_in(self, language: str) -> str:
        """Return what the merchant calls them in a language; as the account does where it says nothing."""
        return (self.name_zh if language == "zh" else self.name_en) or self.name


@dataclass(frozen=True, slots=True)
class PinOutcome:
    """What came of a PIN: the clerk, or how many tries are left. Commit it either way."""

    clerk: Clerk | None
    tries_left: int

    @property
    def locked(self) -> bool:
        """Whether the pad waits for somebody who may unlock it."""
        return self.clerk is None and self.tries_left == 0


def pin_fingerprint(vault: Vault, *, merchant_id: UUID, pin: str) -> bytes:
    """Return the slow, peppered fingerprint of a PIN at a merchant; call it outside transactions.

    Argon2id with the OWASP floor (19 MiB, 2 passes). A million PINs are few: it is the pepper, kept
    outside the database, that makes a stolen table useless.

    Raises:
        WeakPinError: not six digits.
    """
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise WeakPinError
    pepper = vault.derive("clerk pins")
    salt = hmac.digest(pepper, merchant_id.bytes, "sha256")[:16]
    with _AT_ONCE:
        return hash_secret_raw(
            hmac.digest(pepper, pin.encode(), "sha256"),
            salt,
            time_cost=2,
            memory_cost=19 * 1024,
            parallelism=1,
            hash_len=32,
            type=Type.ID,
        )


def check_pin(pin: str) -> None:
    """Refuse a PIN that is a row, a repetition or a date, which people guess first.

    Raises:
        WeakPinError: with what to choose instead.
    """
    row = "01234567890"
    half = pin[:3]
    repeated = len(set(pin)) <= 2 or pin == half + half or pin == pin[:2] * 3  # noqa: PLR2004
    if pin in row or pin in row[::-1] or repeated or _is_date(pin):
        raise WeakPinError


def set_clerk_pin(
    session: Session,
    *,
    merchant_id: UUID,
    staff_id: UUID,
    fingerprint: bytes,
    actor_id: UUID,
    now: datetime,
) -> None:
    """Give a member a PIN, made by `pin_fingerprint` after `check_pin`; it replaces an earlier one.

    Raises:
        UnknownStaffError: the person does not sell for this merchant.
        PinTakenError: a colleague has it, even if both choose it at the same time.
    """
    if _selling(session, merchant_id, staff_id) is None:
        raise UnknownStaffError
    statement = insert(ClerkPin).values(
        merchant_id=merchant_id,
        id=new_id(),
        staff_id=staff_id,
        fingerprint=fingerprint,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["merchant_id", "staff_id"],
                    set_={"fingerprint": fingerprint, "changed_at": now},
                )
            )
    except IntegrityError as error:  # the one constraint left: the fingerprint's
        raise PinTakenError from error
    _note(session, merchant_id, "pin-set", actor_id, staff_id)


def remove_clerk_pin(
    session: Session, *, merchant_id: UUID, staff_id: UUID, actor_id: UUID
) -> None:
    """Take somebody's PIN; it stops working at every register's next contact."""
    session.execute(
        delete(ClerkPin).where(ClerkPin.merchant_id == merchant_id, ClerkPin.staff_id == staff_id),
        execution_options=_UNSYNCHRONIZED,
    )
    _note(session, merchant_id, "pin-removed", actor_id, staff_id)


def identify_clerk(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    fingerprint: bytes,
    now: datetime,
    named: UUID | None = None,
    door: PinDoor = PinDoor.UNLOCK,
) -> PinOutcome:
    """Say whose PIN was typed at a register that has proved itself. Commit the outcome.

    The try is counted before it is looked at, so that many at once are not more than five. Who was
    `named` first has to type their own PIN: a colleague's is as wrong as nobody's. Every miss is
    noted in the security log.
    """
    misses = _claimed(session, merchant_id, register_id, door, now)
    if misses is None:
        return PinOutcome(None, 0)
    found = session.execute(
        select(ClerkPin.staff_id, ClerkPin.changed_at).where(
            ClerkPin.merchant_id == merchant_id, ClerkPin.fingerprint == fingerprint
        )
    ).one_or_none()
    fits = found is not None and named in {None, found.staff_id}
    clerk = (
        _clerk(session, merchant_id, found.staff_id, found.changed_at) if found and fits else None
    )
    if clerk is None:
        _note_miss(session, merchant_id, register_id, door, misses)
    else:
        _give_back(session, merchant_id, register_id, door, clerk)
    return PinOutcome(clerk, MISSES - misses)


def unlock_pin_pad(
    session: Session, *, merchant_id: UUID, register_id: UUID, actor_id: UUID
) -> None:
    """Let a locked register ask for PINs again; the view asked for `APPROVE_AT_TILL`."""
    _forget(session, merchant_id, register_id)
    _note(session, merchant_id, "pin-pad-unlocked", actor_id, register_id)


def _claimed(
    session: Session, merchant_id: UUID, register_id: UUID, door: PinDoor, now: datetime
) -> int | None:
    """Count one try; return how many misses the window has with it, or None at a locked pad.

    The row stays locked until the commit, so a try waits for how the one before it came out.
    """
    here, there = _counters(door)
    over = PinGuard.ends_at <= now
    misses = case((over, 1), else_=here + 1)
    elsewhere = case((over, 0), else_=there)
    first = {here.key: 1, there.key: 0, "ends_at": now + WINDOW}
    counted = session.execute(
        insert(PinGuard)
        .values(merchant_id=merchant_id, id=register_id, **first)
        .on_conflict_do_update(
            index_elements=["merchant_id", "id"],
            set_={
                here.key: misses,
                there.key: elsewhere,
                "ends_at": case((over, now + WINDOW), else_=PinGuard.ends_at),
                "locked_at": case((misses + elsewhere >= MISSES, now), else_=None),
            },
            where=PinGuard.locked_at.is_(None),
        )
        .returning(PinGuard.misses + PinGuard.approval_misses)
    ).scalar_one_or_none()
    return None if counted is None else int(counted)


def _give_back(
    session: Session, merchant_id: UUID, register_id: UUID, door: PinDoor, clerk: Clerk
) -> None:
    """Take back the try that was right, or all at this door if who may approve stands there."""
    here, _there = _counters(door)
    settles = door is PinDoor.APPROVE and Permission.APPROVE_AT_TILL in clerk.permissions
    session.execute(
        update(PinGuard)
        .where(PinGuard.merchant_id == merchant_id, PinGuard.id == register_id)
        .values({here.key: 0 if settles else here - 1, "locked_at": None}),
        execution_options=_UNSYNCHRONIZED,
    )


def _counters(door: PinDoor) -> tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]:
    """Return where the misses of a door are counted, and where those of the other one."""
    pair = (PinGuard.misses, PinGuard.approval_misses)
    return pair if door is PinDoor.UNLOCK else (pair[1], pair[0])


def _note_miss(
    session: Session, merchant_id: UUID, register_id: UUID, door: PinDoor, misses: int
) -> None:
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="pin-missed",
        actor_id=None,
        subject=str(register_id),
        facts={"door": door.value, "misses": misses},
    )
    if misses >= MISSES:
        _note(session, merchant_id, "pin-pad-locked", None, register_id)


def _forget(session: Session, merchant_id: UUID, register_id: UUID) -> None:
    session.execute(
        update(PinGuard)
        .where(PinGuard.merchant_id == merchant_id, PinGuard.id == register_id)
        .values(misses=0, approval_misses=0, locked_at=None),
        execution_options=_UNSYNCHRONIZED,
    )


def _clerk(
    session: Session, merchant_id: UUID, staff_id: UUID, pin_set_at: datetime
) -> Clerk | None:
    selling = _selling(session, merchant_id, staff_id)
    return None if selling is None else Clerk(staff_id, *selling, pin_set_at)


def _selling(
    session: Session, merchant_id: UUID, staff_id: UUID
) -> tuple[str, str, str, frozenset[Permission]] | None:
    """Return what somebody who sells for the merchant is called and may do, or None."""
    rows = session.execute(
        select(StaffAccount.name, ColleagueName.name_en, ColleagueName.name_zh, Membership.role)
        .join(Membership, Membership.staff_id == StaffAccount.id)
        .join(
            ColleagueName,
            (ColleagueName.merchant_id == Membership.merchant_id)
            & (ColleagueName.id == Membership.staff_id),
            isouter=True,
        )
        .where(
            Membership.merchant_id == merchant_id,
            Membership.staff_id == staff_id,
            Membership.accepted_at.is_not(None),
            Membership.suspended_at.is_(None),
            StaffAccount.disabled_at.is_(None),
        )
    ).all()
    permissions = permissions_of(Role(row.role) for row in rows)
    if Permission.SELL not in permissions:
        return None
    first = rows[0]
    return str(first.name), first.name_en or "", first.name_zh or "", permissions


def _is_date(pin: str) -> bool:
    """ddmmyy, mmddyy or yymmdd."""
    first, second, third = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    return any(
        1 <= day <= 31 and 1 <= month <= 12  # noqa: PLR2004
        for day, month in ((first, second), (second, first), (third, second))
    )


def _note(
    session: Session, merchant_id: UUID, action: str, actor_id: UUID | None, subject: UUID
) -> None:
    note_security_event(
        session, merchant_id=merchant_id, action=action, actor_id=actor_id, subject=str(subject)
    )
