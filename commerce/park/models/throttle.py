"""How often somebody missed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import PARK_ONLY, Base


class Throttle(Base):
    """The misses of one account, address or known device within its window."""

    __tablename__ = "throttle"
    __table_args__ = (
        CheckConstraint("misses >= 0", name="misses"),
        Index(None, "window_ends_at"),
        {"info": PARK_ONLY},
    )

    key: Mapped[bytes] = mapped_column(primary_key=True)
    misses: Mapped[int]
    window_ends_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
