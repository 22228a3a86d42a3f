"""Each time that goods came in: once, however often a telephone sends it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class GoodsReceipt(TenantTable):
    """What somebody took in at once. Its id was made where it was typed, so it is booked once."""

    __tablename__ = "goods_receipt"
    __table_args__ = (
        tenant_reference("transfer_id", "transfer"),
        tenant_reference("purchase_id", "purchase"),
        CheckConstraint("num_nonnulls(transfer_id, purchase_id) = 1", name="subject"),
        Index("ix_goods_receipt_transfer", "merchant_id", "transfer_id"),
        Index("ix_goods_receipt_purchase", "merchant_id", "purchase_id"),
        {"info": APPEND_ONLY},
    )

    transfer_id: Mapped[UUID | None]
    purchase_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class GoodsReceiptLine(TenantTable):
    """Units of one variant, and lot if it asks for lots, that came in with a receipt."""

    __tablename__ = "goods_receipt_line"
    __table_args__ = (
        tenant_reference("receipt_id", "goods_receipt"),
        tenant_reference("variant_id", "variant"),
        tenant_reference("lot_id", "lot"),
        CheckConstraint("quantity >= 0 AND surplus >= 0 AND damaged >= 0", name="units"),
        CheckConstraint("quantity + surplus > 0 AND damaged <= quantity + surplus", name="some"),
        Index("ix_goods_receipt_line_receipt", "merchant_id", "receipt_id"),
        {"info": APPEND_ONLY},
    )

    receipt_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    quantity: Mapped[int]
    """What came of what was sent or ordered."""
    surplus: Mapped[int] = mapped_column(default=0)
    """What came beyond it."""
    damaged: Mapped[int] = mapped_column(default=0)
    """Of all that came, what went to quarantine."""
