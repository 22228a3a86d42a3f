"""Set up a till and the device it runs on."""

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_token
from commerce.kernel.statements import Statement
from commerce.registers.models import Register

_LOCK = Statement("""
SELECT id FROM register WHERE merchant_id = :merchant AND id = :register FOR NO KEY UPDATE
""")


def add_register(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID,
    name: str,
    series: str,
    name_zh: str = "",
) -> UUID:
    """Add a till to a store; `series` begins its receipt numbers and is never used again."""
    register = Register(
        merchant_id=merchant_id,
        location_id=location_id,
        name=name,
        name_zh=name_zh,
        series=series.upper(),
    )
    session.add(register)
    session.flush()
    return register.id


def name_register(
    session: Session, *, merchant_id: UUID, register_id: UUID, name: str, name_zh: str
) -> None:
    """Call a till otherwise; papers that were printed keep what they say.

    Raises:
        NotFoundError: the merchant has no such register.
    """
    register = _register(session, merchant_id, register_id)
    register.name, register.name_zh = name, name_zh


def lock_register(session: Session, *, merchant_id: UUID, register_id: UUID) -> None:
    """Let nobody else enrol a device as this register until the transaction ends."""
    _LOCK.run(session, {"merchant": merchant_id, "register": register_id})


def enrol_device(session: Session, *, merchant_id: UUID, register_id: UUID) -> str:
    """Bind the till to a device and return the device's key, shown this once.

    A device that was enrolled before stops working, so a stolen tablet is locked out.

    Raises:
        NotFoundError: the merchant has no such register.
    """
    register = _register(session, merchant_id, register_id)
    key = new_token()
    register.device_hash = device_hash(key)
    return key


def set_printer(
    session: Session, *, merchant_id: UUID, register_id: UUID, printer: dict[str, Any]
) -> None:
    """Say where receipts are printed: `{"kind": "file"}` or `{"kind": "network", "host", "port"}`.

    `"text"` says how the printer writes: `gb18030`, `latin` or `raster`, else as printers of the
    store's country do; `"columns"` how many letters fit a row, 48 on 80 mm paper.

    Raises:
        NotFoundError: the merchant has no such register.
    """
    _register(session, merchant_id, register_id).printer = printer


def set_reader(
    session: Session, *, merchant_id: UUID, register_id: UUID, reader: dict[str, Any]
) -> None:
    """Say which card reader stands beside a till: `{"plugin", "id", "label"}`, or nothing.

    Tills of one store may share a reader; tills of other stores never ask at it.

    Raises:
        NotFoundError: the merchant has no such register.
    """
    _register(session, merchant_id, register_id).reader = reader


def device_hash(key: str) -> str:
    """Return what is stored of a device's key; the key has 256 random bits, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def _register(session: Session, merchant_id: UUID, register_id: UUID) -> Register:
    register = session.get(Register, (merchant_id, register_id))
    if register is None:
        raise NotFoundError
    return register
