"""What was imported, what it changed, and which pictures are still to be fetched."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable, tenant_reference


class ProductImport(TenantTable):
    """One file that was imported, with its figures."""

    __tablename__ = "product_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('running', 'done', 'failed', 'undoing', 'undone')", name="state"
        ),
    )

    file_name: Mapped[str]
    dialect: Mapped[str]
    locale: Mapped[str]
    location_id: Mapped[UUID | None]
    """Where the quantities of the file were counted."""
    actor_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="running")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    problems: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    done: Mapped[int] = mapped_column(default=0)
    """Products of the file that are dealt with; whoever resumes goes on behind them."""
    total: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """Why it stopped before its end: {"code": ..., "template": ..., "params": {...}}."""
    moved_at: Mapped[datetime] = mapped_column(default=utc_now)
    """When it last got on, forth or back."""
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]


class ProductImportChange(TenantTable):
    """One product as it was before and after an import; what an undo reads."""

    __tablename__ = "product_import_change"
    __table_args__ = (
        tenant_reference("import_id", "product_import", ondelete="CASCADE"),
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "import_id", "product_id"),
        CheckConstraint("outcome IN ('restored', 'kept')", name="outcome"),
    )

    import_id: Mapped[UUID]
    product_id: Mapped[UUID]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """None for a product that the import made."""
    after: Mapped[Any] = mapped_column(JSONB)
    outcome: Mapped[str | None]
    """What taking back came to; None while nobody has tried."""


class PictureFetch(TenantTable):
    """A picture whose address stood in a file; the worker gets it."""

    __tablename__ = "picture_fetch"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "product_id", "url"),
        CheckConstraint("state IN ('waiting', 'fetched', 'failed')", name="state"),
        Index(None, "state", "created_at", postgresql_where="state = 'waiting'"),
    )

    product_id: Mapped[UUID]
    import_id: Mapped[UUID | None]
    url: Mapped[str]
    locale: Mapped[str]
    alt: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    problem: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """Why it could not be had: {"code": ..., "template": ..., "params": {...}}."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
