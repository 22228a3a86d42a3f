"""Open a register with a float, move cash, close it with a count."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.registers.errors import (
    DrawerShortError,
    OpenSalesError,
    RegisterClosedError,
    RegisterOpenError,
)
from commerce.registers.journal import append_entry, canonical
from commerce.registers.models import CashMovement, Shift
from commerce.registers.queries import SHIFT_COLUMNS, open_shift_of
from commerce.registers.report import shift_report
from commerce.registers.rows import ShiftRow

_NEXT_NUMBER = Statement("""
SELECT COALESCE(max(number), 0) + 1 FROM shift
WHERE merchant_id = :merchant AND register_id = :register
""")

_CLOSE = Statement("""
UPDATE shift SET closed_at = :now, closed_by = :actor, counted_minor = :counted,
                 report = CAST(:report AS jsonb)
WHERE merchant_id = :merchant AND id = :shift AND closed_at IS NULL
RETURNING id
""")

_UNFINISHED = Statement("""
SELECT count(*) FROM till_sale s
JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
WHERE s.merchant_id = :merchant AND s.shift_id = :shift AND o.state = 'awaiting_payment'
""")

# Whoever sells or moves cash shares the shift, who closes it must have it alone: a Z report never
# misses what was begun before it, and nothing is written into a shift that is closed.
_SHARE = Statement(
    f"SELECT {SHIFT_COLUMNS} FROM shift "  # noqa: S608 - names of ours
    "WHERE merchant_id = :merchant AND register_id = :register AND closed_at IS NULL FOR SHARE",
    ShiftRow,
)
_TAKE_ALONE = Statement("""
SELECT id FROM shift
WHERE merchant_id = :merchant AND register_id = :register AND closed_at IS NULL FOR NO KEY UPDATE
""")

_LOCK_REGISTER = Statement(
    "SELECT 1 FROM register WHERE merchant_id = :merchant AND id = :register FOR NO KEY UPDATE"
)

_OPEN = Insertion(Shift)
_MOVE = Insertion(CashMovement)


def open_shift(
    session: Session, *, merchant_id: UUID, register_id: UUID, cash_float: Money, actor_id: UUID
) -> UUID:
    """Open a register with `cash_float` in its drawer and return the shift's id.

    Raises:
        RegisterOpenError: it is open already.
        NotFoundError: the merchant has no such register.
    """
    where = {"merchant": merchant_id, "register": register_id}
    if _LOCK_REGISTER.one_or_none(session, where) is None:
        raise NotFoundError
    shift_id = new_id()
    number = _NEXT_NUMBER.value(session, where)
    try:
        with session.begin_nested():
            _OPEN.one(
                session,
                {
                    "merchant_id": merchant_id,
                    "id": shift_id,
                    "register_id": register_id,
                    "number": number,
                    "currency": cash_float.currency,
                    "float_minor": cash_float.amount_minor,
                    "opened_by": actor_id,
                    "opened_at": utc_now(),
                },
            )
    except IntegrityError as error:
        raise RegisterOpenError from error
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=register_id,
        kind="open",
        body={
            "shift": str(shift_id),
            "number": int(number),
            "float_minor": cash_float.amount_minor,
            "currency": cash_float.currency,
            "actor": str(actor_id),
        },
    )
    return shift_id


def move_cash(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    amount_minor: int,
    reason: str,
    actor_id: UUID,
    refund_id: UUID | None = None,
) -> None:
    """Put cash into the drawer (positive) or take it out (negative), with the reason.

    `refund_id` names the refund that it pays, if it pays one of a sale before.

    Raises:
        RegisterClosedError: the register has no open shift.
        DrawerShortError: more is to be taken out than the drawer holds by its book.
        ValueError: nothing is moved, or no reason is given.
    """
    if amount_minor == 0 or not reason.strip():
        raise ValueError("cash is moved by an amount and for a reason")
    shift = require_open_shift(session, merchant_id=merchant_id, register_id=register_id)
    if amount_minor < 0 and refund_id is None:
        report = shift_report(session.connection(), shift=shift, counted=None, at=utc_now())
        if report["expected_minor"] + amount_minor < 0:
            raise DrawerShortError
    _MOVE.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "shift_id": shift.id,
            "amount_minor": amount_minor,
            "reason": reason.strip(),
            "refund_id": refund_id,
            "actor_id": actor_id,
            "at": utc_now(),
        },
    )
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=register_id,
        kind="cash_in" if amount_minor > 0 else "cash_out",
        body={
            "shift": str(shift.id),
            "amount_minor": amount_minor,
            "reason": reason.strip(),
            "actor": str(actor_id),
            **({"refund": str(refund_id)} if refund_id else {}),
        },
    )


def close_shift(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    counted: Money,
    actor_id: UUID,
) -> dict[str, Any]:
    """Close the register with the cash that was counted, and return the frozen Z report.

    Raises:
        RegisterClosedError: it is closed already.
        OpenSalesError: a sale is neither completed nor abandoned.
    """
    shift = require_shift_alone(session, merchant_id=merchant_id, register_id=register_id)
    unfinished = _UNFINISHED.value(session, {"merchant": merchant_id, "shift": shift.id})
    if unfinished:
        raise OpenSalesError(count=unfinished)
    now = utc_now()
    report = shift_report(session.connection(), shift=shift, counted=counted, at=now)
    position = append_entry(
        session,
        merchant_id=merchant_id,
        register_id=register_id,
        kind="z_close",
        body={**report, "actor": str(actor_id)},
    )
    report["journal_position"] = position
    _CLOSE.run(
        session,
        {
            "merchant": merchant_id,
            "shift": shift.id,
            "now": now,
            "actor": actor_id,
            "counted": counted.amount_minor,
            "report": canonical(report),
        },
    )
    return report


def require_open_shift(session: Session, *, merchant_id: UUID, register_id: UUID) -> ShiftRow:
    """Return the register's open shift, which cannot be closed until the transaction ends.

    Raises:
        RegisterClosedError: there is none.
    """
    where = {"merchant": merchant_id, "register": register_id}
    # Who had to wait for a close finds no shift; a second look sees one that was opened meanwhile.
    shift = _SHARE.one_or_none(session, where) or _SHARE.one_or_none(session, where)
    if shift is None:
        raise RegisterClosedError
    return shift


def require_shift_alone(session: Session, *, merchant_id: UUID, register_id: UUID) -> ShiftRow:
    """Return the register's open shift, which nobody else uses until the transaction ends.

    Whoever may close it takes it so from the start: two who shared it before would wait for each
    other. It comes before the register's row, in the order in which a sale takes them.

    Raises:
        RegisterClosedError: there is none.
    """
    _TAKE_ALONE.run(session, {"merchant": merchant_id, "register": register_id})
    return _open_shift(session, register_id)


def _open_shift(session: Session, register_id: UUID) -> ShiftRow:
    shift = open_shift_of(session.connection(), register_id=register_id)
    if shift is None:
        raise RegisterClosedError
    return shift
