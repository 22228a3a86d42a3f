"""Tables of sourcing: what places cost, the merchant's rules and trade-offs, the decisions kept."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference


class SourcingPolicy(Base):
    """A merchant's trade-offs, in minor units of the currency of its books."""

    __tablename__ = "sourcing_policy"
    __table_args__ = (
        CheckConstraint(
            "split_minor >= 0 AND late_day_minor >= 0 AND per_100_km_minor >= 0"
            " AND priority_minor >= 0",
            name="amounts",
        ),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    split_minor: Mapped[int]
    """Each parcel after the first."""
    late_day_minor: Mapped[int]
    """Each day after the promised one."""
    per_100_km_minor: Mapped[int]
    priority_minor: Mapped[int]
    """Each point of a location's priority."""
    serve_anyway: Mapped[bool]
    """Whether rules give way before an order is refused."""


class DispatchTerms(Base):
    """What it takes a location to send an order; without a row it takes nothing and has no end."""

    __tablename__ = "dispatch_terms"
    __table_args__ = (
        tenant_reference("location_id", "location", ondelete="CASCADE"),
        CheckConstraint("handling_minor >= 0 AND handling_unit_minor >= 0", name="handling"),
        CheckConstraint("capacity_per_day > 0", name="capacity"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
    handling_minor: Mapped[int]
    """What each parcel costs to prepare, in minor units of the merchant's currency."""
    handling_unit_minor: Mapped[int]
    capacity_per_day: Mapped[int | None]
    """Orders a day; what is more leaves on a later one."""
    cut_off: Mapped[time | None]
    """Local time until which an order leaves on the same day, where earlier than the option's."""


class DispatchRate(TenantTable):
    """What sending from a location costs the merchant, by destination and way of delivery."""

    __tablename__ = "dispatch_rate"
    __table_args__ = (
        tenant_reference("location_id", "location", ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["merchant_id", "option_code"],
            ["delivery_option.merchant_id", "delivery_option.code"],
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "merchant_id",
            "location_id",
            "option_code",
            "country",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(r"country ~ '^([A-Z]{2}|\*)$'", name="country"),
        CheckConstraint("base_minor >= 0 AND per_kg_minor >= 0", name="amounts"),
        CheckConstraint("duty_ppm BETWEEN 0 AND 10000000", name="duty"),
        CheckConstraint("(min_days IS NULL) = (max_days IS NULL)", name="days_given"),
        CheckConstraint("min_days >= 0 AND max_days >= min_days AND max_days <= 365", name="days"),
    )

    location_id: Mapped[UUID]
    option_code: Mapped[str | None]
    """The delivery option; None is every other one."""
    country: Mapped[str]
    """The destination; `*` is every other one."""
    base_minor: Mapped[int]
    per_kg_minor: Mapped[int]
    duty_ppm: Mapped[int]
    """Duty and import tax on the goods' value, in parts per million."""
    min_days: Mapped[int | None]
    max_days: Mapped[int | None]
    """Working days on the way from here, where they are not the option's."""


class SourcingRule(TenantTable):
    """A wish of the merchant's as to who serves what; `draft` ones are tried before they count."""

    __tablename__ = "sourcing_rule"
    __table_args__ = (
        UniqueConstraint("merchant_id", "draft", "position"),
        CheckConstraint(
            "effect IN ('exclude', 'only', 'prefer', 'penalty', 'keep_back')", name="effect"
        ),
        CheckConstraint("name <> '' AND name_zh <> ''", name="names"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("(effect IN ('exclude', 'only')) = (amount = 0)", name="amount"),
        CheckConstraint("amount >= 0", name="amount_sign"),
        CheckConstraint("ends_at > starts_at", name="dates"),
    )

    draft: Mapped[bool]
    position: Mapped[int]
    """Where two contradict each other the smaller number holds."""
    name: Mapped[str]
    name_zh: Mapped[str]
    effect: Mapped[str]
    amount: Mapped[int]
    """Minor units of the merchant's currency, or units of stock for `keep_back`."""
    conditions: Mapped[dict[str, Any]]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    active: Mapped[bool]


class SourcingDecision(TenantTable):
    """Why an order is served from where it is; a later decision is a further row."""

    __tablename__ = "sourcing_decision"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        CheckConstraint(
            "occasion IN ('placed', 'held_again', 'found_again', 'rerouted')", name="occasion"
        ),
        Index("ix_sourcing_decision_order", "merchant_id", "order_id"),
        {"info": APPEND_ONLY},
    )

    order_id: Mapped[UUID]
    occasion: Mapped[str]
    minor: Mapped[int]
    """What it costs by the merchant's own figures, in minor units of the merchant's currency."""
    exact: Mapped[bool]
    explanation: Mapped[dict[str, Any]]
    """Parcels with their costs, reasons and runners-up, see `sourcing.record`."""
    situation: Mapped[dict[str, Any]]
    """What was known then, so that other rules can be tried on it."""
    at: Mapped[datetime] = mapped_column(default=utc_now)
