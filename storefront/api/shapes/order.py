"""Shapes of orders and payments."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from commerce.fulfilment.carriers import carriers
from storefront.api.fields import (
    MOST_MINOR,
    Asked,
    Currency,
    Limit,
    OptionalPhrase,
    Phrase,
    Place,
    Plugin,
    Quantity,
    Remark,
    Shape,
    Token,
    WebAddress,
    Wish,
)
from storefront.api.shapes.cart import DiscountShape, ReasonShape
from storefront.api.shapes.common import AddressShape, AmountShape
from storefront.api.shapes.levels import GoodsWish, LevelWish, PlaceWish
from storefront.api.shapes.returns import ReturnShape

State = Literal["awaiting_payment", "placed", "completed", "cancelled"]
ChannelName = Literal["web", "till", "api"]


class OrderTokenPlace(Place):
    """An order by its token."""

    token: Token


class PaymentPlace(OrderTokenPlace):
    """A payment of an order."""

    payment_id: UUID


class OrderPlace(Place):
    """An order by its number, or by its id."""

    number: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]


class ShipmentWish(PlaceWish):
    """From where the goods leave, and how they can be followed."""

    carrier: OptionalPhrase = Field(
        default="",
        description="Who carries it: one of "
        + ", ".join(f"`{each.code}`" for each in carriers())
        + ", or the name of another carrier.",
    )
    tracking: OptionalPhrase = Field(
        default="",
        description="The carrier's number of the parcel: 4 to 40 letters, digits and dashes.",
    )


class CancellationWish(Wish):
    """Why the order is called off."""

    reason: Phrase = Field(description="For the merchant's people; the shopper does not see it.")
    customer_reason: OptionalPhrase = Field(
        default="", description="What the letter to the shopper and the order's page say."
    )


class AmountWish(Wish):
    """An amount of money."""

    amount_minor: Annotated[int, Field(ge=1, le=MOST_MINOR)] = Field(
        description="Whole minor units of the currency (fen, cents)."
    )
    currency: Currency


class ReturnedWish(LevelWish):
    """Units that came back, and the shelf on which they lie again."""

    quantity: Quantity


class GivenUpWish(GoodsWish):
    """Units that have not left and nobody waits for any more."""

    quantity: Quantity


class RefundWish(Wish):
    """Money that goes back, goods that came back, and goods that are no longer to be sent."""

    amount: AmountWish
    reason: Phrase
    returned: Annotated[list[ReturnedWish], Field(max_length=200)] = Field(default=[])
    given_up: Annotated[list[GivenUpWish], Field(max_length=200)] = Field(
        default=[], description="Their holds end; `goods` wants so many fewer."
    )


class NoteWish(Wish):
    """Something for the merchant's people to know; the shopper does not see it."""

    text: Remark


class PaymentWish(Wish):
    """Where the payment page sends the shopper back to.

    A payment that was opened before and still waits keeps the addresses of the first time; the answer
    names those that hold.
    """

    return_url: WebAddress
    cancel_url: WebAddress
    payment_method: Plugin | None = Field(
        default=None, description="Another way to pay than the order was placed with."
    )


class OrdersAsked(Asked):
    """Which orders are wanted."""

    state: State | None = None
    channel: ChannelName | None = None
    q: OptionalPhrase = Field(default="", description="Part of a number, e-mail address or name.")
    limit: Limit = 50
    after: UUID | None = Field(default=None, description="`next` of the page before.")


class PlacedPaymentShape(Shape):
    """The payment that has to be made next."""

    id: UUID
    state: str
    method: str


class PlacedShape(Shape):
    """An order that was placed."""

    number: str
    token: str
    url: str
    total: AmountShape
    payment: PlacedPaymentShape | None = Field(
        description="Null when nothing has to be paid, or the cart was this order before."
    )
    repeated: bool = Field(description="Whether the cart had become this order before.")


class PaymentShape(Shape):
    """One attempt to pay."""

    id: UUID
    method: str
    state: str
    detail: str
    amount: AmountShape
    captured_minor: int
    refunded_minor: int
    created_at: datetime
    settled_at: datetime | None


class PaymentStepShape(Shape):
    """How a payment stands, and where the shopper goes next, if anywhere."""

    payment: PaymentShape
    redirect_url: str | None
    return_url: str | None = Field(
        description="Where the page at `redirect_url` sends the shopper when they have paid; other than "
        "in the call if the payment was begun before."
    )
    cancel_url: str | None = Field(description="In the same way, where it sends them unpaid.")
    order_state: State


class OrderLineShape(Shape):
    """A line as it was sold."""

    position: int
    variant_id: UUID | None
    sku: str
    name: str
    variant_name: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    discount_reason: str
    tax_rate: str = Field(description="An exact fraction of one, as text.")
    net_minor: int
    tax_minor: int
    total_minor: int
    reasons: list[ReasonShape | DiscountShape]
    given_up: int = Field(description="Units of it that will not come any more.")


class EventShape(Shape):
    """A line of the timeline."""

    kind: str
    at: datetime
    actor: str
    facts: dict[str, Any] = Field(
        description="Of `shipped`: `goods` are the units in the parcel, `carrier` its code or the name"
        " that was given, `tracking` its number; `carrier_name` and, where known, `tracking_url`, the"
        " carrier's own page about it, are added when read. Of `given_up`: `goods` are the units that"
        " will not come. Of `refund_started` and `refunded`: `goods`, where given, are the units whose"
        " money goes back."
    )


class OrderHeadShape(Shape):
    """An order in a list; amounts are minor units of `currency`, tax included."""

    id: UUID
    url: str
    number: str
    channel: ChannelName
    state: State
    currency: str
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    total_minor: int
    email: str
    created_at: datetime
    placed_at: datetime | None


class OrdersShape(Shape):
    """One page of orders, newest first."""

    items: list[OrderHeadShape]
    next: str | None


class ShopperOrderShape(Shape):
    """An order as its shopper sees it."""

    number: str
    token: str
    url: str
    channel: ChannelName
    state: State
    currency: str
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    total_minor: int
    email: str
    created_at: datetime
    placed_at: datetime | None
    address: AddressShape | None
    delivery: dict[str, Any]
    lines: list[OrderLineShape]
    payments: list[PaymentShape]
    timeline: list[EventShape]
    still_to_come: bool = Field(
        description="Whether anything of a placed order has still to be sent, handed over or done;"
        " where not, what `delivery` promised is void."
    )


class RefundShape(Shape):
    """Money on its way back."""

    id: UUID
    payment_id: UUID
    amount: AmountShape
    reason: str
    state: str
    created_at: datetime
    settled_at: datetime | None


class GoodsShape(Shape):
    """How far an order's units of one variant have come."""

    variant_id: UUID
    wanted: int
    held: int = Field(description="Units that wait to leave.")
    gone: int
    returned: int
    short: int = Field(description="Units that are owed and that nobody keeps for the order.")


class HeldShape(Shape):
    """Units that wait for the order at one location, whether their stock is counted or not."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    stage: str


class MerchantOrderShape(OrderHeadShape):
    """An order as its merchant sees it."""

    note: str
    customer_id: UUID | None
    location_id: UUID | None
    register_id: UUID | None
    clerk_id: UUID | None
    address: AddressShape | None
    delivery: dict[str, Any]
    lines: list[OrderLineShape]
    payments: list[PaymentShape]
    refunds: list[RefundShape]
    returns: list[ReturnShape]
    goods: list[GoodsShape] = Field(description="Services have none.")
    held: list[HeldShape] = Field(description="What a shipment from a location would take.")
    timeline: list[EventShape]
