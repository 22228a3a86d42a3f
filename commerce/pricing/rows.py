"""What pricing takes and gives: frozen rows, amounts in minor units, rates as exact fractions of one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a variant costs, whether tax is in it, and which price list says so."""

    variant_id: UUID
    amount: Money
    compare_at: Money | None
    includes_tax: bool
    price_list_id: UUID
    list_code: str
    list_name: str
    list_name_zh: str


@dataclass(frozen=True, slots=True)
class PriorPrice:
    """The lowest price of the 30 days before the present one began."""

    variant_id: UUID
    amount: Money
    present: Money
    """What the lists say now, before promotions."""
    before: datetime
    """When the present price, or the promotion that reduces it, began."""
    known_since: datetime
    """From when on prices of those days are known; later than 30 days `before` for what is new."""

    @property
    def reduced(self) -> bool:
        """Whether the price in the lists is below the lowest of those days."""
        return self.present < self.amount


@dataclass(frozen=True, slots=True)
class PriceEnding:
    """How converted prices end: `minor` of every `step` minor units; 90 of 100 gives 19.90."""

    step: int
    minor: int


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price to set for one variant."""

    variant_id: UUID
    amount: Money
    compare_at: Money | None = None


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """One price as it stands in one list, for the desk and for exports."""

    price_list_id: UUID
    variant_id: UUID
    amount: Money
    compare_at: Money | None
    derived: bool


@dataclass(frozen=True, slots=True)
class PriceListRow:
    """A price list with its settings."""

    id: UUID
    code: str
    name: str
    name_zh: str
    currency: str
    channel: Channel | None
    is_base: bool
    includes_tax: bool
    valid_from: datetime
    valid_to: datetime | None
    derived_from: UUID | None
    ending: PriceEnding | None


@dataclass(frozen=True, slots=True)
class ExchangeQuote:
    """How many units of `target` one unit of `source` is worth; `origin` says who says so."""

    source: str
    target: str
    rate: Decimal
    valid_from: datetime
    origin: str
    inverted: bool = False
    """Whether `rate` counts the other way round, because only that way was published."""
    own: bool = False
    """Whether the merchant states it itself, instead of the park."""
    origin_zh: str = ""


@dataclass(frozen=True, slots=True)
class OwnRate:
    """A merchant's own rate as it was stated; None lets the park's count again."""

    base: str
    quote: str
    rate: Decimal | None
    valid_from: datetime
    source: str
    stated_at: datetime
    stated_by: UUID | None
    converts: bool = False
    """Whether price lists are converted anew by themselves once it counts."""


class TaxRounding(StrEnum):
    """Whether tax is rounded once per line, or once per rate over all lines."""

    LINE = "line"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Rounding:
    """How amounts of one currency are rounded: the smallest coin, and the tax."""

    currency: str
    cash_step_minor: int
    tax: TaxRounding


@dataclass(frozen=True, slots=True)
class TaxClassRow:
    """A kind of goods or service, as tax laws see it."""

    code: str
    name: str
    name_zh: str
    over_counter: str | None = None
    """The class that counts instead when a store hands the goods over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSource:
    """Where a rate is written: what it is called, where it can be read, and when it was."""

    title: str
    title_zh: str = ""
    url: str = ""
    read_on: date | None = None


class TaxRateState(StrEnum):
    """Whether a rate is charged on a day, and why not."""

    CHARGED = "charged"
    COMING = "coming"
    ENDED = "ended"
    UNCHECKED = "unchecked"
    """Nobody has read where it is written."""
    SWITCHED_OFF = "switched-off"
    """Somebody found it wrong."""


@dataclass(frozen=True, slots=True)
class TaxRateRow:
    """One dated tax rate with its source."""

    id: UUID
    country: str
    region: str | None
    component: str
    tax_class: str
    rate: Decimal
    valid_from: date
    valid_to: date | None
    """The first day on which it no longer counts."""
    source: str
    enabled: bool
    source_zh: str
    source_url: str
    source_read: date | None
    note: str
    note_zh: str
    switched_off_at: datetime | None
    switched_off_by: UUID | None
    switched_off_why: str
    succeeded_on: date | None
    """The first day of the newer rate that counts instead from then on, where there is one."""

    @property
    def until(self) -> date | None:
        """The first day on which it no longer counts, by its own end or by a newer rate."""
        ends = [day for day in (self.valid_to, self.succeeded_on) if day is not None]
        return min(ends, default=None)

    def state(self, on: date) -> TaxRateState:
        """Return whether it is charged on the day `on`."""
        if self.switched_off_at is not None:
            return TaxRateState.SWITCHED_OFF
        if not self.enabled:
            return TaxRateState.UNCHECKED
        if on < self.valid_from:
            return TaxRateState.COMING
        ended = self.until is not None and self.until <= on
        return TaxRateState.ENDED if ended else TaxRateState.CHARGED


@dataclass(frozen=True, slots=True)
class TaxRegistrationRow:
    """A merchant's duty to charge another country's tax."""

    id: UUID
    country: str
    region: str | None
    number: str
    valid_from: date
    valid_to: date | None
