"""The tree in which shoppers look for products."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import TenantTable, tenant_reference


class Category(TenantTable):
    """One branch of the tree. Its path is its address: the parent's path, a slash, its slug."""

    __tablename__ = "category"
    __table_args__ = (
        tenant_reference("parent_id", "category"),
        UniqueConstraint("merchant_id", "path"),
        CheckConstraint(r"slug ~ '^[^\s/?#%&=]{1,100}$'", name="slug"),
        CheckConstraint("path = slug OR path LIKE '%/' || slug", name="path"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    parent_id: Mapped[UUID | None]
    slug: Mapped[str]
    path: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    texts: Mapped[dict[str, Any]]
    """Name and introduction per language: {"en": {"name": ..., "about": ...}}."""


class ProductCategory(TenantTable):
    """A product stands in a category; the one with the lowest position is its home."""

    __tablename__ = "product_category"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        tenant_reference("category_id", "category"),
        UniqueConstraint("merchant_id", "product_id", "category_id"),
        Index(None, "merchant_id", "category_id", "product_id"),
    )

    product_id: Mapped[UUID]
    category_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(default=0)
