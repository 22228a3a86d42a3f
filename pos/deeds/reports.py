"""Print an X report as the clerk may see it, or a Z report, again as a numbered copy."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import Permission
from commerce.registers.journal import append_entry
from commerce.registers.queries import shift_by_id
from commerce.registers.receipts import times_reported
from commerce.registers.report import without_cash
from commerce.registers.service.shifts import require_open_shift
from commerce.web.services import services
from pos.api.bodies import ReportBody
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed
from pos.device import Till
from pos.people import names_of
from pos.printing.layout import report_bytes
from pos.printing.printers import lettering_here, send
from pos.reading import shift_figures
from pos.report_words import report_words


def print_report(session: Session, authority: Authority, body: ReportBody) -> Answer:
    """Write down in the journal that the figures were read, and how much of them."""
    if body.shift is None:
        return _x(session, authority)
    return _z(session, authority, body.shift)


def to_the_printer(till: Till, answer: Answer) -> Answer:
    """Print after the commit; a printer that is away is told, not raised."""
    with services().database.reading(till.scope) as connection:
        shift = shift_by_id(
            connection, register_id=till.register.id, shift_id=UUID(answer["shift"])
        )
        if shift is None:
            raise NotFoundError
        figures = shift.report or shift_figures(connection, shift)
        people = names_of(connection, till, shift.opened_by, shift.closed_by)
    seen = figures if answer["cash"] else without_cash(figures)
    words = report_words(seen, till=till, copy=answer["copy"], people=people)
    paper = report_bytes(words, lettering=lettering_here(till))
    return {"printing": send(till.register, paper, settings=services().settings)}


def _x(session: Session, authority: Authority) -> Answer:
    till = authority.till
    shift = require_open_shift(session, merchant_id=till.merchant.id, register_id=till.register.id)
    cash = authority.holds(session, Permission.VIEW_MONEY)
    _write_down(session, authority, "x_read", {"shift": str(shift.id), "cash": cash})
    return {"shift": str(shift.id), "cash": cash, "copy": 0}


def _z(session: Session, authority: Authority, shift_id: UUID) -> Answer:
    register, connection = authority.till.register.id, session.connection()
    shift = shift_by_id(connection, register_id=register, shift_id=shift_id)
    if shift is None or shift.report is None:
        raise NotFoundError
    copy = times_reported(connection, register_id=register, shift_id=shift_id)
    _write_down(session, authority, "z_print", {"shift": str(shift_id), "copy": copy})
    return {"shift": str(shift_id), "cash": True, "copy": copy}


def _write_down(session: Session, authority: Authority, kind: str, facts: Answer) -> None:
    append_entry(
        session,
        merchant_id=authority.till.merchant.id,
        register_id=authority.till.register.id,
        kind=kind,
        body={**facts, "actor": str(authority.clerk_id)},
    )


REPORT = Deed(ReportBody, print_report, after=to_the_printer)
