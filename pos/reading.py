"""Who sees what of an open shift: whoever is to count the drawer counts it blind."""

from typing import Any

from sqlalchemy import Connection

from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.registers.errors import RegisterClosedError
from commerce.registers.queries import open_shift_of
from commerce.registers.report import shift_report, without_cash
from commerce.registers.rows import ShiftRow
from commerce.web.services import services
from pos.authority import holds
from pos.device import Till


def x_figures(till: Till, *, badge: str, approval: str = "") -> dict[str, Any]:
    """Return the open shift's figures; without the cash unless a badge shown may see money.

    Raises:
        RegisterClosedError: no shift is open.
    """
    with services().database.reading(till.scope) as connection:
        shift = open_shift_of(connection, register_id=till.register.id)
        if shift is None:
            raise RegisterClosedError
        figures = shift_figures(connection, shift)
        sees = holds(
            connection,
            till,
            Permission.VIEW_MONEY,
            badge=badge,
            approval=approval,
            reading="report",
        )
    return figures if sees else without_cash(figures)


def shift_figures(connection: Connection, shift: ShiftRow) -> dict[str, Any]:
    """Return everything that an open shift comes to now."""
    return shift_report(connection, shift=shift, counted=None, at=utc_now())
