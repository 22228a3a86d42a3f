"""Options, their values, and the variants that choose among them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.tables import TenantTable, tenant_reference


class ProductOption(TenantTable):
    """A way in which the variants of one product differ, such as size."""

    __tablename__ = "product_option"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "product_id", "position"),
        UniqueConstraint("merchant_id", "product_id", "key"),
    )

    product_id: Mapped[UUID]
    position: Mapped[int]
    key: Mapped[str]
    """The folded name, the same in every language."""
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    """The name per language."""


class ProductOptionValue(TenantTable):
    """One choice of an option, such as large."""

    __tablename__ = "product_option_value"
    __table_args__ = (
        tenant_reference("option_id", "product_option", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "option_id", "position"),
        UniqueConstraint("merchant_id", "option_id", "key"),
    )

    option_id: Mapped[UUID]
    position: Mapped[int]
    key: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    swatch: Mapped[str | None]
    """A colour to show on the button, as #rrggbb."""


class Variant(TenantTable):
    """One sellable unit of a product. It is retired, never deleted: orders point at it."""

    __tablename__ = "variant"
    __table_args__ = (
        tenant_reference("product_id", "product"),
        Index(
            "uq_variant_merchant_id_sku",
            "merchant_id",
            "sku",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(
            "uq_variant_merchant_id_gtin",
            "merchant_id",
            "gtin",
            unique=True,
            postgresql_where=text("retired_at IS NULL AND gtin IS NOT NULL"),
        ),
        # One choice per variant: the array of value keys makes "no two alike" a constraint.
        Index(
            "uq_variant_merchant_id_product_id_choice",
            "merchant_id",
            "product_id",
            "choice",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        CheckConstraint("sku <> '' AND length(sku) <= 255", name="sku"),
        CheckConstraint(r"gtin ~ '^([0-9]{8}|[0-9]{12,14})$'", name="gtin"),
        CheckConstraint("weight_grams >= 0", name="weight"),
        CheckConstraint("origin_country ~ '^[A-Z]{2}$'", name="origin_country"),
    )

    product_id: Mapped[UUID]
    position: Mapped[int]
    sku: Mapped[str]
    gtin: Mapped[str | None]
    choice: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """One value key per option, in the order of the options; empty without options."""
    weight_grams: Mapped[int] = mapped_column(default=0)
    origin_country: Mapped[str | None]
    requires_shipping: Mapped[bool] = mapped_column(default=True)
    stock_tracked: Mapped[bool] = mapped_column(default=True)
    sell_when_out: Mapped[bool] = mapped_column(default=False)
    """Orders are taken for units that are not there yet (backorder).

    The level falls when goods leave, not when they are ordered, and never below 0.
    """
    lots: Mapped[bool] = mapped_column(default=False)
    """Its stock is kept by lot and expiry date; the inventory alone says so."""
    retired_at: Mapped[datetime | None]
