"""Products and what is said about them in each language."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable, tenant_reference


class Product(TenantTable):
    """One thing or service on offer; its variants are what is sold."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("merchant_id", "handle"),
        CheckConstraint(r"handle ~ '^[^\s/?#%&]{1,255}$'", name="handle"),
        CheckConstraint("kind IN ('physical', 'service', 'gift_card')", name="kind"),
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status"),
        CheckConstraint("rank_price_minor >= 0", name="rank_price"),
        CheckConstraint("status <> 'active' OR published_at IS NOT NULL", name="published"),
        Index(None, "merchant_id", "status", text("published_at DESC"), text("id DESC")),
        Index(None, "merchant_id", "status", "rank_price_minor", "id"),
    )

    handle: Mapped[str]
    """The name in addresses; unique within the merchant."""
    kind: Mapped[str] = mapped_column(default="physical")
    status: Mapped[str] = mapped_column(default="draft")
    vendor: Mapped[str] = mapped_column(default="")
    product_type: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    tax_class: Mapped[str] = mapped_column(default="standard")
    rank_price_minor: Mapped[int | None]
    """The cheapest variant's price, minor units of the merchant's own currency; pricing keeps it."""
    facets: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """What the shop's filters count, as `group=value`; made from the rest, see `facets.py`."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    published_at: Mapped[datetime | None]


class ProductText(TenantTable):
    """What is said about a product in one language."""

    __tablename__ = "product_text"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "product_id", "locale"),
        CheckConstraint("locale ~ '^[a-z]{2}$'", name="locale"),
        CheckConstraint("name <> ''", name="name"),
    )

    product_id: Mapped[UUID]
    locale: Mapped[str]
    name: Mapped[str]
    subtitle: Mapped[str] = mapped_column(default="")
    story_html: Mapped[str] = mapped_column(default="")
    """Sanitised before it is stored; see `commerce.catalogue.stories`."""
    specification: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Pairs of label and value, in order."""
    materials: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="")
    care: Mapped[str] = mapped_column(default="")
    seo_title: Mapped[str] = mapped_column(default="")
    seo_description: Mapped[str] = mapped_column(default="")
