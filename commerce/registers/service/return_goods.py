"""Take goods of any order back at a till: looked at on the counter, paid back, numbered, chained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns import HandedIn, TakenBack, take_return
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.queries import lines_of
from commerce.orders.returns.queries import return_lines
from commerce.registers.journal import JournalHead, append_entry
from commerce.registers.models import TillReturn
from commerce.registers.queries import register_by_id
from commerce.registers.returned import tenders_of_return
from commerce.registers.rows import ShiftRow
from commerce.registers.service.pay_out import OpenDrawer
from commerce.registers.service.shifts import require_open_shift

RETURNED = "return"
"""Why cash left the drawer for goods that came back."""

_NEXT_NUMBER = Statement("""
UPDATE register SET next_return = next_return + 1
WHERE merchant_id = :merchant AND id = :register
RETURNING next_return - 1 AS number, journal_length, journal_hash
""")

_INSERT = Insertion(TillReturn)


@dataclass(frozen=True, slots=True)
class TillReturned:
    """A return that a till has done: its number in the register's series, and what went back."""

    number: int
    taken: TakenBack
    cash_minor: int
    """Coins to hand over now; the rest goes back to where it was paid from."""


def return_at_till(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    register_id: UUID,
    return_id: UUID,
    order_id: UUID,
    lines: Sequence[HandedIn],
    note: str = "",
    now: datetime,
    clerk_id: UUID,
) -> TillReturned:
    """Take goods of any order back over this register's counter, and pay them back.

    Cash goes back where cash was paid, out of this drawer; every other tender through its provider.
    `return_id` is a new name or an announced return that has not come yet. Whether the clerk may do
    this, the caller has asked.

    Raises:
        RegisterClosedError: without a shift there is no drawer and no book.
        DrawerCurrencyError: cash of another currency would have to be paid.
        NotFoundError and what `commerce.checkout.returns.take_return` refuses.
    """
    shift = require_open_shift(session, merchant_id=merchant_id, register_id=register_id)
    register = register_by_id(session.connection(), register_id=register_id)
    if register is None:
        raise NotFoundError
    taken = take_return(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=order_id,
        return_id=return_id,
        lines=lines,
        location_id=register.location_id,
        note=note,
        now=now,
        actor_id=clerk_id,
        drawer=OpenDrawer(merchant_id, register_id, RETURNED, clerk_id),
    )
    tenders = tenders_of_return(
        session.connection(),
        return_id=return_id,
        order_id=order_id,
        currency=taken.order.currency,
    )
    number = _write_down(session, merchant_id, shift, taken, tenders, clerk_id)
    cash = sum(handed.amount_minor for tender, handed in tenders if tender == "cash")
    return TillReturned(number, taken, cash)


def _write_down(  # noqa: PLR0917 - one return
    session: Session,
    merchant_id: UUID,
    shift: ShiftRow,
    taken: TakenBack,
    tenders: Sequence[tuple[str, Money]],
    clerk_id: UUID,
) -> int:
    """Give the return the register's next number and chain it into the journal."""
    given = _NEXT_NUMBER.one(session, {"merchant": merchant_id, "register": shift.register_id})
    number = int(given.number)
    row = {
        "merchant_id": merchant_id,
        "id": taken.return_id,
        "register_id": shift.register_id,
        "shift_id": shift.id,
        "number": number,
        "clerk_id": clerk_id,
        "at": utc_now(),
    }
    _INSERT.one(session, row)
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=shift.register_id,
        kind="return",
        body=_journal_body(session, taken, tenders, number, clerk_id),
        head=JournalHead(given.journal_length, given.journal_hash),
    )
    return number


def _journal_body(
    session: Session,
    taken: TakenBack,
    tenders: Sequence[tuple[str, Money]],
    number: int,
    clerk_id: UUID,
) -> dict[str, Any]:
    sold = {line.id: line for line in lines_of(session.connection(), order_ids=[taken.order.id])}
    lines = return_lines(session, return_ids=[taken.return_id])[taken.return_id]
    return {
        "return": str(taken.return_id),
        "number": number,
        "order": taken.order.number,
        "currency": taken.order.currency,
        "total_minor": taken.refunded.amount_minor,
        "clerk": str(clerk_id),
        "lines": [
            {
                "sku": sold[line.order_line_id].sku,
                "name": sold[line.order_line_id].name,
                "quantity": line.accepted,
                "reason": line.reason,
                "tax_rate": f"{sold[line.order_line_id].tax_rate:f}",
                "tax_minor": line.tax_minor,
                "total_minor": line.net_minor + line.tax_minor,
            }
            for line in lines
        ],
        "tenders": [
            {"tender": tender, "amount_minor": handed.amount_minor} for tender, handed in tenders
        ],
    }
