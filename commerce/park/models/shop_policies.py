"""Policies of a shop, every version kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from commerce.kernel.tables import APPEND_ONLY, TenantTable


class ShopPolicy(TenantTable):
    """One version of one policy, in both languages; the highest number is the one that holds.

    A version without any text takes the policy out of the shop from its moment on.
    """

    __tablename__ = "shop_policy"
    __table_args__ = (
        UniqueConstraint("merchant_id", "kind", "number"),
        CheckConstraint(
            "kind IN ('terms', 'privacy', 'returns', 'delivery', 'imprint', 'contact')", name="kind"
        ),
        CheckConstraint("number > 0", name="number"),
        {"info": APPEND_ONLY},
    )

    kind: Mapped[str]
    number: Mapped[int]
    """1 for the first version of a kind, and so on."""
    text: Mapped[str]
    """Plain text as `commerce.park.policies` reads it."""
    text_zh: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
