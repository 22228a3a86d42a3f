"""Orders: the list with its filters, one order with everything about it, and what can be done to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from commerce.checkout.service import (
    cancel_order,
    complete_order,
    find_goods_again,
    refund_order,
    ship_order,
)
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow, Units
from commerce.kernel.channel import Channel
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.orders.queries import OrderFilter, list_orders
from commerce.orders.rows import OrderState
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    optional_text,
    sent,
    sentence,
    some_text,
    typed_form,
    typed_id,
)
from storefront.backoffice.once import FIELD, is_first, named_wish
from storefront.backoffice.order_file import OrderFile, read_order
from storefront.backoffice.order_rows import shown_orders
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language, order_state

_MOST = 40


class RefundForm(DeskForm):
    """How much goes back, and why."""

    wish = HiddenField()
    amount = AmountField(lazy_gettext("Amount to give back"), validators=some_text(20))
    reason = StringField(lazy_gettext("Reason"), some_text(200))


class CancelForm(DeskForm):
    """Why an order is called off, with its number typed as a confirmation."""

    wish = HiddenField()
    reason = StringField(lazy_gettext("Reason"), some_text(200))
    number = StringField(lazy_gettext("Order number"), some_text(40))


class ShipForm(DeskForm):
    """From where the goods leave, and the carrier's number if there is one."""

    wish = HiddenField()
    location = HiddenField()
    tracking = StringField(lazy_gettext("Tracking number"), optional_text(80))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of orders was narrowed to, by its address."""

    filter: OrderFilter
    before: UUID | None

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.filter != OrderFilter()


@needs(Permission.VIEW_ORDERS)
def orders() -> Response:
    """List orders, newest first."""
    asked = _asked()
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        found = list_orders(connection, narrowed=asked.filter, before=asked.before, most=_MOST + 1)
        rows = shown_orders(connection, found[:_MOST], places)
    more = len(found) > _MOST
    return draw(
        "orders/list.html",
        title=_("Orders"),
        room="orders",
        rows=rows,
        asked=asked,
        saved=_saved(asked),
        channels=_channels(),
        stores=_stores(places),
        next_url=link("orders", **_kept(), before=found[_MOST - 1].id) if more else "",
        first_url=link("orders", **_kept()) if asked.before else "",
    )


@needs(Permission.VIEW_ORDERS)
def order(order_id: UUID) -> Response:
    """Show one order with everything about it."""
    return _page(order_id)


@needs(Permission.REFUND_ORDERS)
def refund(order_id: UUID) -> Response:
    """Give money back, and take goods back where the form says so."""
    form = sent(RefundForm)
    file = _read(order_id)
    form.amount.currency = file.order.currency
    if not form.validate():
        return _page(order_id, refund=form)
    returned, misread = _returned(file)
    amount = Money(form.amount.minor() or 0, file.order.currency)

    def work(session: Session) -> bool:
        return is_first(session) and refund_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order_id,
            request_id=typed_id(form.wish.data) or UUID(int=0),
            amount=amount,
            reason=form.reason.data,
            returned=returned,
            actor_id=actor(),
        )

    if misread:
        form.refusals.append({"field": "", "message": _("Give whole numbers of units.")})
        return _page(order_id, refund=form)
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(order_id, refund=form)
    announce(_("%(amount)s is on its way back to the customer.", amount=money(amount)))
    return moved("order", order_id=order_id)


@needs(Permission.EDIT_ORDERS)
def cancel(order_id: UUID) -> Response:
    """Call an order off: goods free, money back."""
    form = sent(CancelForm)
    number = _read(order_id).order.number
    if form.validate() and form.number.data.strip().upper() != number:
        form.number.errors = [_("Type %(number)s to confirm.", number=number)]
    if form.faults:
        return _page(order_id, cancel=form)

    def work(session: Session) -> Money | None:
        if not is_first(session):
            return None
        return cancel_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order_id,
            reason=form.reason.data,
            actor_id=actor(),
        )

    try:
        owed = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(order_id, cancel=form)
    announce(
        _("Cancelled. %(amount)s goes back to the customer.", amount=money(owed))
        if owed
        else _("Cancelled. The goods are free again.")
    )
    return moved("order", order_id=order_id)


@needs(Permission.FULFIL_ORDERS)
def ship(order_id: UUID) -> Response:
    """Let what is held at one place leave it."""
    form = sent(ShipForm)
    location = typed_id(form.location.data)
    if not form.validate() or location is None:
        return _page(order_id, ship=form)

    def work(session: Session) -> None:
        if is_first(session):
            ship_order(
                session,
                merchant_id=current_merchant().id,
                order_id=order_id,
                location_id=location,
                tracking=(form.tracking.data or "").strip(),
                actor_id=actor(),
            )

    return _done(order_id, work, _("The goods have left."))


@needs(Permission.FULFIL_ORDERS)
def complete(order_id: UUID) -> Response:
    """Close an order of which nothing is left to send."""

    def work(session: Session) -> None:
        if is_first(session):
            complete_order(
                session, merchant_id=current_merchant().id, order_id=order_id, actor_id=actor()
            )

    return _done(order_id, work, _("The order is completed."))


@needs(Permission.EDIT_ORDERS)
def find_again(order_id: UUID) -> Response:
    """Hold the goods of an order anew, from wherever they can come."""

    def work(session: Session) -> None:
        if is_first(session):
            find_goods_again(
                session, merchant_id=current_merchant().id, order_id=order_id, actor_id=actor()
            )

    return _done(order_id, work, _("The goods are held again."))


def _done(order_id: UUID, work: Any, said: str) -> Response:
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        _read(order_id)
        announce(sentence(error), "bad")
    else:
        announce(said)
    return moved("order", order_id=order_id)


def _read(order_id: UUID) -> OrderFile:
    with services().database.reading(current_scope()) as connection:
        return read_order(connection, order_id=order_id)


def _page(order_id: UUID, **forms: DeskForm) -> Response:
    file = _read(order_id)
    faults = [fault for form in forms.values() for fault in form.faults]
    blank = RefundForm(amount=typed_form(file.refundable.amount_minor or None, file.order.currency))
    return draw(
        "orders/detail.html",
        title=_("Order %(number)s", number=file.order.number),
        room="orders",
        trail=(Crumb(_("Orders"), link("orders")),),
        status=422 if forms else 200,
        file=file,
        refund=forms.get("refund") or blank,
        cancel=forms.get("cancel") or CancelForm(),
        ship=forms.get("ship") or ShipForm(),
        opened=next(iter(forms), ""),
        faults=faults,
        wish=named_wish(),
        wish_field=FIELD,
    )


def _returned(file: OrderFile) -> tuple[tuple[Units, ...], bool]:
    """Return what comes back where, and whether a quantity could not be read."""
    place = typed_id(request.form.get("returned_to"))
    back: list[Units] = []
    for goods in file.goods:
        typed = request.form.get(f"back-{goods.variant_id}", "").strip()
        if typed and not (typed.isascii() and typed.isdigit()):
            return (), True
        if place and typed and int(typed):
            back.append(Units(goods.variant_id, place, int(typed)))
    return tuple(back), False


def _asked() -> Asked:
    given = request.args
    return Asked(
        OrderFilter(
            channel=Channel(given["channel"]) if given.get("channel") in set(Channel) else None,
            state=OrderState(given["state"]) if given.get("state") in set(OrderState) else None,
            location_id=typed_id(given.get("store")),
            words=given.get("q", "").strip()[:100],
        ),
        typed_id(given.get("before")),
    )


def _kept() -> dict[str, str]:
    return {
        name: request.args[name]
        for name in ("channel", "state", "store", "q")
        if request.args.get(name)
    }


def _saved(asked: Asked) -> list[dict[str, Any]]:
    """Return the lists that merchants look at every day."""
    state, channel = asked.filter.state, asked.filter.channel
    plain = not asked.filter.words and asked.filter.location_id is None
    lists: list[tuple[str, OrderState | None, Channel | None]] = [
        (_("All"), None, None),
        (_("To send"), OrderState.PLACED, None),
        (order_state(OrderState.AWAITING_PAYMENT).word, OrderState.AWAITING_PAYMENT, None),
        (_("Tills"), None, Channel.TILL),
        (_("Web"), None, Channel.WEB),
    ]
    return [
        {
            "label": label,
            "url": link(
                "orders",
                **{
                    name: str(value)
                    for name, value in (("state", wanted), ("channel", counter))
                    if value
                },
            ),
            "current": plain and (state, channel) == (wanted, counter),
        }
        for label, wanted, counter in lists
    ]


def _channels() -> list[tuple[str, str]]:
    return [
        ("", _("Every counter")),
        (Channel.WEB.value, _("Web")),
        (Channel.TILL.value, _("Till")),
        (Channel.API.value, _("API")),
    ]


def _stores(places: tuple[LocationRow, ...]) -> list[tuple[str, str]]:
    named = [(str(place.id), in_language(place.name, place.name_zh)) for place in places]
    return [("", _("Every store")), *named]
