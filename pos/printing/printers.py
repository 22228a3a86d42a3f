"""The printers that take receipts: none, a file, or one in the shop's network.

A printer is told what to do after the sale is safe, and whatever goes wrong with it is an answer for
the clerk and never a fault of the sale.
"""

import socket
from pathlib import Path
from typing import Any

from commerce.kernel.clock import utc_now
from commerce.registers.rows import RegisterRow
from commerce.web.services import services
from pos.device import Till
from pos.printing.layout import kick_bytes
from pos.printing.lettering import Lettering, lettering_of

PRINTED = "printed"
NO_PRINTER = "no-printer"
AWAY = "printer-away"

_PATIENCE_SECONDS = 4
_PORT = 9100


def send(register: RegisterRow, paper: bytes) -> str:
    """Send bytes to the register's printer; return `printed`, `no-printer` or `printer-away`."""
    printer = register.printer
    match printer.get("kind"):
        case "file":
            return _keep(register, paper)
        case "network":
            return _deliver(printer, paper)
        case _:
            return NO_PRINTER


def lettering_here(till: Till) -> Lettering:
    """Return how the printer of a till writes."""
    return lettering_of(
        till.register.printer,
        country=till.store.country,
        fonts=services().assets.static / "vendor",
    )


def kick(register: RegisterRow) -> str:
    """Open the drawer that hangs on the register's printer."""
    return send(register, kick_bytes())


def _keep(register: RegisterRow, paper: bytes) -> str:
    folder = services().settings.var / "printouts" / register.series
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{utc_now():%Y%m%dT%H%M%S%f}.bin"
    Path(file).write_bytes(paper)
    return PRINTED


def _deliver(printer: dict[str, Any], paper: bytes) -> str:
    address = (str(printer.get("host", "")), int(printer.get("port", _PORT)))
    try:
        # Not escpos' own Network printer: it leaves its socket open when nobody answers.
        with socket.create_connection(address, timeout=_PATIENCE_SECONDS) as connection:
            connection.sendall(paper)
    except OSError:
        return AWAY
    return PRINTED
