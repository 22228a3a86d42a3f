"""Tables of carriers and of the labels that are booked with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference


class CarrierAccount(TenantTable):
    """A carrier's plugin that a merchant has set up."""

    __tablename__ = "carrier_account"
    __table_args__ = (UniqueConstraint("merchant_id", "plugin"),)

    plugin: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What anybody may read."""
    sealed: Mapped[bytes | None]
    """The secret settings as one sealed JSON object."""


class ParcelLabel(TenantTable):
    """A label for the parcel that one part of an order leaves in; its id is the carrier's key.

    A part has at most one that counts. What was to be given back and is not yet stays listed.
    """

    __tablename__ = "parcel_label"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        tenant_reference("fulfilment_id", "fulfilment"),
        UniqueConstraint("merchant_id", "plugin", "handle"),
        CheckConstraint(
            "state IN ('asked', 'booked', 'refused', 'cancelling', 'cancelled', 'kept')",
            name="state",
        ),
        CheckConstraint("weight_grams > 0", name="weight"),
        CheckConstraint("cost_minor >= 0", name="cost"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint(
            "(handle IS NULL) = (booked_at IS NULL) AND (handle IS NULL) = (cost_minor IS NULL)",
            name="booked",
        ),
        CheckConstraint("state NOT IN ('booked', 'kept') OR handle IS NOT NULL", name="handle"),
        CheckConstraint(
            "(state IN ('refused', 'cancelled', 'kept')) = (ended_at IS NOT NULL)", name="ended"
        ),
        Index(
            "uq_parcel_label_live",
            "merchant_id",
            "fulfilment_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'booked')"),
        ),
        Index("ix_parcel_label_order", "merchant_id", "order_id"),
        Index("ix_parcel_label_part", "merchant_id", "fulfilment_id"),
        Index(
            "ix_parcel_label_unsettled",
            "created_at",
            postgresql_where=text("state IN ('asked', 'cancelling')"),
        ),
        Index(
            "ix_parcel_label_followed",
            "heard_at",
            postgresql_where=text(
                "state = 'booked' AND stage NOT IN ('delivered', 'returned', 'lost')"
            ),
        ),
    )

    order_id: Mapped[UUID]
    fulfilment_id: Mapped[UUID]
    plugin: Mapped[str]
    service: Mapped[str]
    """The code of the carrier's offer, and what the offer was called."""
    service_name: Mapped[str]
    service_name_zh: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    weight_grams: Mapped[int]
    wish: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What is asked of the carrier, with both addresses; forgotten as soon as it has answered."""
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    """When a booking last left for the carrier; None when none ever did."""
    handle: Mapped[str | None]
    carrier: Mapped[str] = mapped_column(default="")
    carrier_zh: Mapped[str] = mapped_column(default="")
    tracking_number: Mapped[str] = mapped_column(default="")
    tracking_page: Mapped[str] = mapped_column(default="")
    cost_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="")
    refusal: Mapped[str] = mapped_column(default="")
    """Why it was refused, as a code of its plugin: told in each reader's own language."""
    detail: Mapped[str] = mapped_column(default="")
    """How the plugin put it when it was refused: for codes that no plugin explains any more."""
    stage: Mapped[str] = mapped_column(default="")
    """How the parcel stands by its scans; empty before the first."""
    stage_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When the carrier last told of the parcel, or was asked and had nothing new."""
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    booked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class LabelPaper(Base):
    """A label as it is printed; it holds an address, so it goes when the label or the buyer does."""

    __tablename__ = "label_paper"
    __table_args__ = (
        tenant_reference("label_id", "parcel_label"),
        CheckConstraint("form IN ('pdf', 'zpl')", name="form"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    label_id: Mapped[UUID] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class ParcelScan(TenantTable):
    """One scan of a parcel as its carrier tells it, once, however often it is told."""

    __tablename__ = "parcel_scan"
    __table_args__ = (
        tenant_reference("label_id", "parcel_label"),
        UniqueConstraint("merchant_id", "label_id", "scan_id"),
        {"info": APPEND_ONLY},
    )

    label_id: Mapped[UUID]
    scan_id: Mapped[str]
    stage: Mapped[str]
    at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
