"""What a merchant's programs do to orders: send, call off, refund, remark."""

from collections.abc import Callable
from uuid import uuid5

from flask import Response
from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    CashNeedsDrawerError,
    GiveUpBeyondOwedError,
    GoodsHaveLeftError,
    RestockBeyondSoldError,
)
from commerce.checkout.service import GivenUp, cancel_order, refund_order, ship_order
from commerce.fulfilment.carriers import Waybill, clean_waybill
from commerce.fulfilment.errors import CarrierNameError, TrackingNumberError
from commerce.inventory.errors import HoldLostError
from commerce.inventory.rows import Units
from commerce.kernel.errors import FieldProblem, NotFoundError
from commerce.kernel.money import Money
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind, OrderRow
from commerce.orders.service import tell
from commerce.park.permissions import ApiScope
from commerce.payments.errors import RefundExceedsPaymentError
from commerce.web.identity import api_key, current_merchant
from commerce.web.services import services
from storefront.api.errors import InvalidBodyError, UnknownLocationError, UnknownVariantError
from storefront.api.interface import Interface, Refusals
from storefront.api.merchant.levels import levels_named, place_named, variants_named
from storefront.api.merchant.orders import TAG, order_named
from storefront.api.once import Done, caller, claim_of_call, once
from storefront.api.orders import merchant_content
from storefront.api.reading import field
from storefront.api.shapes.order import (
    CancellationWish,
    MerchantOrderShape,
    NoteWish,
    OrderPlace,
    RefundWish,
    ShipmentWish,
)

_REFUSED_REFUNDS: Refusals = [
    CashNeedsDrawerError,
    RefundExceedsPaymentError,
    RestockBeyondSoldError,
    GiveUpBeyondOwedError,
    UnknownVariantError,
    UnknownLocationError,
]
_REFUSED_SHIPMENTS: Refusals = [
    IllegalTransitionError,
    HoldLostError,
    UnknownLocationError,
    CarrierNameError,
    TrackingNumberError,
]
_Step = tuple[str, Callable[..., Response], Refusals]


def add_to(interface: Interface) -> None:
    """Add what merchants do to orders; each answers with the order as it stands then."""
    steps: list[_Step] = [
        ("shipments", ship, _REFUSED_SHIPMENTS),
        ("cancellation", cancel, [IllegalTransitionError, GoodsHaveLeftError]),
        ("refunds", refund, _REFUSED_REFUNDS),
        ("notes", remark, []),
    ]
    for rule, view, refuses in steps:
        interface.view_to(
            "POST",
            f"/orders/<number>/{rule}",
            tag=TAG,
            answers={200: MerchantOrderShape},
            refuses=[NotFoundError, *refuses],
        )(view)


@api_key(ApiScope.WRITE_ORDERS)
def ship(path: OrderPlace, body: ShipmentWish) -> Response:
    """Let everything that waits for the order at one location leave it."""

    def work(session: Session, order: OrderRow) -> None:
        ship_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order.id,
            location_id=place_named(session.connection(), body),
            waybill=_waybill(body),
            actor_id=caller(),
        )

    return _change(path.number, work)


def _waybill(body: ShipmentWish) -> Waybill:
    with field("/carrier", CarrierNameError), field("/tracking", TrackingNumberError):
        return clean_waybill(carrier=body.carrier, number=body.tracking)


@api_key(ApiScope.WRITE_ORDERS)
def cancel(path: OrderPlace, body: CancellationWish) -> Response:
    """Call off an order of which nothing has left: its goods are free, its money goes back."""

    def work(session: Session, order: OrderRow) -> None:
        cancel_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order.id,
            reason=body.reason,
            told=body.customer_reason.strip(),
            actor_id=caller(),
        )

    return _change(path.number, work)


@api_key(ApiScope.WRITE_ORDERS)
def refund(path: OrderPlace, body: RefundWish) -> Response:
    """Give money back, never more than was captured, put goods that came back on a shelf, send less."""

    def work(session: Session, order: OrderRow) -> None:
        if body.amount.currency != order.currency:
            raise InvalidBodyError((_other_currency(order),))
        levels = levels_named(session.connection(), body.returned, "/returned")
        unsent = variants_named(session.connection(), body.given_up, "/given_up")
        refund_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order.id,
            request_id=uuid5(caller(), claim_of_call().key),
            amount=Money(body.amount.amount_minor, body.amount.currency),
            reason=body.reason,
            returned=[
                Units(*level, line.quantity)
                for level, line in zip(levels, body.returned, strict=True)
            ],
            given_up=[
                GivenUp(variant, line.quantity)
                for variant, line in zip(unsent, body.given_up, strict=True)
            ],
            actor_id=caller(),
        )

    return _change(path.number, work)


@api_key(ApiScope.WRITE_ORDERS)
def remark(path: OrderPlace, body: NoteWish) -> Response:
    """Write a note into the timeline that staff read; the shopper does not see it."""

    def work(session: Session, order: OrderRow) -> None:
        tell(
            session,
            merchant_id=current_merchant().id,
            order_id=order.id,
            kind=EventKind.NOTE,
            actor=Actor.STAFF,
            actor_id=caller(),
            note=body.text,
        )

    return _change(path.number, work)


def _change(number: str, work: Callable[[Session, OrderRow], None]) -> Response:
    """Do something to an order once, and answer with the order as it stands then."""

    def attempt(session: Session) -> Done:
        work(session, order_named(session.connection(), number))
        connection = session.connection()
        return Done(merchant_content(connection, order_named(connection, number)))

    return once(attempt)


def _other_currency(order: OrderRow) -> FieldProblem:
    return FieldProblem(
        pointer="/amount/currency",
        code="currency",
        template="The order was paid in %(currency)s.",
        currency=order.currency,
    )
