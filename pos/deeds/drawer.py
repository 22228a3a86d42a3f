"""Open a register with its float, move cash, open the drawer, count and close."""

from sqlalchemy.orm import Session

from commerce.checkout.errors import RefundEndedError
from commerce.checkout.service import hand_back_cash
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.registers.counting import COUNT_AGAIN, is_far_off, was_counted_again
from commerce.registers.denominations import denominations
from commerce.registers.journal import append_entry
from commerce.registers.promised import promised_at
from commerce.registers.report import shift_report
from commerce.registers.rows import ShiftRow
from commerce.registers.service import OpenDrawer, close_shift, move_cash, open_shift
from commerce.registers.service.shifts import require_open_shift, require_shift_alone
from commerce.web.services import services
from pos.api.bodies import CashMoveBody, CloseBody, DrawerBody, OpenBody, PayBackBody
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed
from pos.deeds.sales import require_sale_here
from pos.device import Till
from pos.printing.printers import kick

_MANY = 1000


def open_register(session: Session, authority: Authority, body: OpenBody) -> Answer:
    """Open the register with a float."""
    till = authority.till
    till.merchant.check_open()
    shift_id = open_shift(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        cash_float=Money(body.float_minor, till.merchant.currency),
        actor_id=authority.clerk_id,
    )
    return {"shift": str(shift_id)}


def move(session: Session, authority: Authority, body: CashMoveBody) -> Answer:
    """Put cash in, or take it out, for which a manager answers."""
    till = authority.till
    if body.amount_minor < 0:
        authority.approved(session)
    move_cash(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        amount_minor=body.amount_minor,
        reason=body.reason,
        actor_id=authority.clerk_id,
    )
    return {"amount_minor": body.amount_minor}


def close(session: Session, authority: Authority, body: CloseBody) -> Answer:
    """Close with what was counted; only now the difference is told.

    A count that is far off is first sent back, without a word by how much or which way, once in a
    shift and with an entry in the journal: asking again and again would tell what is expected.
    """
    till = authority.till
    shift = require_shift_alone(session, merchant_id=till.merchant.id, register_id=till.register.id)
    if not body.sure and _is_far_off(session, till, shift, body.counted_minor):
        append_entry(
            session,
            merchant_id=till.merchant.id,
            register_id=till.register.id,
            kind=COUNT_AGAIN,
            body={
                "shift": str(shift.id),
                "counted_minor": body.counted_minor,
                "actor": str(authority.clerk_id),
            },
        )
        return {"shift": str(shift.id), "far": True}
    report = close_shift(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        counted=Money(body.counted_minor, shift.currency),
        actor_id=authority.clerk_id,
    )
    append_entry(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        kind="count",
        body={"shift": str(shift.id), "pieces": dict(body.pieces)},
    )
    return {"shift": str(shift.id), "report": report}


def _is_far_off(session: Session, till: Till, shift: ShiftRow, counted_minor: int) -> bool:
    connection = session.connection()
    if was_counted_again(connection, register_id=till.register.id, shift_id=shift.id):
        return False
    counted = Money(counted_minor, shift.currency)
    figures = shift_report(connection, shift=shift, counted=counted, at=utc_now())
    return is_far_off(
        difference_minor=figures["difference_minor"],
        expected_minor=figures["expected_minor"],
        largest_note_minor=max(denominations(shift.currency).notes, default=0),
    )


def open_drawer(session: Session, authority: Authority, body: DrawerBody) -> Answer:
    """Write down that the drawer opens; without a sale a manager answers for it."""
    till = authority.till
    shift = require_open_shift(session, merchant_id=till.merchant.id, register_id=till.register.id)
    if body.sale is not None:
        require_sale_here(session, till, body.sale)
    else:
        authority.approved(session)
    append_entry(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        kind="drawer_open" if body.sale else "no_sale",
        body={
            "shift": str(shift.id),
            "sale": str(body.sale or ""),
            "reason": body.reason,
            "actor": str(authority.clerk_id),
        },
    )
    return {"sale": str(body.sale or "")}


def kick_drawer(till: Till, _answer: Answer) -> Answer:
    """Send the drawer its pulse; a printer that is away is told, not raised."""
    return {"printing": kick(till.register)}


def pay_back(session: Session, authority: Authority, body: PayBackBody) -> Answer:
    """Pay out of this drawer what the desk promised a customer of this store."""
    till = authority.till
    promised = promised_at(session, location_id=till.store.id, most=_MANY)
    wanted = next((each for each in promised if each.refund_id == body.refund), None)
    if wanted is None:
        raise RefundEndedError
    handed = hand_back_cash(
        session,
        durable=services().durable,
        merchant_id=till.merchant.id,
        refund_id=body.refund,
        drawer=OpenDrawer(till.merchant.id, till.register.id, wanted.reason, authority.clerk_id),
        actor_id=authority.clerk_id,
    )
    return {
        "refund": str(body.refund),
        "order": wanted.order_number,
        "amount_minor": handed.amount_minor,
    }


OPEN = Deed(OpenBody, open_register)
CASH = Deed(CashMoveBody, move)
CLOSE = Deed(CloseBody, close)
PAY_BACK = Deed(PayBackBody, pay_back, after=kick_drawer)
DRAWER = Deed(DrawerBody, open_drawer, after=kick_drawer)
