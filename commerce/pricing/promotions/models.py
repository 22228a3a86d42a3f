"""Tables of promotions: their terms, their codes, and who made use of them.

What is limited has a counter, and the database refuses to count beyond the limit. Uses themselves are
kept for good; one that is given back is a row of its own.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class PromotionRow(TenantTable):
    """What is taken off, of what, when and for whom."""

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("name <> '' AND name_zh <> ''", name="names"),
        CheckConstraint(
            "kind IN ('percentage', 'amount', 'bundle', 'buy_get', 'shipping')", name="kind"
        ),
        CheckConstraint("stacking IN ('combine', 'exclusive')", name="stacking"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("limit_total > 0 AND limit_per_customer > 0", name="limits"),
        CheckConstraint("used >= 0 AND (limit_total IS NULL OR used <= limit_total)", name="used"),
        Index(
            "ix_promotion_live",
            "merchant_id",
            "valid_from",
            postgresql_where="switched_off_at IS NULL",
        ),
    )

    name: Mapped[str]
    """What shoppers read on the line."""
    name_zh: Mapped[str]
    kind: Mapped[str]
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Effect, goods and conditions in JSON values, see `terms.py`."""
    stacking: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    needs_code: Mapped[bool]
    valid_from: Mapped[datetime] = mapped_column(default=utc_now)
    valid_to: Mapped[datetime | None]
    """The first moment at which it no longer counts."""
    switched_off_at: Mapped[datetime | None]
    limit_total: Mapped[int | None]
    limit_per_customer: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    """Uses not given back, as long as there is a limit; without one nobody waits for this row."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class PromotionCode(TenantTable):
    """A word that opens a promotion; it may have limits of its own."""

    __tablename__ = "promotion_code"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        tenant_reference("promotion_id", "promotion"),
        CheckConstraint(r"code ~ '^\S{2,40}$'", name="code"),
        CheckConstraint("limit_total > 0 AND limit_per_customer > 0", name="limits"),
        CheckConstraint("used >= 0 AND (limit_total IS NULL OR used <= limit_total)", name="used"),
        Index("ix_promotion_code_promotion", "merchant_id", "promotion_id"),
    )

    promotion_id: Mapped[UUID]
    code: Mapped[str]
    """In the spelling of `code_key`."""
    limit_total: Mapped[int | None]
    limit_per_customer: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    valid_to: Mapped[datetime | None]
    switched_off_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class PromotionTally(TenantTable):
    """How often one customer made use of a promotion, or of one of its codes, that limits that."""

    __tablename__ = "promotion_tally"
    __table_args__ = (
        UniqueConstraint(
            "merchant_id",
            "promotion_id",
            "code_id",
            "buyer",
            name="uq_promotion_tally_buyer",
            postgresql_nulls_not_distinct=True,
        ),
        tenant_reference("promotion_id", "promotion"),
        tenant_reference("code_id", "promotion_code"),
        CheckConstraint("used >= 0 AND used <= at_most", name="used"),
        Index("ix_promotion_tally_buyer", "merchant_id", "buyer"),
    )

    promotion_id: Mapped[UUID]
    code_id: Mapped[UUID | None]
    """None counts the promotion itself."""
    buyer: Mapped[bytes] = mapped_column(LargeBinary)
    """A digest of the e-mail address; the row goes when the person is forgotten."""
    used: Mapped[int]
    at_most: Mapped[int]
    """The limit when it was used last."""


class PromotionUse(TenantTable):
    """An order made use of a promotion, or gave the use back."""

    __tablename__ = "promotion_use"
    __table_args__ = (
        UniqueConstraint("merchant_id", "order_id", "promotion_id", "kind"),
        tenant_reference("promotion_id", "promotion"),
        tenant_reference("code_id", "promotion_code"),
        tenant_reference("order_id", "sales_order"),
        CheckConstraint("kind IN ('used', 'given_back')", name="kind"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_promotion_use_promotion", "merchant_id", "promotion_id", "at"),
        {"info": APPEND_ONLY},
    )

    promotion_id: Mapped[UUID]
    code_id: Mapped[UUID | None]
    order_id: Mapped[UUID]
    kind: Mapped[str]
    amount_minor: Mapped[int]
    """What it took off goods and delivery, in the order's currency."""
    at: Mapped[datetime] = mapped_column(default=utc_now)
