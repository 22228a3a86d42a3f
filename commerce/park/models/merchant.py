"""The merchants of the park."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import Base
from commerce.kernel.tenancy import APP_ROLE, CURRENT_MERCHANT, PARK_ROLE

_OWN_COLUMNS = (
    "name, name_zh, time_zone, languages, prices_include_tax, content_version, network_version,"
    " reply_to"
)

_ACCESS = [
    "ALTER TABLE merchant ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY everyone ON merchant FOR SELECT TO {APP_ROLE} USING (true)",
    f"CREATE POLICY own ON merchant FOR UPDATE TO {APP_ROLE} USING (id = {CURRENT_MERCHANT})",
    f"CREATE POLICY park ON merchant TO {PARK_ROLE} USING (true)",
    f"GRANT UPDATE ({_OWN_COLUMNS}) ON merchant TO {APP_ROLE}",
]


class Merchant(Base):
    """A business in the park; everything it owns carries its id.

    Every merchant may read the directory; each changes only its own name, time zone, languages,
    price display, address for replies and content version. The slug and the currency of the books stay as founded.
    """

    __tablename__ = "merchant"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60", name="slug"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint(r"reply_to !~ '[\r\n]' AND length(reply_to) <= 254", name="reply_to"),
        CheckConstraint(
            "(paused_at IS NULL) = (pause_reason = '') AND length(pause_reason) <= 300",
            name="paused_for_a_reason",
        ),
        {"info": {"access": _ACCESS}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    country: Mapped[str] = mapped_column(default="CN")
    currency: Mapped[str] = mapped_column(default="CNY")
    """The currency of its books; further price lists may be in others."""
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=lambda: ["en", "zh"])
    prices_include_tax: Mapped[bool] = mapped_column(default=True)
    content_version: Mapped[int] = mapped_column(default=1)
    """Grows with every change that a shopper may see; part of every page's ETag."""
    network_version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of places, hours, ways of delivery and sourcing rules."""
    reply_to: Mapped[str] = mapped_column(default="")
    """Where replies to its letters go; empty where nobody reads them."""
    paused_at: Mapped[datetime | None]
    """Since when the park lets it sell nothing new; empty while it sells."""
    pause_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why, in the words of the park: for the merchant, not for its customers."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
