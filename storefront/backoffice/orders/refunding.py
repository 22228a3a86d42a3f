"""Give money back, take goods back, and send less than was ordered."""

from collections import Counter
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.checkout.service import GivenUp, refund_order, withdraw_cash_refund
from commerce.checkout.service.give_back import spread
from commerce.inventory.rows import Units
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.payments.rows import Tender
from commerce.payments.stored_value.service import open_credit
from commerce.web.formats import money
from commerce.web.idempotency import MissingKeyError
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sent, sentence, typed_form, typed_id
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.file import OrderFile
from storefront.backoffice.orders.paying_out import chosen_drawer, is_later, to_hand_over
from storefront.backoffice.orders.showing import RefundForm, order_page, read
from storefront.backoffice.speech import gettext as _

_MOST_DIGITS = 9


@needs(Permission.REFUND_ORDERS)
def refund(order_id: UUID) -> Response:
    """Give money back, and take goods back or out of the order where the form says so."""
    form = sent(RefundForm)
    file = read(order_id)
    wish = typed_id(form.wish.data)
    if wish is None:
        raise MissingKeyError
    form.amount.currency = file.order.currency
    # Who only asks for the sum has not come to the reason yet.
    if not _is_recount() and not form.validate():
        return order_page(order_id, refund=form)
    returned, misread = _returned(file)
    given_up, also_misread = _given_up(file)
    goods = _chosen(file)
    amount = Money(0 if _is_recount() else form.amount.minor() or 0, file.order.currency)

    def work(session: Session) -> bool:
        return is_first(session) and refund_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order_id,
            request_id=wish,
            amount=amount,
            reason=form.reason.data,
            returned=returned,
            given_up=given_up,
            goods=goods,
            actor_id=actor(),
            drawer=chosen_drawer(form.drawer.data, str(form.reason.data)),
            onto=_credit_of(session, file) if form.credit.data else None,
        )

    if misread or also_misread:
        form.refusals.append({"field": "", "message": _("Give whole numbers of units.")})
    if returned and str(returned[0].location_id) not in dict(file.shelves):
        form.refusals.append({"field": "", "message": _("Choose from the list.")})
    if form.credit.data and file.order.customer_id is None:
        form.refusals.append({"field": "", "message": _("Nobody left a name.")})
    if form.refusals or _follows_goods(form, file, goods, amount):
        return order_page(order_id, refund=form)
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return order_page(order_id, refund=form)
    if form.credit.data:
        announce(_("%(amount)s is store credit of the customer now.", amount=money(amount)))
    else:
        _announce(file, amount, form.drawer.data)
    return moved("order", order_id=order_id)


def _credit_of(session: Session, file: OrderFile) -> UUID | None:
    """Return the store credit of the order's customer; None where nobody is known."""
    if file.order.customer_id is None:
        return None
    return open_credit(
        session,
        merchant_id=current_merchant().id,
        customer_id=file.order.customer_id,
        currency=file.order.currency,
    )


def _is_recount() -> bool:
    return request.form.get("do") == "recount"


def _chosen(file: OrderFile) -> Counter[UUID]:
    """Return the units whose money goes back, whether they come back on a shelf or not."""
    chosen = Counter[UUID]()
    for variant, units in (*_typed(file, "back")[0], *_typed(file, "less")[0]):
        chosen[variant] += units
    return chosen


def _follows_goods(form: RefundForm, file: OrderFile, chosen: Counter[UUID], amount: Money) -> bool:
    """Return whether the form has to be looked at again, because the amount is not that of the goods.

    Where nobody has touched the amount it follows the goods; more than they are worth is asked after.
    """
    worth = file.worth_of(chosen) if chosen else file.refundable
    if _is_recount() or (chosen and amount > worth and form.amount.data == form.proposed.data):
        form.amount.data = typed_form(worth.amount_minor, worth.currency)
        form.recounted = True
    elif chosen and amount > worth and not form.more.data:
        form.doubted = True
        form.amount.errors = [
            _("The goods that you chose are worth %(amount)s.", amount=money(worth))
        ]
    return form.recounted or form.doubted


def _announce(file: OrderFile, amount: Money, drawer: str | None) -> None:
    """Say where the money goes, and what somebody has to hand over now."""
    parts = list(spread(amount, file.payments))
    kept = sum(part.amount_minor for each, part in parts if each.tender.stored)
    if kept:
        back = Money(kept, amount.currency)
        announce(_("%(amount)s is back on the gift card or credit.", amount=money(back)))
    card = sum(
        part.amount_minor
        for each, part in parts
        if each.tender is not Tender.CASH and not each.tender.stored
    )
    if is_later(drawer) and card < amount.amount_minor:
        announce(
            _(
                "Of %(amount)s, the part that was paid in cash is paid out by a till of the store as soon as the customer comes.",
                amount=money(amount),
            )
        )
        return
    if card:
        away = Money(card, amount.currency)
        announce(_("%(amount)s is on its way back to the customer.", amount=money(away)))
    if said := to_hand_over(file, drawer):
        announce(said)


@needs(Permission.REFUND_ORDERS)
def withdraw_refund(order_id: UUID, refund_id: UUID) -> Response:
    """Take back that a till is to pay a refund; the money can go back another way."""
    read(order_id)

    def work(session: Session) -> None:
        if is_first(session):
            withdraw_cash_refund(
                session,
                merchant_id=current_merchant().id,
                refund_id=refund_id,
                actor_id=actor(),
            )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(_("Called off. No till pays it any more."))
    return moved("order", order_id=order_id)


def _returned(file: OrderFile) -> tuple[tuple[Units, ...], bool]:
    """Return what comes back where, and whether a quantity could not be read."""
    place = typed_id(request.form.get("returned_to"))
    back, misread = _typed(file, "back")
    if place is None:
        return (), misread
    return tuple(Units(variant, place, units) for variant, units in back), misread


def _given_up(file: OrderFile) -> tuple[tuple[GivenUp, ...], bool]:
    """Return what is no longer to be sent, and whether a quantity could not be read."""
    less, misread = _typed(file, "less")
    return tuple(GivenUp(variant, units) for variant, units in less), misread


def _typed(file: OrderFile, name: str) -> tuple[list[tuple[UUID, int]], bool]:
    """Return the units that were typed beside each of the goods, and whether one is no number."""
    found = []
    for goods in file.goods:
        typed = request.form.get(f"{name}-{goods.variant_id}", "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
            return [], True
        if typed and int(typed):
            found.append((goods.variant_id, int(typed)))
    return found, False
