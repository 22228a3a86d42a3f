"""Stories that a shop tells on its home page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable


class ShopStory(TenantTable):
    """One story of a shop, in both languages, with a picture and its place in the order."""

    __tablename__ = "shop_story"
    __table_args__ = (
        UniqueConstraint("merchant_id", "slug"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80", name="slug"),
        CheckConstraint("title <> '' OR title_zh <> ''", name="title"),
        CheckConstraint("position >= 0", name="position"),
        Index(None, "merchant_id", "position"),
    )

    slug: Mapped[str]
    """The name in its address; it stays when the title changes."""
    position: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    title_zh: Mapped[str] = mapped_column(default="")
    lead: Mapped[str] = mapped_column(default="")
    lead_zh: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    """Plain text; an empty line parts two paragraphs."""
    text_zh: Mapped[str] = mapped_column(default="")
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The kept file: {"name", "width", "height", "copies": [{"name", "width", "height"}]}."""
    picture_alt: Mapped[str] = mapped_column(default="")
    picture_alt_zh: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    """Since when shoppers see it; None while it is a draft or withdrawn."""
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_by: Mapped[UUID | None]
