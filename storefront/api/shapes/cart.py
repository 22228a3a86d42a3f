"""Shapes of carts and their quotes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, IPvAnyAddress

from storefront.api.fields import (
    Country,
    Currency,
    Language,
    Minor,
    OptionalPhrase,
    Phrase,
    Place,
    Plugin,
    Quantity,
    Shape,
    Token,
    Wish,
)
from storefront.api.shapes.common import AddressShape, AmountShape


class CartPlace(Place):
    """A cart by its token."""

    token: Token


class CartLinePlace(CartPlace):
    """A line of a cart by its variant."""

    variant_id: UUID


class CodePlace(CartPlace):
    """A promotion's code in a cart, as somebody typed it."""

    code: Phrase


class GiftCardPlace(CartPlace):
    """A gift card that lies beside a cart."""

    card_id: UUID


class GiftCardWish(Wish):
    """A gift card, by its code as somebody typed it."""

    code: Phrase


class CartWish(Wish):
    """A new cart."""

    currency: Currency | None = Field(default=None, description="The merchant's own by default.")
    country: Country | None = Field(
        default=None, description="Where the goods shall go; the merchant's own by default."
    )
    language: Language | None = Field(default=None, description="Of mails and pages.")


class LineWish(Wish):
    """Units of a variant to be added."""

    variant_id: UUID
    quantity: Quantity = 1


class QuantityWish(Wish):
    """How many units a line shall have."""

    quantity: Quantity


class DestinationWish(Wish):
    """Where the goods shall go, before any address is known."""

    country: Country
    region: Phrase | None = Field(default=None, description="Key or name of a state or province.")


class AddressWish(Wish):
    """A postal address, as the address form of its country asks for it."""

    country: Country
    name: Phrase
    lines: Annotated[list[Phrase], Field(min_length=1, max_length=3)]
    organisation: OptionalPhrase = ""
    district: OptionalPhrase = ""
    city: OptionalPhrase = ""
    region: OptionalPhrase = ""
    postcode: OptionalPhrase = ""
    phone: OptionalPhrase = ""


class ContactWish(Wish):
    """Who orders, and where the goods go; without an address for pickups and services."""

    email: Phrase
    address: AddressWish | None = None


class DeliveryWish(Wish):
    """The delivery option, by its key."""

    option: Phrase


class AgreedWish(Wish):
    """What the shopper agreed to pay."""

    amount_minor: Minor
    currency: Currency


class OrderWish(Wish):
    """Place the order at this total and no other."""

    agreed_total: AgreedWish
    agreed_gift_cards: AgreedWish | None = Field(
        default=None,
        description="What the shopper saw that gift cards pay. Without it they pay what they can.",
    )
    payment_method: Plugin | None = Field(default=None, description="The first one by default.")
    shopper_address: IPvAnyAddress | None = Field(
        default=None,
        description="The IP address from which the shopper reaches you. With it, nobody who types "
        "another person's e-mail address uses up what that person may order unpaid.",
    )


class ReasonShape(Shape):
    """One part of a line's tax, and where the rate is written."""

    kind: str
    ground: str = Field(description="charged, export, exempt, untaxed or no-rate.")
    component: str
    country: str
    region: str | None
    rate: str = Field(description="An exact fraction of one, as text.")
    source: str
    amount_minor: int


class DiscountShape(Shape):
    """What one promotion takes off a line or off delivery."""

    kind: str = Field(description="promotion")
    effect: str = Field(description="percentage, amount, bundle, buy_get or shipping.")
    promotion_id: UUID
    name: str
    name_zh: str
    code: str | None = Field(description="The code that was typed to get it.")
    params: dict[str, int] = Field(description="The figures of the promotion.")
    amount_minor: int


class TurnedDownShape(Shape):
    """A code, or a promotion that needs none, that takes nothing off, and why."""

    code: str | None
    why: str
    params: dict[str, int] = Field(description="What is missing: `missing` or `missing_minor`.")


class PriceListShape(Shape):
    """The price list that a price was taken from."""

    code: str
    name: str
    includes_tax: bool


class QuoteLineShape(Shape):
    """A line of the quote; amounts are for the whole line unless they say otherwise."""

    variant_id: UUID
    sku: str
    handle: str
    name: str
    variant_name: str
    quantity: int
    unit_price: AmountShape
    compare_at: AmountShape | None
    price_was: AmountShape | None = Field(
        description="The unit price when the line was put there, if it was another."
    )
    price_list: PriceListShape | None
    full_price: AmountShape = Field(description="Before promotions.")
    discounts: list[DiscountShape]
    net: AmountShape
    tax: AmountShape
    gross: AmountShape = Field(description="To pay, after promotions.")
    available: int | None = Field(description="Units that can be promised; null: not counted.")
    short: bool
    reasons: list[ReasonShape]


class UnsellableShape(Shape):
    """What lies in the cart and cannot be bought any more."""

    variant_id: UUID
    name: str
    variant_name: str


class DeliveryOptionShape(Shape):
    """A way to receive the goods."""

    key: str
    kind: str
    name: str
    price: AmountShape = Field(description="For these goods, before promotions.")
    price_below_free_from: AmountShape = Field(description="For goods of less than `free_from`.")
    free_from: AmountShape | None
    tax_country: str = Field(
        description="Where the goods are taxed this way: a pickup is a sale in the merchant's own country, "
        "and may cost more than goods that leave it untaxed. Choose it to see the total."
    )
    earliest: date
    latest: date
    order_by: datetime | None = Field(
        description="Until when these dates hold; null for a pickup, ready the sooner it is ordered."
    )
    location_id: UUID | None
    ready_at: datetime | None


class DeliveryQuoteShape(Shape):
    """What delivery costs, and why."""

    option: str
    full_price: AmountShape = Field(description="Before promotions: the `price` of the option.")
    discounts: list[DiscountShape]
    net: AmountShape
    tax: AmountShape
    gross: AmountShape = Field(description="To pay, after promotions.")
    reasons: list[ReasonShape]


class GiftCardShape(Shape):
    """A gift card that lies beside a cart, and what it would pay now."""

    id: UUID
    last_four: str
    pays: AmountShape


class CartShape(Shape):
    """A cart with its whole price now."""

    token: str
    url: str
    currency: str
    language: str
    country: str
    region: str | None
    email: str
    address: AddressShape | None
    ordered: bool
    lines: list[QuoteLineShape]
    unsellable: list[UnsellableShape]
    sold_out: list[UnsellableShape] = Field(
        description="What has run out: in no sum; take it out before you place the order."
    )
    delivery_options: list[DeliveryOptionShape]
    delivery: DeliveryQuoteShape | None
    codes: list[str] = Field(description="Codes of promotions that were typed.")
    turned_down: list[TurnedDownShape]
    goods: AmountShape
    discount: AmountShape = Field(description="What promotions take off; out of all amounts.")
    tax: AmountShape
    total: AmountShape
    gift_cards: list[GiftCardShape]
    due: AmountShape = Field(description="What is left of the total after the gift cards.")
