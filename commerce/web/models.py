"""Tables of the shared web glue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable


class KeptAnswer(TenantTable):
    """What an unsafe call with an Idempotency-Key was answered."""

    __tablename__ = "kept_answer"
    __table_args__ = (
        UniqueConstraint("merchant_id", "caller", "key"),
        Index("ix_kept_answer_created_at", "created_at"),
    )

    caller: Mapped[UUID]
    """Whose key it is: two clients may choose the same one."""
    key: Mapped[str]
    request_hash: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
