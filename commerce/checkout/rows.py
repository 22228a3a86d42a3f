"""What checkout takes and gives: frozen rows, amounts in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.catalogue.records import SoldVariant
from commerce.fulfilment.rows import DeliveryOption
from commerce.inventory.queries import Source
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money, total
from commerce.pricing.charged import Charged, as_charged, charged
from commerce.pricing.promotions.results import (
    Adjusted,
    AdjustedBasket,
    AdjustedLine,
    TurnedDown,
)
from commerce.pricing.rows import Price
from commerce.pricing.taxation import TaxedLine


@dataclass(frozen=True, slots=True)
class CartRow:
    """What a shopper has gathered."""

    id: UUID
    channel: Channel
    currency: str
    locale: str
    country: str
    region: str | None
    email: str
    customer_id: UUID | None
    ship_to: dict[str, Any] | None
    delivery_option: str | None
    order_id: UUID | None
    codes: tuple[str, ...] = ()
    """Codes of promotions that were typed, in the spelling of `code_key`."""
    stored_value: tuple[UUID, ...] = ()
    """Gift cards and store credit that shall pay, in this order."""
    gift: dict[str, Any] | None = None
    """To whom gift cards in it are sent: email, name, message; None is to the buyer."""


@dataclass(frozen=True, slots=True)
class CartLineRow:
    """So many units of one variant."""

    variant_id: UUID
    quantity: int
    seen_price_minor: int | None


@dataclass(frozen=True, slots=True)
class Discounts:
    """What promotions take off a cart; its lines go by the variants' ids."""

    basket: AdjustedBasket
    code_ids: Mapping[str, UUID]
    """The codes of the shop among those that were typed."""

    @property
    def turned_down(self) -> tuple[TurnedDown, ...]:
        """Promotions and typed codes that take nothing off, and why."""
        return self.basket.turned_down


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line with its price and the reasons for it; amounts are for the whole line."""

    variant: SoldVariant
    quantity: int
    price: Price
    taxed: TaxedLine
    available: int | None
    """Units that could be promised now; None when stock does not count for this variant."""
    price_was: Money | None
    """What one unit cost when the shopper last looked, if it was something else."""
    adjusted: AdjustedLine
    """What promotions take off it, with their reasons; `taxed` is what is left."""

    @property
    def unit_price(self) -> Money:
        """What one unit costs by the price list, which may be without tax."""
        return self.price.amount

    @property
    def charged(self) -> Charged:
        """What one unit costs here, with the tax that is due, and what promotions take off."""
        return _charged(self.adjusted, quantity=self.quantity, gross=self.taxed.gross)

    @property
    def charged_was(self) -> Money | None:
        """What one unit cost when the shopper last looked, with the tax that is due."""
        listed = Money(self.adjusted.after_minor, self.price.amount.currency)
        return self.price_was and as_charged(self.price_was, listed=listed, gross=self.taxed.gross)

    @property
    def compare_at(self) -> Money | None:
        """What one unit is compared to, if anything."""
        return self.price.compare_at

    @property
    def full_price(self) -> Money:
        """What the line costs before promotions."""
        return Money(self.adjusted.before_minor, self.price.amount.currency)

    @property
    def discount(self) -> Money:
        """What promotions take off the line."""
        return Money(self.adjusted.discount_minor, self.price.amount.currency)

    @property
    def short(self) -> bool:
        """Whether fewer units can be promised than are wanted."""
        return self.available is not None and self.available < self.quantity


@dataclass(frozen=True, slots=True)
class SoldOut:
    """So many wanted units of a variant of which nothing is left; they cost nothing."""

    variant: SoldVariant
    quantity: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole price before anything personal is asked: goods, delivery and tax."""

    cart: CartRow
    lines: tuple[QuoteLine, ...]
    unsellable: tuple[SoldVariant, ...]
    """What lies in the cart and cannot be bought any more."""
    sold_out: tuple[SoldOut, ...]
    """What lies in the cart and of which nothing is left."""
    options: tuple[DeliveryOption, ...]
    chosen: DeliveryOption | None
    delivery: TaxedLine | None
    goods: Money
    tax: Money
    total: Money
    sources: tuple[Source, ...]
    """From where the goods could be promised when this was reckoned, the first to serve first."""
    discounts: Discounts
    """What promotions took off; all other amounts are what is left."""

    @property
    def discount(self) -> Money:
        """What promotions take off goods and delivery."""
        return Money(self.discounts.basket.discount_minor, self.cart.currency)

    @property
    def gone(self) -> tuple[SoldVariant, ...]:
        """What has to be taken out before the rest can be ordered."""
        return (*self.unsellable, *(each.variant for each in self.sold_out))

    @property
    def delivery_charged(self) -> Charged | None:
        """What delivery costs with the tax that is due, and what promotions take off."""
        if self.delivery is None:
            return None
        return _charged(self.discounts.basket.shipping, quantity=1, gross=self.delivery.gross)

    @property
    def saved(self) -> Money:
        """What promotions take off the total: `discount` with its tax."""
        delivery = self.delivery_charged
        off = [each for line in self.lines for each in line.charged.off]
        return total([*off, *(delivery.off if delivery else ())], currency=self.cart.currency)

    @property
    def pieces(self) -> int:
        """How many units lie in the cart."""
        return sum(line.quantity for line in self.lines)

    @property
    def needs_delivery(self) -> bool:
        """Whether anything has to travel."""
        return any(line.variant.requires_shipping for line in self.lines)


def _charged(adjusted: Adjusted, *, quantity: int, gross: Money) -> Charged:
    return charged(
        quantity=quantity,
        unit=Money(adjusted.before_minor // quantity, gross.currency),
        off=[Money(each.amount_minor, gross.currency) for each in adjusted.adjustments],
        gross=gross,
    )
