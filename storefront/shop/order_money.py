"""The money of an order as its page tells it: attempts to pay, refunds, and what is still due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from commerce.checkout.service.place import HOLD_FOR
from commerce.fulfilment.rows import DeliveryKind
from commerce.kernel.money import Money, total
from commerce.orders.rows import EventKind, EventRow, OrderRow, OrderState
from commerce.payments.rows import PaymentRow, PaymentState, RefundRow, Tender
from commerce.web.formats import gap, hour, money
from commerce.web.refusals import why_refused
from storefront.shop.methods import Method
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """An attempt to pay, or money on its way back."""

    name: str
    amount: Money
    state: str
    kind: str
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the payment of an unpaid order stands, and whether another attempt can begin."""

    title: str
    text: str
    kind: str
    can_pay: bool


def payment_standing(
    visit: Visit,
    order: OrderRow,
    *,
    payments: Sequence[PaymentRow],
    events: Sequence[EventRow],
) -> Standing | None:
    """Return what to say while an order awaits payment; None when it does not."""
    if order.state is not OrderState.AWAITING_PAYMENT:
        return None
    begun = max((payment.created_at for payment in payments), default=order.created_at)
    held = _held_words(visit, order, begun, events)
    attempts = [each for each in payments if not each.tender.stored]
    last = attempts[-1] if attempts else None
    nothing = _nothing_more(payments)
    if last is None or (last.state is PaymentState.CANCELLED and not _why(last)):
        text = gap().join((nothing, held))
        return Standing(_("This order is not paid yet"), text, "wait", can_pay=True)
    if last.state in {PaymentState.FAILED, PaymentState.CANCELLED}:
        text = gap().join(filter(None, (_why(last), nothing, held)))
        return Standing(_("The payment did not go through"), text, "bad", can_pay=True)
    if last.state in {PaymentState.STARTED, PaymentState.ACTION_REQUIRED}:
        if why := _why(last):
            text = gap().join((why, nothing, held))
            return Standing(_("The payment did not go through"), text, "bad", can_pay=True)
        return Standing(_("This order is not paid yet"), held, "wait", can_pay=True)
    text = _("We have asked the bank and wait for its answer. You can leave this page.")
    return Standing(_("Your payment is on its way"), text, "wait", can_pay=False)


def _nothing_more(payments: Sequence[PaymentRow]) -> str:
    """Say that nothing was charged, or what gift cards and credit have paid until now."""
    kept = [each for each in payments if each.tender.stored and each.refundable]
    if not kept:
        return str(_("Nothing was charged."))
    paid = total((each.refundable for each in kept), currency=kept[0].currency)
    return str(
        _(
            "Your gift cards and credit have paid %(amount)s; they have it back if the rest is not paid within a day.",
            amount=money(paid),
        )
    )


def _why(payment: PaymentRow) -> str:
    """Return why an attempt came to nothing; one that has the money was refused at most before."""
    if payment.state in {PaymentState.CAPTURED, PaymentState.AUTHORISED}:
        return ""
    return why_refused(plugin=payment.plugin, refusal=payment.refusal, detail=payment.detail)


def _held_words(visit: Visit, order: OrderRow, begun: datetime, events: Sequence[EventRow]) -> str:
    """Say how long the goods wait: each attempt, the latest of them `begun`, holds them anew.

    A service lies on no shelf, and nothing of it is held.
    """
    if order.delivery.get("kind") == DeliveryKind.SERVICE:
        return str(_("Everything you chose is still here; it is yours once you pay."))
    until = begun + HOLD_FOR
    lapsed = any(event.kind is EventKind.HOLD_EXPIRED and event.at > begun for event in events)
    if lapsed or until <= visit.at + timedelta(seconds=30):
        return str(_("Everything you chose is still here; we hold the goods again when you pay."))
    return str(_("We keep the goods for you until %(hour)s.", hour=hour(until)))


def shown_payments(
    payments: Sequence[PaymentRow], methods: Sequence[Method], value_names: Mapping[UUID, str]
) -> list[ShownPayment]:
    """Return the attempts to pay, with why one came to nothing."""
    names = {method.plugin: method.name for method in methods}
    states = {
        PaymentState.CAPTURED: (_("paid"), "good"),
        PaymentState.AUTHORISED: (_("authorised"), "good"),
        PaymentState.FAILED: (_("failed"), "bad"),
        PaymentState.CANCELLED: (_("not completed"), ""),
    }
    waiting, refused = (_("waiting"), "wait"), (_("failed"), "bad")
    shown = []
    for each in payments:
        why = _why(each)
        state, kind = states.get(each.state, refused if why else waiting)
        shown.append(
            ShownPayment(
                name=_tender_name(each, value_names) or names.get(each.plugin, _("Card")),
                amount=each.amount,
                state=state,
                kind=kind,
                at=each.settled_at or each.created_at,
                detail=why,
            )
        )
    return shown


def _tender_name(payment: PaymentRow, value_names: Mapping[UUID, str]) -> str | None:
    if payment.tender is Tender.CASH:
        return str(_("Cash"))
    return value_names.get(payment.id)


def shown_refunds(
    refunds: Sequence[RefundRow], value_names: Mapping[UUID, str]
) -> list[ShownPayment]:
    """Return what goes back, and how far it has come."""
    states = {"done": (_("refunded"), "good"), "failed": (_("we look into it"), "bad")}
    return [
        ShownPayment(
            name=value_names.get(each.id) or _("Refund"),
            amount=Money(each.amount_minor, each.currency),
            state=states.get(each.state, (_("on its way back"), "wait"))[0],
            kind=states.get(each.state, ("", "wait"))[1],
            at=each.settled_at or each.created_at,
            detail="",
        )
        for each in refunds
    ]


def totals(found: OrderRow) -> list[tuple[str, Money]]:
    """Return the rows above the total."""
    currency = found.currency
    kind = found.delivery.get("kind")
    rows = [
        (_("Services") if kind == "service" else _("Goods"), Money(found.goods_minor, currency))
    ]
    if found.delivery and (kind != "service" or found.delivery_minor):
        label = _("Pickup in the store") if kind == "pickup" else _("Delivery")
        rows.append((label, Money(found.delivery_minor, currency)))
    return rows
