"""Where products and categories stood before: links that others keep shall not break."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import Base, tenant_reference


class EarlierAddress(Base):
    """An address that a product or a category has left; whoever stands there now comes first."""

    __tablename__ = "earlier_address"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        tenant_reference("category_id", "category", ondelete="CASCADE"),
        CheckConstraint("kind IN ('product', 'category')", name="kind"),
        CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL) "
            "AND (kind = 'category') = (category_id IS NOT NULL)",
            name="subject",
        ),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    """A product's handle, or a category's path."""
    product_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
