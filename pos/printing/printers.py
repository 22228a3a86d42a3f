"""The printers that take receipts: none, a file, or one in the shop's network.

A printer is told what to do after the sale is safe, and whatever goes wrong with it is an answer for
the clerk and never a fault of the sale.
"""

import os
import socket
from typing import Any

from commerce.kernel.clock import utc_now
from commerce.kernel.settings import Settings
from commerce.registers.printers import is_refused, may_stand_at
from commerce.registers.rows import RegisterRow
from commerce.web.services import services
from pos.device import Till
from pos.printing.layout import kick_bytes
from pos.printing.lettering import Lettering, lettering_of

PRINTED = "printed"
NO_PRINTER = "no-printer"
AWAY = "printer-away"
REFUSED = "printer-refused"

_PATIENCE_SECONDS = 4
_PORT = 9100
_KEPT_PAPERS = 100


def send(register: RegisterRow, paper: bytes, *, settings: Settings) -> str:
    """Send bytes to the register's printer.

    Returns `printed`, `no-printer`, `printer-away`, or `printer-refused` for an address outside of
    the networks where printers may stand.
    """
    printer = register.printer
    match printer.get("kind"):
        case "file":
            return _keep(register, paper, settings)
        case "network":
            return _deliver(printer, paper, settings)
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
    return send(register, kick_bytes(), settings=services().settings)


def _keep(register: RegisterRow, paper: bytes, settings: Settings) -> str:
    """Write a file for trying out; only the latest stay, because nobody ever clears them away."""
    # Two merchants may use one series.
    folder = settings.var / "printouts" / f"{register.series}-{register.id.hex}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{utc_now():%Y%m%dT%H%M%S%f}.bin"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(paper)
    for old in sorted(folder.iterdir())[:-_KEPT_PAPERS]:
        old.unlink(missing_ok=True)
    return PRINTED


def _deliver(printer: dict[str, Any], paper: bytes, settings: Settings) -> str:
    host, port = str(printer.get("host", "")), int(printer.get("port", _PORT))
    if is_refused(settings, host, port=port):
        return REFUSED
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not may_stand_at(settings, addresses, port=port):
            return REFUSED
        # To the address that was judged: asked again, the name could stand for another one.
        # Not escpos' own Network printer: it leaves its socket open when nobody answers.
        with socket.create_connection(
            (addresses[0], port), timeout=_PATIENCE_SECONDS
        ) as connection:
            connection.sendall(paper)
    except (OSError, UnicodeError):
        return AWAY
    return PRINTED
