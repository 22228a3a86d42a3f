"""The past of the shop: carts that became orders, were paid, and left the warehouse."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from commerce.checkout.queries import cart_by_id, lines_of_cart
from commerce.checkout.quote import quote_cart
from commerce.checkout.rows import CartRow
from commerce.checkout.service.cart import choose_delivery, open_cart, put_line, set_contact
from commerce.checkout.service.place import place_order
from commerce.checkout.service.settle import settle_payment
from commerce.customers.service.accounts import set_password
from commerce.customers.service.people import remember_customer
from commerce.demo.content import PastOrder
from commerce.demo.content.past_orders import SHANGHAI
from commerce.demo.content.records import Shopper
from commerce.demo.seeding.address_book import fill_address_book, home_of
from commerce.demo.seeding.agenda import Agenda
from commerce.demo.seeding.cast import Cast
from commerce.demo.seeding.past_payment import paid_in_full
from commerce.fulfilment.queries import sources_of
from commerce.fulfilment.service import fulfilment_left, kind_of
from commerce.inventory.rows import Units
from commerce.inventory.service import ship_held
from commerce.kernel.bearer import Shown
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import mark_completed, tell
from commerce.park.password_rules import FreshPassword
from commerce.payments.queries import payments_of

CARD = "sandbox-card"
_PAYING = timedelta(seconds=50)
_DISPATCH_HOUR = 16
_SUNDAY = 6
_PACKING_SECONDS = 2400
_SERVICE_DAYS = timedelta(days=6)
_STILL_TO_DO = 2
"""The newest orders of a merchant, which nobody has packed yet, whatever the hour of the fill."""


@dataclass(slots=True)
class WebPast:
    """Orders in one merchant's shop what the recipe says."""

    cast: Cast
    agenda: Agenda
    dispatcher: str
    """E-mail address of whoever packs."""

    def plan(self, orders: list[PastOrder]) -> None:
        """Put the orders on the agenda; paying and packing follow by themselves."""
        newest = sorted(order.placed_at for order in orders)[-_STILL_TO_DO:]
        for order in orders:
            leaves = order.placed_at not in newest
            self.agenda.plan(order.placed_at, partial(self._order, order, leaves=leaves))

    def _order(self, order: PastOrder, *, leaves: bool) -> None:
        if order.shopper is None:
            raise LookupError("a web order names its shopper")
        session, merchant = self.cast.session, self.cast.merchant
        cart_id = self._fill_cart(order, order.shopper)
        connection = session.connection()
        cart = _known(cart_by_id(connection, cart_id=cart_id))
        quote = quote_cart(
            connection,
            merchant=merchant,
            cart=cart,
            lines=lines_of_cart(connection, cart_id=cart_id),
            at=order.placed_at,
        )
        placed = place_order(
            session,
            durable=self.cast.durable,
            merchant=merchant,
            cart_token=Shown.as_if(cart.id),
            agreed_total=quote.total,
            payment_plugin=CARD,
            at=order.placed_at,
        )
        paying = partial(self._pay, placed.order.id, leaves=leaves)
        self.agenda.plan(order.placed_at + _PAYING, paying)

    def _fill_cart(self, order: PastOrder, shopper: Shopper) -> UUID:
        session, merchant_id = self.cast.session, self.cast.merchant.id
        customer = remember_customer(
            session,
            merchant_id=merchant_id,
            email=shopper.email,
            name=shopper.name,
            phone=shopper.phone,
            country=shopper.address.country,
            locale=shopper.language,
        )
        cart = open_cart(
            session,
            merchant_id=merchant_id,
            channel=Channel.WEB,
            currency=order.currency,
            locale=shopper.language,
            country=shopper.address.country,
            customer_id=customer.id,
        )
        for line in order.lines:
            put_line(
                session,
                merchant_id=merchant_id,
                cart_id=cart.id,
                variant_id=self.cast.variants[line.sku],
                quantity=line.quantity,
                seen_price_minor=None,
                add=False,
            )
        set_contact(
            session,
            merchant_id=merchant_id,
            cart_id=cart.id,
            email=shopper.email,
            ship_to=home_of(shopper).as_json(),
        )
        choose_delivery(session, merchant_id=merchant_id, cart_id=cart.id, option=order.delivery)
        return cart.id

    def _pay(self, order_id: UUID, *, leaves: bool) -> None:
        session, merchant_id = self.cast.session, self.cast.merchant.id
        for payment in payments_of(session.connection(), order_id=order_id):
            settle_payment(
                session,
                durable=self.cast.durable,
                merchant_id=merchant_id,
                payment_id=payment.id,
                finding=paid_in_full(payment),
            )
            if leaves:
                at = self._leaves_at(order_id, payment.created_at + _PAYING)
                self.agenda.plan(at, partial(self._hand_out, order_id))

    def _leaves_at(self, order_id: UUID, paid_at: datetime) -> datetime:
        """Return when it leaves: goods with the next working afternoon's van, services later."""
        if not sources_of(self.cast.session.connection(), order_id=order_id):
            return paid_at + _SERVICE_DAYS
        van = paid_at.astimezone(SHANGHAI).replace(hour=_DISPATCH_HOUR, minute=10, second=0)
        while van <= paid_at or van.weekday() == _SUNDAY:
            van += timedelta(days=1)
        # Parcels are booked one after another, each at a moment of its own.
        return van + timedelta(seconds=order_id.int % _PACKING_SECONDS)

    def _hand_out(self, order_id: UUID) -> None:
        session, merchant_id = self.cast.session, self.cast.merchant.id
        packer = self.cast.staff[self.dispatcher]
        sources = sources_of(session.connection(), order_id=order_id)
        order = order_by_id(session.connection(), order_id=order_id)
        if order is None:
            raise LookupError("the order that leaves is gone")
        for location_id in dict.fromkeys(source.location_id for source in sources) or (None,):
            fulfilment_left(
                session,
                merchant_id=merchant_id,
                order_id=order_id,
                location_id=location_id,
                kind=kind_of(order),
                left=self._shipped(order_id, location_id) if location_id else (),
                actor_id=packer,
            )
        mark_completed(session, merchant_id=merchant_id, order_id=order_id)
        tell(
            session,
            merchant_id=merchant_id,
            order_id=order_id,
            kind=EventKind.SHIPPED if sources else EventKind.COMPLETED,
            actor=Actor.STAFF,
            actor_id=packer,
        )

    def _shipped(self, order_id: UUID, location_id: UUID) -> tuple[Units, ...]:
        return ship_held(
            self.cast.session,
            merchant_id=self.cast.merchant.id,
            owner_id=order_id,
            location_id=location_id,
            actor_id=self.cast.staff[self.dispatcher],
        )


def open_shopper_account(cast: Cast, *, shopper: Shopper | None, password: FreshPassword) -> None:
    """Give one shopper an account: somebody with an order history and an address book."""
    if shopper is None:
        return
    known = remember_customer(
        cast.session,
        merchant_id=cast.merchant.id,
        email=shopper.email,
        name=shopper.name,
        locale=shopper.language,
    )
    set_password(
        cast.session,
        merchant_id=cast.merchant.id,
        customer_id=known.id,
        password=password,
        now=utc_now(),
    )
    fill_address_book(
        cast.session, merchant_id=cast.merchant.id, customer_id=known.id, shopper=shopper
    )


def _known(cart: CartRow | None) -> CartRow:
    if cart is None:
        raise LookupError("the cart that was just filled is gone")
    return cart
