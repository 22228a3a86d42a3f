"""What is said about goods that were handed over: on a slip, in a letter, to the clerk of another till."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import force_locale, gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import FulfilmentRow
from commerce.kernel.errors import NotFoundError
from commerce.mail.process import post
from commerce.mail.service import queue_mail
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderLineRow, OrderRow
from commerce.web.formats import moment
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.work_bodies import HandOverBody
from pos.authority import Authority
from pos.device import Till
from pos.people import called
from pos.wording import LineWords, ReceiptWords, receipt_heading

TEMPLATE = "pickup-collected"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """When goods left the counter, and by whose hand."""

    at: datetime
    clerk: str


def _(words: str, **values: Any) -> str:
    return str(gettext(words, **values))


def handed_over(connection: Connection, till: Till, fulfilment_id: UUID) -> ReceiptWords:
    """Return the slip of goods that this store handed over.

    Raises:
        NotFoundError: this store has handed over no such part.
    """
    part = fulfilment_by_id(connection, fulfilment_id=fulfilment_id)
    if part is None or part.location_id != till.store.id:
        raise NotFoundError
    handed = first_hand_over(connection, till, part)
    order = order_by_id(connection, order_id=part.order_id)
    if handed is None or order is None:
        raise NotFoundError
    sold = lines_of(connection, order_ids=[order.id])
    return slip_words(till, order, part, sold, handed)


def first_hand_over(
    connection: Connection | Session, till: Till, part: FulfilmentRow
) -> HandedOver | None:
    """Return who handed a part over, and when; None as long as nobody has."""
    on = connection.connection() if isinstance(connection, Session) else connection
    for event in timeline_of(on, order_id=part.order_id, everything=True):
        mine = event.facts.get("fulfilment") == str(part.id)
        if event.kind is EventKind.HANDED_OVER and mine:
            (clerk,) = called(connection, till, event.actor_id)
            return HandedOver(event.at, clerk)
    return None


def twice_words(number: str, first: HandedOver | None) -> str:
    """Return what a clerk reads who handed over what another had handed over before."""
    if first is None:
        return unbooked_words(number)
    return _(
        "Order %(number)s had been handed over before, on %(moment)s by %(name)s. "
        "It is booked once, and the order tells of both. Tell the manager which goods left here.",
        number=number,
        moment=moment(first.at),
        name=first.clerk or _("a colleague"),
    )


def unbooked_words(number: str) -> str:
    """Return what a clerk reads who handed over what did not lie ready any more."""
    return _(
        "Order %(number)s was changed or called off while this till had no network. The goods left, "
        "but the books say otherwise. Tell the manager: the order has to be put right at the desk.",
        number=number,
    )


def slip_words(
    till: Till,
    order: OrderRow,
    part: FulfilmentRow,
    sold: Iterable[OrderLineRow],
    handed: HandedOver,
) -> ReceiptWords:
    """Return what stands on the paper that goes with goods that were collected."""
    lines = tuple(_lines(part, sold))
    return ReceiptWords(
        heading=receipt_heading(till.merchant, till.store),
        marks=(_("Handed over"),),
        about=(
            (_("Order number"), order.number),
            (_("Handed over"), moment(handed.at)),
            (_("Till"), till.register.name_in(language())),
            *(((_("Served by"), handed.clerk),) if handed.clerk else ()),
        ),
        lines=lines,
        sums=(),
        total=(_("Pieces"), str(part.units)),
        tenders=(),
        taxes=(),
        farewell=(_("Paid with the order. Keep this slip for exchanges."),),
        code=order.number,
    )


def letter_of(
    session: Session, authority: Authority, part: FulfilmentRow, body: HandOverBody
) -> None:
    """Let the buyer know that the goods were collected, in the order's language: once for each part.

    Somebody else may have come with the code; whoever bought the goods hears of it.
    """
    till = authority.till
    order = order_by_id(session.connection(), order_id=part.order_id)
    if order is None or not order.email:
        return
    taken = {line.variant: line.quantity for line in body.lines}
    sold = lines_of(session.connection(), order_ids=[order.id])
    goods = [
        (line.name, line.variant_name, taken.pop(line.variant_id))
        for line in sold
        if line.variant_id in taken
    ]
    with force_locale(order.locale if order.locale in {"en", "zh"} else "en"):
        mail = queue_mail(
            session,
            merchant_id=till.merchant.id,
            template=TEMPLATE,
            about=part.id,
            to=order.email,
            locale=order.locale,
            subject=_("Order %(number)s was collected", number=order.number),
            text=render_template(
                "till/collected.txt",
                number=order.number,
                place=_place(till, order.locale),
                goods=goods,
                stays=bool(body.stays),
                shop=till.merchant.name_in(order.locale),
            ),
            sender_name=till.merchant.name_in(order.locale),
            reply_to=till.merchant.reply_to,
            order_id=order.id,
        )
    if mail.is_new:
        post(session, durable=services().durable, merchant_id=till.merchant.id, mail=mail)


def _place(till: Till, locale: str) -> str:
    names = (till.store.name_zh, till.store.name)
    return next(filter(None, names if locale == "zh" else reversed(names)), "")


def _lines(part: FulfilmentRow, sold: Iterable[OrderLineRow]) -> Iterable[LineWords]:
    """Return what left with a part, called as it was sold; what has no line goes by no name."""
    known: dict[UUID | None, OrderLineRow] = {line.variant_id: line for line in sold}
    for each in part.lines:
        line = known.get(each.variant_id)
        if line is not None and each.quantity:
            about = (line.variant_name,) if line.variant_name else ()
            yield LineWords(line.name, f"× {each.quantity}", about, ())
