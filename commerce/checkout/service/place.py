"""Place an order: hold the goods and write down the intent to be paid, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    EmptyCartError,
    MissingDetailsError,
    NoDeliveryError,
    NotForSaleError,
    TotalChangedError,
)
from commerce.checkout.process import confirm_order
from commerce.checkout.queries import lines_of_cart
from commerce.checkout.quote import quote_cart
from commerce.checkout.rows import CartRow, Quote, QuoteLine
from commerce.checkout.service.attempt import begin_attempt
from commerce.checkout.service.holding import hold_best
from commerce.checkout.service.locking import locked_cart
from commerce.checkout.service.settle import place_if_paid
from commerce.checkout.service.unpaid import refuse_too_many_unpaid
from commerce.checkout.service.value import pay_with_value
from commerce.customers.addresses import postal
from commerce.fulfilment.queries import Sourced, places_without_limit
from commerce.fulfilment.rows import DeliveryOption
from commerce.fulfilment.service import keep_sources, open_fulfilments
from commerce.fulfilment.sourcing import Demand, Line
from commerce.inventory.errors import OutOfStockError, Shortfall
from commerce.inventory.rows import Stage, Units
from commerce.kernel.bearer import Shown
from commerce.kernel.durable import Durable
from commerce.kernel.errors import FieldProblem, NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.orders.queries import order_by_id, order_by_source
from commerce.orders.rows import Actor, EventKind, LineDraft, OrderDraft, OrderHandle
from commerce.orders.service import open_order, tell
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.pricing.promotions.results import Adjusted
from commerce.pricing.promotions.service import use_promotions

HOLD_FOR = timedelta(minutes=30)
"""How long unpaid goods wait: longer than a hosted payment page stays open."""

_NO_RATE = Decimal(0)

_CLOSE_CART = Statement(
    "UPDATE cart SET order_id = :order WHERE merchant_id = :merchant AND id = :cart"
)


@dataclass(frozen=True, slots=True)
class Placement:
    """What came of placing: the order, and the payment that has to be taken for it."""

    order: OrderHandle
    payment_id: UUID | None
    """None when nothing has to be paid, or when the order existed already."""
    repeated: bool
    """Whether the cart had become this order before: a second click, a lost answer."""


def place_order(
    session: Session,
    *,
    durable: Durable,
    merchant: MerchantCard,
    cart_token: Shown,
    agreed_total: Money,
    payment_plugin: str,
    at: datetime,
    placed_from: str = "",
    agreed_value: Money | None = None,
) -> Placement:
    """Turn a cart into an order that awaits payment, once however often it is asked.

    The cart's row is locked first, so of several clicks one places and the others find the order.
    The goods are held until `HOLD_FOR` has passed. An order that costs nothing is placed at once.
    `placed_from` marks the network that orders (`Origin.mark`), as long as the money is awaited;
    it is empty where a program orders for many people, whose networks nobody knows.

    Gift cards and credit beside the cart are spent at once, and only the rest has to be paid; where
    that is nothing, the order is placed. `agreed_value` is what a shopper was shown that they pay.

    Raises:
        TotalChangedError: the price is not what the shopper agreed to. Nothing is written.
        ValueChangedError, ValueShortError: gift cards pay another amount by now. Nothing may be kept.
        PromotionUsedUpError: others were quicker to use a promotion. Nothing may be kept.
        UnpaidByEmailError, UnpaidByPlaceError: too many orders of theirs await payment.
        RulesLeaveNoPlaceError: the merchant sends these goods there from none of its places.
        OutOfStockError, EmptyCartError, NotForSaleError, NoDeliveryError, MissingDetailsError:
            the cart cannot be ordered as it is.
        NotFoundError: the merchant has no such cart.
    """
    cart = locked_cart(session, merchant_id=merchant.id, token=cart_token)
    if cart.order_id is not None:
        return _placed_before(session, cart)
    connection = session.connection()
    lines = lines_of_cart(connection, cart_id=cart.id)
    quote = quote_cart(connection, merchant=merchant, cart=cart, lines=lines, at=at)
    _refuse_unready(quote, agreed_total)
    if quote.total:
        refuse_too_many_unpaid(
            session,
            merchant_id=merchant.id,
            customer_id=cart.customer_id,
            email=cart.email,
            placed_from=placed_from,
            units=sum(line.quantity for line in quote.lines if line.available is not None),
            at=at,
        )
    order = _write_down(session, merchant=merchant, quote=quote, placed_from=placed_from, at=at)
    _CLOSE_CART.run(session, {"merchant": merchant.id, "cart": cart.id, "order": order.id})
    if not quote.total:
        _confirm(session, durable, merchant_id=merchant.id, order_id=order.id)
        return Placement(order, None, repeated=False)
    due = quote.total
    if cart.stored_value:
        due = pay_with_value(
            session, merchant_id=merchant.id, order=order, cart=cart, agreed=agreed_value, at=at
        )
    if not due:
        place_if_paid(session, durable=durable, merchant_id=merchant.id, order_id=order.id)
        return Placement(order, None, repeated=False)
    if not payment_plugin:
        raise PaymentMethodUnavailableError
    payment_id = begin_attempt(
        session, merchant_id=merchant.id, order_id=order.id, plugin=payment_plugin, due=due
    )
    return Placement(order, payment_id, repeated=False)


def _write_down(
    session: Session, *, merchant: MerchantCard, quote: Quote, placed_from: str, at: datetime
) -> OrderHandle:
    """Hold the goods, write the order with its sources, and count the promotions that it uses."""
    order_id = new_id()
    sourced = _hold(session, merchant=merchant, order_id=order_id, quote=quote, at=at)
    taken = sourced.decision.units if sourced is not None else ()
    order = open_order(
        session,
        merchant_id=merchant.id,
        draft=_draft(quote, merchant, placed_from if quote.total else ""),
        placed=not quote.total,
        order_id=order_id,
    )
    keep_sources(
        session,
        merchant_id=merchant.id,
        order_id=order_id,
        units=taken,
        uncounted=_without_limit(session.connection(), quote, taken),
        sourced=sourced,
    )
    use_promotions(
        session,
        merchant_id=merchant.id,
        order_id=order_id,
        uses=quote.discounts.basket.uses,
        code_ids=quote.discounts.code_ids,
        email=quote.cart.email,
    )
    return order


def _confirm(session: Session, durable: Durable, *, merchant_id: UUID, order_id: UUID) -> None:
    """Do for an order that costs nothing what its payment would do for another."""
    order = order_by_id(session.connection(), order_id=order_id)
    if order is None:
        raise NotFoundError
    open_fulfilments(session, merchant_id=merchant_id, order=order)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.PLACED,
        actor=Actor.SHOPPER,
    )
    durable.enqueue(
        session,
        confirm_order,
        key=str(order_id),
        merchant_id=str(merchant_id),
        order_id=str(order_id),
    )


def _placed_before(session: Session, cart: CartRow) -> Placement:
    found = order_by_source(session.connection(), source_id=cart.id)
    if found is None:
        raise NotFoundError
    return Placement(OrderHandle(found.id, found.number, found.total), None, repeated=True)


def _refuse_unready(quote: Quote, agreed_total: Money) -> None:
    if quote.unsellable:
        raise NotForSaleError(tuple(variant.product_name for variant in quote.unsellable))
    if quote.sold_out:
        raise OutOfStockError(_shortfalls(quote))
    if not quote.lines:
        raise EmptyCartError
    if quote.chosen is None:
        raise NoDeliveryError
    problems = _missing(quote)
    if problems:
        raise MissingDetailsError(problems)
    if quote.total != agreed_total:
        raise TotalChangedError(agreed=agreed_total, now=quote.total)


def _shortfalls(quote: Quote) -> tuple[Shortfall, ...]:
    gone = [(each.variant.id, each.quantity, 0) for each in quote.sold_out]
    few = [
        (line.variant.id, line.quantity, line.available or 0) for line in quote.lines if line.short
    ]
    return tuple(Shortfall(variant, None, wanted, left) for variant, wanted, left in gone + few)


def _missing(quote: Quote) -> tuple[FieldProblem, ...]:
    problems = []
    if not quote.cart.email:
        problems.append(
            FieldProblem(
                pointer="/email",
                code="missing",
                template="Give an e-mail address, so that we can send the confirmation.",
            )
        )
    if (
        quote.chosen is not None
        and quote.chosen.kind == "parcel"
        and not postal(quote.cart.ship_to)
    ):
        problems.append(
            FieldProblem(
                pointer="/address", code="missing", template="Say where the parcel shall go."
            )
        )
    return tuple(problems)


def _hold(
    session: Session, *, merchant: MerchantCard, order_id: UUID, quote: Quote, at: datetime
) -> Sourced | None:
    return hold_best(
        session,
        merchant_id=merchant.id,
        order_id=order_id,
        demand=_demand(quote, merchant, at),
        stage=Stage.PAYMENT if quote.total else Stage.PLACED,
        expires_at=at + HOLD_FOR if quote.total else None,
        seen=quote.sources,
        version=merchant.network,
    )


def _demand(quote: Quote, merchant: MerchantCard, at: datetime) -> Demand:
    """Return what sourcing has to know of the goods that can run out."""
    cart, chosen = quote.cart, quote.chosen
    in_books = cart.currency == merchant.currency
    return Demand(
        lines=tuple(
            Line(
                line.variant.id,
                line.quantity,
                grams=line.variant.weight_grams,
                value_minor=line.unit_price.amount_minor if in_books else None,
            )
            for line in quote.lines
            if line.available is not None
        ),
        country=cart.country,
        region=cart.region,
        at=at,
        channel=cart.channel,
        option=chosen.key if chosen is not None else "",
        promised=chosen.latest if chosen is not None else None,
        only_at=chosen.location_id if chosen is not None else None,
    )


def _without_limit(
    connection: Connection, quote: Quote, taken: Sequence[Units]
) -> tuple[Units, ...]:
    """Return from where goods leave that are not held because they cannot run out."""
    return places_without_limit(
        connection,
        wanted={
            line.variant.id: line.quantity
            for line in quote.lines
            if line.available is None and line.variant.requires_shipping
        },
        serving=[units.location_id for units in taken],
        only_at=quote.chosen.location_id if quote.chosen is not None else None,
    )


def _draft(quote: Quote, merchant: MerchantCard, placed_from: str) -> OrderDraft:
    chosen, delivery = quote.chosen, quote.delivery
    return OrderDraft(
        source_id=quote.cart.id,
        channel=quote.cart.channel,
        currency=quote.cart.currency,
        prices_include_tax=merchant.prices_include_tax,
        locale=quote.cart.locale,
        lines=tuple(_line(line, quote.cart.locale) for line in quote.lines),
        delivery_minor=delivery.gross.amount_minor if delivery is not None else 0,
        delivery_tax_minor=delivery.tax.amount_minor if delivery is not None else 0,
        email=quote.cart.email,
        customer_id=quote.cart.customer_id,
        ship_to=quote.cart.ship_to,
        delivery=_delivery_facts(chosen, quote.discounts.basket.shipping)
        if chosen is not None
        else {},
        placed_from=placed_from,
        time_zone=merchant.time_zone,
    )


def _delivery_facts(option: DeliveryOption, price: Adjusted) -> dict[str, Any]:
    """Return the option as it was sold, in JSON values; what was promised stays promised."""
    facts: dict[str, Any] = {
        "key": option.key,
        "kind": option.kind.value,
        "name": option.name,
        "name_zh": option.name_zh,
        "earliest": option.earliest.isoformat(),
        "latest": option.latest.isoformat(),
    }
    if option.location_id is not None:
        facts["location_id"] = str(option.location_id)
    if option.ready_at is not None:
        facts["ready_at"] = option.ready_at.isoformat()
    if price.adjustments:
        facts["full_price_minor"] = price.before_minor
        facts["reasons"] = [each.facts() for each in price.adjustments]
    return facts


def _line(line: QuoteLine, locale: str) -> LineDraft:
    picture = line.variant.picture
    adjustments = line.adjusted.adjustments
    return LineDraft(
        variant_id=line.variant.id,
        sku=line.variant.sku,
        name=line.variant.product_name,
        variant_name=line.variant.title,
        image=picture.name if picture is not None else "",
        quantity=line.quantity,
        unit_price_minor=line.unit_price.amount_minor,
        net_minor=line.taxed.net.amount_minor,
        tax_minor=line.taxed.tax.amount_minor,
        tax_rate=sum((reason.rate for reason in line.taxed.reasons), start=_NO_RATE),
        discount_minor=line.adjusted.discount_minor,
        discount_reason=", ".join(each.name_in(locale) for each in adjustments),
        reasons=(
            *(reason.facts() for reason in line.taxed.reasons),
            *(each.facts() for each in adjustments),
        ),
    )
