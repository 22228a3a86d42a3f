"""Take goods of any order back, and print the paper about it."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns import HandedIn
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.orders.returns.rows import FoundUnits
from commerce.registers.journal import append_entry
from commerce.registers.returned import return_number, return_receipt, times_return_printed
from commerce.registers.service import return_at_till
from commerce.web.services import services
from pos.api.return_bodies import ReturnBody, ReturnLineBody, ReturnNamedBody
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed
from pos.device import Till
from pos.people import called
from pos.printing.layout import receipt_bytes
from pos.printing.printers import kick, lettering_here, send
from pos.returned_words import return_words


def take(session: Session, authority: Authority, body: ReturnBody) -> Answer:
    """Take goods back and pay them back; a manager answers for it."""
    till = authority.till
    authority.approved(session)
    done = return_at_till(
        session,
        durable=services().durable,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        return_id=body.announced or authority.command_id,
        order_id=body.order,
        lines=[_handed_in(line) for line in body.lines],
        note=body.note,
        now=utc_now(),
        clerk_id=authority.clerk_id,
    )
    return {
        "returned": str(done.taken.return_id),
        "number": return_number(till.register.series, done.number),
        "order": done.taken.order.number,
        "currency": done.taken.order.currency,
        "refunded_minor": done.taken.refunded.amount_minor,
        "cash_minor": done.cash_minor,
    }


def open_for_cash(till: Till, answer: Answer) -> Answer:
    """Open the drawer where coins are to be handed over."""
    return {"printing": kick(till.register)} if answer["cash_minor"] else {}


def print_return(session: Session, authority: Authority, body: ReturnNamedBody) -> Answer:
    """Count the print in the journal: the first is the receipt, every further one a copy."""
    till = authority.till
    paper = return_receipt(session.connection(), return_id=body.returned)
    if paper.register.id != till.register.id:
        raise NotFoundError
    copy = times_return_printed(
        session.connection(), register_id=till.register.id, return_id=body.returned
    )
    append_entry(
        session,
        merchant_id=till.merchant.id,
        register_id=till.register.id,
        kind="reprint" if copy else "print",
        body={"return": str(body.returned), "copy": copy, "actor": str(authority.clerk_id)},
    )
    return {"returned": str(body.returned), "copy": copy}


def to_the_printer(till: Till, answer: Answer) -> Answer:
    """Print after the commit; a printer that is away is told, not raised."""
    with services().database.reading(till.scope) as connection:
        paper = return_receipt(connection, return_id=UUID(answer["returned"]))
        (clerk,) = called(connection, till, paper.clerk_id)
    words = return_words(paper, merchant=till.merchant, copy=answer["copy"], clerk=clerk)
    printed = receipt_bytes(words, lettering=lettering_here(till))
    return {"printing": send(till.register, printed, settings=services().settings)}


def _handed_in(line: ReturnLineBody) -> HandedIn:
    found = FoundUnits(
        line.line, restocked=line.restock, quarantined=line.aside, written_off=line.spoilt
    )
    return HandedIn(found, line.reason)


RETURN = Deed(ReturnBody, take, after=open_for_cash)
PRINT_RETURN = Deed(ReturnNamedBody, print_return, after=to_the_printer)
