"""What the promotions' reckoning takes: promotions as frozen terms, and the basket they are held against.

Amounts are whole minor units, shares are basis points (10,000 is all of it), moments are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from commerce.kernel.channel import Channel

WHOLE = 10_000
"""All of an amount, in basis points."""


class Kind(StrEnum):
    """What a promotion does. Stored: a name is never changed."""

    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    BUNDLE = "bundle"
    BUY_GET = "buy_get"
    SHIPPING = "shipping"


class Stacking(StrEnum):
    """With what else a promotion may stand."""

    COMBINE = "combine"
    """With every other that combines."""
    EXCLUSIVE = "exclusive"
    """With nothing: an order has either this one or the others."""


class Why(StrEnum):
    """Why a promotion, or a code that somebody typed, takes nothing off."""

    UNKNOWN_CODE = "unknown-code"
    CODE_OVER = "code-over"
    NOT_YET = "not-yet"
    OVER = "over"
    OTHER_CHANNEL = "other-channel"
    OTHER_COUNTRY = "other-country"
    OTHER_CURRENCY = "other-currency"
    NOT_IN_GROUP = "not-in-group"
    USED_UP = "used-up"
    USED_BY_CUSTOMER = "used-by-customer"
    WHO_IS_IT = "who-is-it"
    """It is limited per customer, and nobody knows yet who buys."""
    NO_SUCH_GOODS = "no-such-goods"
    TOO_FEW = "too-few"
    TOO_LITTLE = "too-little"
    NOTHING_OFF = "nothing-off"
    OTHERS_ARE_BETTER = "others-are-better"
    """It stands alone, or beside none that stands alone, and the customer pays less without it."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """Units of one variant; `key` is the caller's, unique in the basket."""

    key: UUID
    product_id: UUID
    quantity: int
    unit_price_minor: int
    categories: frozenset[UUID] = frozenset()
    """Those the product stands in, and all above them."""
    tags: frozenset[str] = frozenset()

    @property
    def amount_minor(self) -> int:
        """What the line costs before anything is taken off."""
        return self.unit_price_minor * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What somebody is about to buy, and who, where and when."""

    currency: str
    lines: tuple[BasketLine, ...]
    shipping_minor: int
    channel: Channel
    country: str
    at: datetime
    groups: frozenset[UUID] = frozenset()
    """The customer groups that the buyer belongs to."""
    codes: tuple[str, ...] = ()
    """What was typed, in the spelling of `code_key`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Goods by product, category or tag: whatever one of them names. Naming nothing it is all goods."""

    products: frozenset[UUID] = frozenset()
    categories: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether it names nothing in particular."""
        return not (self.products or self.categories or self.tags)

    def names(self, line: BasketLine) -> bool:
        """Return whether one of its names is the line's."""
        return (
            line.product_id in self.products
            or not self.categories.isdisjoint(line.categories)
            or not self.tags.isdisjoint(line.tags)
        )

    def __contains__(self, line: BasketLine) -> bool:
        return self.everything or self.names(line)


@dataclass(frozen=True, slots=True)
class Percentage:
    """A share off each line."""

    basis_points: int
    kind = Kind.PERCENTAGE


@dataclass(frozen=True, slots=True)
class Amount:
    """So much off all the goods it names together, or off `each` unit; by currency."""

    amounts: Mapping[str, int]
    each: bool = False
    kind = Kind.AMOUNT


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of something."""

    goods: Selection
    quantity: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """All parts together for one price, as often as they are there; by currency.

    A line that several parts name serves the first of them.
    """

    parts: tuple[Part, ...]
    prices: Mapping[str, int]
    kind = Kind.BUNDLE


@dataclass(frozen=True, slots=True)
class BuyGet:
    """Whoever buys `buy` units gets `get` more for less, at most so many times in one order.

    Of the same `goods` (None) each set is made of the dearest units that are left, and the cheapest
    of each set cost less: three for two. Of other goods the dearest of them cost less.
    """

    buy: int
    get: int
    basis_points: int = WHOLE
    goods: Selection | None = None
    most: int | None = None
    kind = Kind.BUY_GET


@dataclass(frozen=True, slots=True)
class Shipping:
    """A share off delivery, at most so much; without a ceiling in a currency there is none."""

    basis_points: int = WHOLE
    at_most: Mapping[str, int] = field(default_factory=dict)
    kind = Kind.SHIPPING


Effect = Percentage | Amount | Bundle | BuyGet | Shipping


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When a promotion counts; an empty set is no condition."""

    minimum_quantity: int = 0
    """Units of the goods it names."""
    minimum_amounts: Mapping[str, int] = field(default_factory=dict)
    """What the goods it names cost before anything is taken off; by currency, if any is given."""
    groups: frozenset[UUID] = frozenset()
    channels: frozenset[Channel] = frozenset()
    countries: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    """The first moment at which it no longer counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One promotion as the reckoning needs it."""

    id: UUID
    name: str
    name_zh: str
    effect: Effect
    goods: Selection = field(default_factory=Selection)
    but_not: Selection = field(default_factory=Selection)
    """Goods that it leaves as they are; naming nothing, none."""
    conditions: Conditions = field(default_factory=Conditions)
    stacking: Stacking = Stacking.COMBINE
    position: int = 0
    """Promotions of one kind follow each other by it; of two that save the same the lower wins."""
    codes: frozenset[str] | None = None
    """None: it needs no code. Otherwise those of the typed codes that open it."""
    closed: Mapping[str, Why] = field(default_factory=dict)
    """Typed codes of its own that open it no more, and why."""
    barred: Why | None = None
    """Why its counters let nobody, or not this customer, use it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionDraft:
    """A promotion as a merchant describes it."""

    name: str
    """What shoppers read on the line."""
    name_zh: str
    effect: Effect
    goods: Selection = field(default_factory=Selection)
    but_not: Selection = field(default_factory=Selection)
    conditions: Conditions = field(default_factory=Conditions)
    """Without a first moment it counts from now on."""
    stacking: Stacking = Stacking.COMBINE
    position: int = 0
    needs_code: bool = False
    limit_total: int | None = None
    limit_per_customer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionCard:
    """A promotion as it stands, for the desk."""

    id: UUID
    draft: PromotionDraft
    switched_off_at: datetime | None
    used: int
    """Uses that were not given back."""
    taken_off: Mapping[str, int]
    """What they took off, by currency."""
    codes: int
    created_at: datetime
    changed_at: datetime
    """What a form was filled with; see `change_promotion`."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code as it stands, for the desk."""

    id: UUID
    code: str
    limit_total: int | None
    limit_per_customer: int | None
    used: int
    """Uses that were not given back."""
    valid_to: datetime | None
    switched_off_at: datetime | None


@dataclass(frozen=True, slots=True)
class UseRow:
    """An order that made use of a promotion."""

    promotion_id: UUID
    name: str
    name_zh: str
    code: str | None
    amount_minor: int
    at: datetime
    given_back: bool


@dataclass(frozen=True, slots=True)
class OrderUse:
    """A use of one promotion, with the order that made it."""

    order_id: UUID
    number: str
    code: str | None
    amount_minor: int
    currency: str
    at: datetime
    given_back: bool
