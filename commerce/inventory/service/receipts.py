"""What came in at once: looked at before it is booked, and kept under the id it was typed under."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault, ReceiptTakenError
from commerce.inventory.models import GoodsReceipt, GoodsReceiptLine
from commerce.inventory.rows import Arrived
from commerce.inventory.service.terms import refuse, units_faults
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

_RECEIPT = Insertion(GoodsReceipt, unless_taken=("merchant_id", "id"))
_LINES = Insertion(GoodsReceiptLine)

_SUBJECT = Statement("""
SELECT coalesce(transfer_id, purchase_id) AS subject_id FROM goods_receipt
WHERE merchant_id = :merchant AND id = :receipt
""")


def check_arrived(arrived: Sequence[Arrived]) -> None:
    """Make sure that what came in can be meant.

    Raises:
        LinesRefusedError: a line has no unit, fewer than none, or more damaged ones than came.
    """
    refuse([LineFault(None, "nothing-came")] if not arrived else [])
    refuse(units_faults((each.variant_id, each.units) for each in arrived))
    refuse(
        fault
        for least in ("quantity", "surplus")
        for fault in units_faults(
            [(each.variant_id, getattr(each, least)) for each in arrived], least=0
        )
    )
    refuse(
        LineFault(each.variant_id, "damaged")
        for each in arrived
        if not 0 <= each.damaged <= each.units
    )


def is_booked(session: Session, *, merchant_id: UUID, receipt_id: UUID, subject_id: UUID) -> bool:
    """Return whether this receipt of the transfer or purchase was booked before.

    Raises:
        ReceiptTakenError: the id is of a receipt of something else.
    """
    found = _SUBJECT.one_or_none(session, {"merchant": merchant_id, "receipt": receipt_id})
    if found is None:
        return False
    if found.subject_id != subject_id:
        raise ReceiptTakenError
    return True


def keep_receipt(
    session: Session,
    *,
    merchant_id: UUID,
    receipt_id: UUID,
    arrived: Sequence[tuple[Arrived, UUID | None]],
    note: str,
    actor_id: UUID | None,
    transfer_id: UUID | None = None,
    purchase_id: UUID | None = None,
) -> None:
    """Keep what came in, each with its lot if it was told.

    Raises:
        ReceiptTakenError: somebody has just booked a receipt of something else under this id.
    """
    kept = _RECEIPT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": receipt_id,
            "transfer_id": transfer_id,
            "purchase_id": purchase_id,
            "note": note,
            "actor_id": actor_id,
        },
    )
    if not kept:
        raise ReceiptTakenError
    _LINES.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "id": new_id(),
                "receipt_id": receipt_id,
                "variant_id": each.variant_id,
                "lot_id": lot_id,
                "quantity": each.quantity,
                "surplus": each.surplus,
                "damaged": each.damaged,
            }
            for each, lot_id in arrived
        ],
    )
