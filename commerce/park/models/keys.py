"""Keys that programs of a merchant use."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable


class ApiKey(TenantTable):
    """A key to the API; the key itself is shown once and stored as its SHA-256."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("merchant_id", "secret_hash"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
    )

    name: Mapped[str]
    hint: Mapped[str]
    """The first characters, so that people can tell their keys apart."""
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
