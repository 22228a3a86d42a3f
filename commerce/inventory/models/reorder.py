"""When a place shall be filled up, and from where."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import Base, tenant_reference


class ReorderRule(Base):
    """At `point` units or fewer, propose to fill up to `up_to`, in whole packs.

    Goods come from a supplier or from another place. A rule proposes; it never orders by itself.
    """

    __tablename__ = "reorder_rule"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        tenant_reference("supplier_id", "supplier"),
        tenant_reference("source_id", "location"),
        CheckConstraint("point >= 0 AND up_to > point", name="units"),
        CheckConstraint("pack > 0", name="pack"),
        CheckConstraint("num_nonnulls(supplier_id, source_id) = 1", name="source"),
        CheckConstraint("source_id <> location_id", name="elsewhere"),
        Index("ix_reorder_rule_location", "merchant_id", "location_id"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
    point: Mapped[int]
    up_to: Mapped[int]
    pack: Mapped[int] = mapped_column(default=1)
    supplier_id: Mapped[UUID | None]
    source_id: Mapped[UUID | None]
    """The place that the goods are transferred from."""
    unit_cost_minor: Mapped[int | None]
    """What one unit costs at the supplier, in minor units of `currency`."""
    currency: Mapped[str | None]
