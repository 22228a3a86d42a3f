"""The table of provider calls: written before a provider is asked, completed when it answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import TenantTable


class ProviderCall(TenantTable):
    """One wish to a provider, under one idempotency key, however often it was tried.

    `result` holds what a repeated wish is answered with: no secrets, no card data but what a
    receipt may print.
    """

    __tablename__ = "provider_call"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin", "operation", "idempotency_key"),
        CheckConstraint(
            "state IN ('started', 'done', 'refused', 'waiting', 'retryable', 'unknown')",
            name="state",
        ),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("(state = 'started') = (finished_at IS NULL)", name="finished"),
        Index(
            "ix_provider_call_unsettled",
            "merchant_id",
            "started_at",
            postgresql_where=text("state IN ('started', 'unknown')"),
        ),
    )

    plugin: Mapped[str]
    operation: Mapped[str]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]
    state: Mapped[str] = mapped_column(default="started")
    attempt: Mapped[int] = mapped_column(default=1)
    claim_id: Mapped[UUID]
    """Who made the latest try; an answer of an earlier one is not written over it."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
