"""Tables of prices and taxes. Rates and limits are dated rows that name their source."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference
from commerce.pricing.promotions.models import (
    PromotionCode,
    PromotionRow,
    PromotionTally,
    PromotionUse,
)

__all__ = [
    "ExchangeRate",
    "MerchantRate",
    "PriceChanged",
    "PriceList",
    "PriceRow",
    "PromotionCode",
    "PromotionRow",
    "PromotionTally",
    "PromotionUse",
    "RoundingRule",
    "TaxClass",
    "TaxRate",
    "TaxRegistration",
]


class PriceList(TenantTable):
    """Prices of one currency, for one channel or all, for a while or for good."""

    __tablename__ = "price_list"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        tenant_reference("derived_from", "price_list"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("channel IN ('web', 'till', 'api')", name="channel"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        CheckConstraint(
            "NOT is_base OR (channel IS NULL AND valid_to IS NULL AND derived_from IS NULL)",
            name="base",
        ),
        CheckConstraint(
            "ending_step_minor > 0 AND ending_minor >= 0 AND ending_minor < ending_step_minor",
            name="ending",
        ),
        CheckConstraint("(ending_step_minor IS NULL) = (ending_minor IS NULL)", name="ending_pair"),
        Index("uq_price_list_base", "merchant_id", unique=True, postgresql_where="is_base"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str]
    currency: Mapped[str]
    channel: Mapped[str | None]
    """The one channel it is for; None means every channel."""
    is_base: Mapped[bool] = mapped_column(default=False)
    includes_tax: Mapped[bool]
    valid_from: Mapped[datetime] = mapped_column(default=utc_now)
    valid_to: Mapped[datetime | None]
    """The first moment at which it no longer counts."""
    derived_from: Mapped[UUID | None]
    """The list whose prices are converted into this one, at a dated exchange rate."""
    ending_step_minor: Mapped[int | None]
    ending_minor: Mapped[int | None]
    """How converted prices end: 90 of every 100 gives 19.90; 0 of every 500 gives 20.00."""
    converted_at: Mapped[datetime | None]
    """When the whole list was last converted; None for one that is not."""


class PriceRow(TenantTable):
    """The price of one unit of one variant in one list, in minor units."""

    __tablename__ = "price"
    __table_args__ = (
        # Two orders of one key: a page asks for its variants over all lists, an import for one list.
        # Each holds all three columns, so that no plan, however little it knows of a table that was
        # just filled, reads a whole list per variant.
        UniqueConstraint("merchant_id", "variant_id", "price_list_id"),
        tenant_reference("price_list_id", "price_list", ondelete="CASCADE"),
        tenant_reference("variant_id", "variant", ondelete="CASCADE"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("compare_at_minor > amount_minor", name="compare_at"),
        Index("ix_price_list_variant", "merchant_id", "price_list_id", "variant_id"),
    )

    price_list_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    amount_minor: Mapped[int]
    compare_at_minor: Mapped[int | None]
    derived: Mapped[bool] = mapped_column(default=False)
    """Whether it was converted; a price that somebody set is never overwritten by conversion."""


class PriceChanged(TenantTable):
    """One price as it was set or taken away, for good: what something cost can be told later.

    It names variants and lists that may be gone by now, so it refers to none.
    """

    __tablename__ = "price_change"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("compare_at_minor > amount_minor", name="compare_at"),
        Index(None, "merchant_id", "variant_id", "at"),
        {"info": APPEND_ONLY},
    )

    price_list_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    currency: Mapped[str]
    amount_minor: Mapped[int | None]
    """None when the list has no price for the variant any more."""
    compare_at_minor: Mapped[int | None]
    derived: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class TaxClass(Base):
    """What kind of goods or service something is, as tax laws see it."""

    __tablename__ = "tax_class"
    __table_args__ = (CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    over_counter: Mapped[str | None] = mapped_column(ForeignKey("tax_class.code"))
    """The class that counts instead when a store hands the goods over: goods that a retail import
    regime lets in parcel by parcel lie in a store only if they were cleared as general trade."""


class TaxRate(Base):
    """One rate of one country or region from one day on, and where that is written."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        # A rate that was switched off makes room for the right one of the same day.
        Index(
            "uq_tax_rate_first_day",
            "country",
            "region",
            "component",
            "tax_class",
            "valid_from",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="switched_off_at IS NULL",
        ),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("rate >= 0 AND rate < 10", name="rate"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("NOT enabled OR switched_off_at IS NULL", name="switched_off"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    country: Mapped[str]
    region: Mapped[str | None]
    """ISO 3166-2 without the country ("BC"); None means the whole country."""
    component: Mapped[str] = mapped_column(default="vat")
    """Which tax it is: a region's rate replaces its country's of the same name, others add up."""
    tax_class: Mapped[str] = mapped_column(ForeignKey("tax_class.code"))
    rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The first day on which it no longer counts."""
    source: Mapped[str]
    """Where it is written, in English or in the words of the law; receipts keep it."""
    source_zh: Mapped[str] = mapped_column(server_default="")
    source_url: Mapped[str] = mapped_column(server_default="")
    source_read: Mapped[date | None]
    """The day on which somebody of the park, or of this release, read it there."""
    note: Mapped[str] = mapped_column(server_default="")
    note_zh: Mapped[str] = mapped_column(server_default="")
    """What is not sure about a rate that nobody has confirmed."""
    enabled: Mapped[bool] = mapped_column(default=True)
    """Off for a rate that nobody has confirmed, or that somebody switched off: never charged."""
    switched_off_at: Mapped[datetime | None]
    """None for a rate that is charged, and for one that was never checked."""
    switched_off_by: Mapped[UUID | None]
    switched_off_why: Mapped[str] = mapped_column(server_default="")


class TaxRegistration(TenantTable):
    """A merchant's duty to charge the tax of a country other than its own."""

    __tablename__ = "tax_registration"
    __table_args__ = (
        UniqueConstraint("merchant_id", "country", "region", postgresql_nulls_not_distinct=True),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    )

    country: Mapped[str]
    region: Mapped[str | None]
    number: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class RoundingRule(TenantTable):
    """How a merchant rounds in one currency, where it departs from the usual."""

    __tablename__ = "rounding_rule"
    __table_args__ = (
        UniqueConstraint("merchant_id", "currency"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("cash_step_minor > 0", name="cash_step"),
        CheckConstraint("tax_rounding IN ('line', 'total')", name="tax_rounding"),
    )

    currency: Mapped[str]
    cash_step_minor: Mapped[int]
    """The smallest coin: what is paid in cash is rounded to a multiple of it."""
    tax_rounding: Mapped[str] = mapped_column(default="line")


class ExchangeRate(Base):
    """How many units of one currency one unit of another was worth, by whom and when."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        UniqueConstraint("base_currency", "quote_currency", "valid_from"),
        CheckConstraint("base_currency ~ '^[A-Z]{3}$'", name="base_currency"),
        CheckConstraint("quote_currency ~ '^[A-Z]{3}$'", name="quote_currency"),
        CheckConstraint("base_currency <> quote_currency", name="pair"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("source <> ''", name="source"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_currency: Mapped[str]
    quote_currency: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    valid_from: Mapped[datetime]
    source: Mapped[str]
    source_zh: Mapped[str] = mapped_column(server_default="")


class MerchantRate(TenantTable):
    """A merchant's own exchange rate from a moment on; it counts instead of the park's.

    Of two for the same moment the one that was stated later counts.
    """

    __tablename__ = "merchant_rate"
    __table_args__ = (
        CheckConstraint("base_currency ~ '^[A-Z]{3}$'", name="base_currency"),
        CheckConstraint("quote_currency ~ '^[A-Z]{3}$'", name="quote_currency"),
        CheckConstraint("base_currency <> quote_currency", name="pair"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("source <> ''", name="source"),
        Index(None, "merchant_id", "base_currency", "quote_currency", "valid_from"),
        {"info": APPEND_ONLY},
    )

    base_currency: Mapped[str]
    quote_currency: Mapped[str]
    rate: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    """None lets the park's rate count again."""
    valid_from: Mapped[datetime]
    source: Mapped[str]
    stated_at: Mapped[datetime] = mapped_column(default=utc_now)
    stated_by: Mapped[UUID | None]
    """Who of the staff stated it."""
    converts: Mapped[bool] = mapped_column(server_default="false")
    """Whether price lists are converted anew by themselves once it counts."""
