"""The people whom a merchant buys goods from."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import SupplierCodeTakenError, SupplierRefusedError
from commerce.inventory.models import Supplier
from commerce.inventory.rows import SupplierRow
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

LONGEST_CODE, LONGEST_NAME, LONGEST_CONTACT = 20, 200, 200
MOST_LEAD_DAYS = 730

_ADD = Insertion(Supplier, unless_taken=("merchant_id", "code"))

_CHANGE = Statement("""
UPDATE supplier SET name = :name, name_zh = :name_zh, email = :email, phone = :phone,
  lead_days = :lead_days, active = :active
WHERE merchant_id = :merchant AND id = :supplier
""")


def add_supplier(
    session: Session,
    *,
    merchant_id: UUID,
    code: str,
    name: str,
    name_zh: str = "",
    email: str = "",
    phone: str = "",
    lead_days: int = 0,
) -> UUID:
    """Add a supplier and return its id. `code` is unique at the merchant.

    Raises:
        SupplierRefusedError: it has no code or name, or its terms cannot be meant.
        SupplierCodeTakenError: another supplier has the code.
    """
    supplier = SupplierRow(
        id=new_id(),
        code=code.strip(),
        name=name.strip(),
        name_zh=name_zh.strip(),
        email=email.strip(),
        phone=phone.strip(),
        lead_days=lead_days,
        active=True,
    )
    _check(supplier)
    kept = _ADD.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": supplier.id,
            "code": supplier.code,
            "name": supplier.name,
            "name_zh": supplier.name_zh,
            "email": supplier.email,
            "phone": supplier.phone,
            "lead_days": supplier.lead_days,
        },
    )
    if not kept:
        raise SupplierCodeTakenError(supplier=supplier.code)
    return supplier.id


def change_supplier(session: Session, *, merchant_id: UUID, supplier: SupplierRow) -> None:
    """Write the changed facts of a supplier; its code stays as it is.

    Raises:
        NotFoundError: the merchant has no such supplier.
        SupplierRefusedError: it has no name, or its terms cannot be meant.
    """
    _check(supplier)
    changed = _CHANGE.run(
        session,
        {
            "merchant": merchant_id,
            "supplier": supplier.id,
            "name": supplier.name.strip(),
            "name_zh": supplier.name_zh.strip(),
            "email": supplier.email.strip(),
            "phone": supplier.phone.strip(),
            "lead_days": supplier.lead_days,
            "active": supplier.active,
        },
    )
    if not changed:
        raise NotFoundError


def _check(supplier: SupplierRow) -> None:
    if (
        not 0 < len(supplier.code.strip()) <= LONGEST_CODE
        or not 0 < len(supplier.name.strip()) <= LONGEST_NAME
        or len(supplier.name_zh) > LONGEST_NAME
        or len(supplier.email) > LONGEST_CONTACT
        or len(supplier.phone) > LONGEST_CONTACT
        or not 0 <= supplier.lead_days <= MOST_LEAD_DAYS
    ):
        raise SupplierRefusedError
