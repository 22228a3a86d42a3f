"""Tables of the one inventory that both counters sell from."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference


class Location(TenantTable):
    """A place that holds stock."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint(
            "kind IN ('warehouse', 'bonded', 'store', 'overseas', 'transit', 'quarantine')",
            name="kind",
        ),
        CheckConstraint("(kind = 'quarantine') = (belongs_to IS NOT NULL)", name="belongs_to"),
        CheckConstraint(
            "kind NOT IN ('transit', 'quarantine') OR NOT sells_online", name="sells_online"
        ),
        tenant_reference("belongs_to", "location"),
        # One transit place holds what is between all others, one quarantine what a place set aside.
        Index(
            "uq_location_transit", "merchant_id", unique=True, postgresql_where="kind = 'transit'"
        ),
        Index(
            "uq_location_quarantine",
            "merchant_id",
            "belongs_to",
            unique=True,
            postgresql_where="kind = 'quarantine'",
        ),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    )

    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    address_zh: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="CN")
    phone: Mapped[str] = mapped_column(default="")
    sells_online: Mapped[bool] = mapped_column(default=True)
    """Whether the web shop and the API may promise its stock."""
    priority: Mapped[int] = mapped_column(default=100)
    """Which location serves first when several can: the smaller number."""
    active: Mapped[bool] = mapped_column(default=True)
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    """Where it lies (WGS 84, degrees), if somebody has said so."""
    belongs_to: Mapped[UUID | None]
    """The place whose quarantine this is."""


class Level(Base):
    """Stock of one variant at one location; available = on hand - held - safety - expired."""

    __tablename__ = "level"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held"),
        CheckConstraint("safety >= 0", name="safety"),
        CheckConstraint("expired >= 0", name="expired"),
        # Every reservation and sale updates a row here; room in the page keeps updates in place.
        {"postgresql_with": {"fillfactor": "70"}},
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    safety: Mapped[int] = mapped_column(default=0)
    expired: Mapped[int] = mapped_column(default=0)
    """Units of lots past their expiry date: on hand, and promised to nobody."""
    zone: Mapped[str] = mapped_column(default="")
    """The shelf where the goods lie, such as A-03; empty when nobody has said."""


class Movement(TenantTable):
    """One immutable line of the stock ledger; the only way on hand ever changes."""

    __tablename__ = "movement"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(
            "kind IN ('opening', 'received', 'sold', 'returned', 'counted', 'adjusted', "
            "'damaged', 'moved_out', 'moved_in', 'discrepancy')",
            name="kind",
        ),
        Index("ix_movement_level", "merchant_id", "variant_id", "location_id", "id"),
        {"info": APPEND_ONLY},
    )

    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int]
    """Signed units: what came is positive, what left is negative."""
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[UUID | None]
    """The order, transfer or import that moved the goods."""
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Hold(TenantTable):
    """Units promised to a cart, an order or a transfer. Ended holds leave no row."""

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("merchant_id", "owner_id", "variant_id", "location_id"),
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "stage IN ('cart', 'payment', 'placed', 'picking', 'shelf', 'transfer')", name="stage"
        ),
        # Only what is paid for may wait for ever.
        CheckConstraint("(stage IN ('cart', 'payment')) = (expires_at IS NOT NULL)", name="expiry"),
        Index("ix_hold_level", "merchant_id", "variant_id", "location_id"),
        Index("ix_hold_expiry", "expires_at", postgresql_where="expires_at IS NOT NULL"),
    )

    owner_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int]
    stage: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Discrepancy(TenantTable):
    """Goods and books disagree: a till sold what the level denied, or a transfer came otherwise.

    It says how many units, whom a sale displaced, and who looks into it.
    """

    __tablename__ = "discrepancy"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        tenant_reference("transfer_id", "transfer"),
        CheckConstraint("missing >= 0 AND displaced >= 0 AND surplus >= 0", name="units"),
        CheckConstraint("missing + displaced + surplus > 0", name="some"),
        CheckConstraint("num_nonnulls(sale_id, transfer_id) = 1", name="subject"),
        CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolution"),
        Index(
            "ix_discrepancy_open",
            "merchant_id",
            "id",
            postgresql_where="resolved_at IS NULL",
        ),
    )

    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    sale_id: Mapped[UUID | None]
    transfer_id: Mapped[UUID | None]
    missing: Mapped[int]
    """Units sold that the level did not have on hand at all, or sent that never arrived."""
    displaced: Mapped[int]
    """Units sold that were held for somebody else."""
    displaced_owner_id: Mapped[UUID | None]
    """The cart or order whose hold was taken, when there is one."""
    surplus: Mapped[int] = mapped_column(default=0)
    """Units that arrived although nobody had sent them."""
    reason: Mapped[str] = mapped_column(default="")
    """What the person said who found it."""
    owner_id: Mapped[UUID | None]
    """The member of staff who looks into it."""
    at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]


class Inbound(Base):
    """Units on their way to a location; transfers and purchases keep it, availability reads it."""

    __tablename__ = "inbound"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_inbound_level", "merchant_id", "variant_id", "location_id"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The transfer or purchase that brings them."""
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
    expected_on: Mapped[date] = mapped_column(primary_key=True)
    """The day, where the merchant is, on whose end they are there."""
    quantity: Mapped[int]


class AdvanceSale(Base):
    """How far a variant may be sold before it is there: as a backorder, or before it comes out."""

    __tablename__ = "advance_sale"
    __table_args__ = (
        tenant_reference("variant_id", "variant"),
        CheckConstraint("kind IN ('backorder', 'preorder')", name="kind"),
        CheckConstraint("cap > 0", name="cap"),
        CheckConstraint("promised BETWEEN 0 AND cap", name="promised"),
        CheckConstraint("kind <> 'preorder' OR available_on IS NOT NULL", name="preorder"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    cap: Mapped[int]
    """Units that may be promised at one time and are not there."""
    promised: Mapped[int] = mapped_column(default=0)
    """Units that are; always the sum of `advance_promise`."""
    available_on: Mapped[date | None]
    """The day on which they come; a backorder may leave it to what is announced."""
    ends_on: Mapped[date | None]
    """The last day on which they are sold."""
    active: Mapped[bool] = mapped_column(default=True)


class AdvancePromise(Base):
    """Units promised to a cart or an order that are not there yet. Ended promises leave no row."""

    __tablename__ = "advance_promise"
    __table_args__ = (
        ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["advance_sale.merchant_id", "advance_sale.variant_id"],
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_advance_promise_variant", "merchant_id", "variant_id", "created_at"),
        Index("ix_advance_promise_expiry", "expires_at", postgresql_where="expires_at IS NOT NULL"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    due_on: Mapped[date]
    """The day that the shopper was told."""
    expires_at: Mapped[datetime | None]
    """Until when it waits for money; None once it is paid."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
