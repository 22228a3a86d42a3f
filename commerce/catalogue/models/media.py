"""Pictures of products."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference
from commerce.kernel.tenancy import APP_ROLE


class Media(TenantTable):
    """A picture of a product, kept under a random name outside the web root."""

    __tablename__ = "media"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("kind IN ('image', 'drawing')", name="kind"),
        CheckConstraint("state IN ('pending', 'ready', 'refused')", name="state"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
        Index(None, "merchant_id", "product_id", "position"),
    )

    product_id: Mapped[UUID]
    variant_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(default="image")
    storage_name: Mapped[str]
    bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the file and its smaller copies; 0 for what was kept before anybody counted."""
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """What the picture shows, per language."""
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="pending")
    derivatives: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Smaller copies, narrowest first: [{"width": ..., "height": ..., "name": ...}]."""
    source_url: Mapped[str] = mapped_column(default="")
    """Where an import took it from, so that the same address is not fetched twice."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class MediaQuota(Base):
    """How much every merchant may keep, from one day on; a newer row ends an older one."""

    __tablename__ = "media_quota"
    __table_args__ = (
        CheckConstraint("most_files >= 0 AND most_bytes >= 0", name="limits"),
        CheckConstraint("source <> ''", name="source"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    valid_from: Mapped[date]
    most_files: Mapped[int]
    most_bytes: Mapped[int]
    source: Mapped[str]
    """Who decided it."""


class MediaAllowance(TenantTable):
    """How much one merchant may keep, from one day on, where the park decided otherwise for it."""

    __tablename__ = "media_allowance"
    __table_args__ = (
        CheckConstraint("most_files >= 0 AND most_bytes >= 0", name="limits"),
        CheckConstraint("source <> ''", name="source"),
        {"info": {**APPEND_ONLY, "access": [f"REVOKE INSERT ON media_allowance FROM {APP_ROLE}"]}},
    )

    valid_from: Mapped[date]
    most_files: Mapped[int]
    most_bytes: Mapped[int]
    source: Mapped[str]
    """Who decided it."""
