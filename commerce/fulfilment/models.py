"""Tables of how goods leave: country groups, delivery options with their prices, opening hours."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from commerce.fulfilment.label_models import CarrierAccount, LabelPaper, ParcelLabel, ParcelScan
from commerce.fulfilment.parts_models import Fulfilment, FulfilmentLine
from commerce.fulfilment.pickup_models import PickupKey
from commerce.fulfilment.sourcing_models import (
    DispatchRate,
    DispatchTerms,
    SourcingDecision,
    SourcingPolicy,
    SourcingRule,
)
from commerce.kernel.tables import TenantTable, tenant_reference

__all__ = [
    "CarrierAccount",
    "ClosedDay",
    "CountryGroup",
    "DeliveryOptionRow",
    "DeliveryPriceRow",
    "DispatchRate",
    "DispatchTerms",
    "Fulfilment",
    "FulfilmentLine",
    "GroupedCountry",
    "LabelPaper",
    "ParcelLabel",
    "ParcelScan",
    "PickupKey",
    "Source",
    "SourcingDecision",
    "SourcingPolicy",
    "SourcingRule",
    "StoreHours",
]


class CountryGroup(TenantTable):
    """Countries to which a merchant delivers on the same terms."""

    __tablename__ = "country_group"
    __table_args__ = (UniqueConstraint("merchant_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str]


class GroupedCountry(TenantTable):
    """One country of a group; `*` is every country that no group names."""

    __tablename__ = "country_group_country"
    __table_args__ = (
        tenant_reference("group_id", "country_group", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "country"),
        CheckConstraint(r"country ~ '^([A-Z]{2}|\*)$'", name="country"),
    )

    group_id: Mapped[UUID]
    country: Mapped[str]


class DeliveryOptionRow(TenantTable):
    """One way to receive an order."""

    __tablename__ = "delivery_option"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        tenant_reference("group_id", "country_group"),
        tenant_reference("location_id", "location"),
        CheckConstraint("kind IN ('parcel', 'pickup', 'hand_over', 'service')", name="kind"),
        CheckConstraint("(kind = 'pickup') = (location_id IS NOT NULL)", name="pickup"),
        CheckConstraint("kind <> 'parcel' OR group_id IS NOT NULL", name="parcel"),
        CheckConstraint("min_days >= 0 AND max_days >= min_days AND max_days <= 365", name="days"),
        CheckConstraint("prepare_minutes >= 0 AND prepare_minutes <= 10080", name="prepare"),
        CheckConstraint("keep_days BETWEEN 1 AND 90", name="keep_days"),
        CheckConstraint(
            "working_days <@ ARRAY[1,2,3,4,5,6,7] AND cardinality(working_days) > 0",
            name="working_days",
        ),
    )

    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str]
    group_id: Mapped[UUID | None]
    """Where it delivers to; None means that the shopper's country does not matter."""
    regions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Keys of the regions that it delivers to, as addresses have them; none means every region."""
    location_id: Mapped[UUID | None]
    """The store at which an order is picked up."""
    min_days: Mapped[int] = mapped_column(default=0)
    max_days: Mapped[int] = mapped_column(default=0)
    """Working days from the day the order leaves until it arrives."""
    cut_off: Mapped[time]
    """Merchant's local time until which an order leaves on the same day."""
    prepare_minutes: Mapped[int] = mapped_column(default=0)
    """Opening minutes that a store needs until a pickup is ready."""
    keep_days: Mapped[int] = mapped_column(default=7)
    """Days after the one on which it is ready that a store keeps what nobody collects."""
    working_days: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=lambda: [1, 2, 3, 4, 5])
    """ISO weekdays, Monday 1, on which orders leave and arrive."""
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class DeliveryPriceRow(TenantTable):
    """What an option costs in one currency up to a weight."""

    __tablename__ = "delivery_price"
    __table_args__ = (
        tenant_reference("option_id", "delivery_option", ondelete="CASCADE"),
        UniqueConstraint(
            "merchant_id",
            "option_id",
            "currency",
            "up_to_grams",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("amount_minor >= 0 AND free_from_minor >= 0", name="amount"),
        CheckConstraint("up_to_grams > 0", name="up_to_grams"),
    )

    option_id: Mapped[UUID]
    currency: Mapped[str]
    up_to_grams: Mapped[int | None]
    """The heaviest order at this price; None means any weight."""
    amount_minor: Mapped[int]
    free_from_minor: Mapped[int | None]
    """Goods total from which it costs nothing."""


class StoreHours(TenantTable):
    """One span on one weekday during which a store is open, in the merchant's local time."""

    __tablename__ = "store_hours"
    __table_args__ = (
        tenant_reference("location_id", "location", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "location_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("closes > opens", name="span"),
    )

    location_id: Mapped[UUID]
    weekday: Mapped[int]
    """ISO: Monday 1, Sunday 7."""
    opens: Mapped[time]
    closes: Mapped[time]


class ClosedDay(TenantTable):
    """A day on which a store is closed, or, without a location, on which nothing leaves.

    With hours of its own, the store is open on that day, at these and no others.
    """

    __tablename__ = "closed_day"
    __table_args__ = (
        tenant_reference("location_id", "location", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "location_id", "day", postgresql_nulls_not_distinct=True),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="hours"),
        CheckConstraint("closes > opens", name="span"),
        CheckConstraint("opens IS NULL OR location_id IS NOT NULL", name="of_a_store"),
    )

    location_id: Mapped[UUID | None]
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    reason_zh: Mapped[str] = mapped_column(default="")
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class Source(TenantTable):
    """From which location which units of an order come: the decision, kept with the order."""

    __tablename__ = "order_source"
    __table_args__ = (
        UniqueConstraint("merchant_id", "order_id", "variant_id", "location_id"),
        tenant_reference("order_id", "sales_order"),
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("returned >= 0 AND returned <= sent AND sent <= quantity", name="sent"),
        CheckConstraint("NOT counted OR sent = 0", name="counted"),
        Index(
            "ix_order_source_waiting",
            "merchant_id",
            "order_id",
            postgresql_where="NOT counted AND sent < quantity",
        ),
        # How much a place has to do today: ids grow with time.
        Index("ix_order_source_location", "merchant_id", "location_id", "id"),
    )

    order_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int]
    """Units that the order is served from here; 0 when all of them were given up."""
    counted: Mapped[bool] = mapped_column(default=True)
    """Whether the stock was counted when the order was placed.

    Then the ledger and the holds tell how far the units have come. Goods that are sold without
    limit have neither: `sent` and `returned` tell it for them.
    """
    sent: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
