"""The list of orders, narrowed by its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import ColumnElement, Connection

from commerce.checkout.owing import Owing, count_owing, gave_back, owes, was_wanted
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.orders.queries import OrderFilter, OrderSum, list_orders, sums_of_orders
from commerce.orders.rows import OrderState
from commerce.park.permissions import Permission
from commerce.registers.numbers import sales_with_receipt
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.calendar_days import midnight, typed_day
from storefront.backoffice.desk import draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.orders.rows import shown_orders
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import PASSED_THROUGH
from storefront.backoffice.words import in_language, order_state

REFUNDED = "refunded"
"""What the address says for orders of which money went back, beside the states."""

_MOST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of orders was narrowed to, by its address."""

    filter: OrderFilter
    owing: Owing | None
    refunded: bool
    """Whether only those of which money went back are asked for."""
    first: date | None
    last: date | None
    before: UUID | None
    repaid: ColumnElement[bool] | None = None
    """Narrows it further to orders of which money went back in some time."""

    @property
    def backwards(self) -> bool:
        """Whether its time ends before it begins."""
        return bool(self.first and self.last and self.last < self.first)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.filter != OrderFilter() or self.owing is not None or self.refunded

    @property
    def only(self) -> ColumnElement[bool] | None:
        """What rooms above the orders know of it."""
        if self.refunded:
            return gave_back()
        if self.owing:
            return owes(self.owing)
        looked_for = self.filter.words or self.filter.state is OrderState.CANCELLED
        return None if looked_for else was_wanted()

    @property
    def state(self) -> str:
        """The choice in the list of states."""
        return REFUNDED if self.refunded else str(self.filter.state or "")


def asked_in(connection: Connection) -> Asked:
    """Return what the address of the page asks for, with what the words name elsewhere."""
    asked = _asked()
    named = sales_with_receipt(connection, words=asked.filter.words)
    return replace(asked, filter=replace(asked.filter, named=named))


@needs(Permission.VIEW_ORDERS)
def orders() -> Response:
    """List orders, newest first."""
    with services().database.reading(current_scope()) as connection:
        asked = asked_in(connection)
        places = locations(connection)
        waiting = count_owing(connection)
        found = list_orders(
            connection,
            narrowed=asked.filter,
            only=asked.only,
            before=asked.before,
            most=_MOST + 1,
        )
        rows = shown_orders(connection, found[:_MOST], places)
        sums: tuple[OrderSum, ...] = ()
        if asked.first or asked.last:
            sums = sums_of_orders(connection, narrowed=asked.filter, only=asked.only)
    more = len(found) > _MOST
    return draw(
        "orders/list.html",
        title=_("Orders"),
        room="orders",
        rows=rows,
        asked=asked,
        saved=_saved(asked, waiting),
        sums=sums,
        channels=_channels(),
        states=_states(),
        file_url=link("orders_file", **_kept()),
        stores=_stores(places),
        next_url=link("orders", **_kept(), before=found[_MOST - 1].id) if more else "",
        first_url=link("orders", **_kept()) if asked.before else "",
    )


def _asked() -> Asked:
    given = request.args
    refunded = given.get("state") == REFUNDED
    state = OrderState(given["state"]) if given.get("state") in set(OrderState) else None
    first, last = typed_day(given.get("from", "")), typed_day(given.get("to", ""))
    owing = Owing(given["owing"]) if given.get("owing") in set(Owing) else None
    if state is OrderState.PLACED and owing is None:
        owing = Owing.GOODS
    return Asked(
        OrderFilter(
            channel=Channel(given["channel"]) if given.get("channel") in set(Channel) else None,
            state=state,
            location_id=typed_id(given.get("store")),
            words=given.get("q", "").strip()[:100],
            since=midnight(first) if first else None,
            until=midnight(last + timedelta(days=1)) if last else None,
        ),
        owing,
        refunded,
        first,
        last,
        typed_id(given.get("before")),
    )


def _kept() -> dict[str, str]:
    return {
        name: request.args[name]
        for name in ("channel", "state", "owing", "store", "q", "from", "to")
        if request.args.get(name)
    }


def _saved(asked: Asked, waiting: Mapping[Owing, int]) -> list[dict[str, Any]]:
    """Return the lists that merchants look at every day; what is rare has one only while it waits."""
    narrowed = (asked.filter.state, asked.owing, asked.filter.channel)
    kept = {k: value for k, value in _kept().items() if k in {"q", "store", "from", "to"}}
    rare = [
        (label, OrderState.PLACED, owing, None)
        for label, owing in ((_("To deliver"), Owing.SERVICE), (_("To close"), Owing.NOTHING))
        if waiting.get(owing) or asked.owing is owing
    ]
    lists: list[tuple[str, OrderState | None, Owing | None, Channel | None]] = [
        (_("All"), None, None, None),
        (_("To send"), OrderState.PLACED, Owing.GOODS, None),
        *rare,
        (order_state(OrderState.AWAITING_PAYMENT).word, OrderState.AWAITING_PAYMENT, None, None),
        (_("Tills"), None, None, Channel.TILL),
        (_("Web"), None, None, Channel.WEB),
    ]
    return [
        {
            "label": label,
            "url": link(
                "orders",
                **kept,
                **{
                    name: str(value)
                    for name, value in (("state", state), ("owing", owing), ("channel", channel))
                    if value and value is not Owing.GOODS
                },
            ),
            "current": narrowed == (state, owing, channel) and not asked.refunded,
        }
        for label, state, owing, channel in lists
    ]


def _channels() -> list[tuple[str, str]]:
    return [
        ("", _("Every counter")),
        (Channel.WEB.value, _("Web")),
        (Channel.TILL.value, _("Till")),
        (Channel.API.value, _("API")),
    ]


def _states() -> list[tuple[str, str]]:
    states = [(each.value, order_state(each).word) for each in OrderState]
    return [("", _("Every state")), *states, (REFUNDED, _("Money given back"))]


def _stores(places: tuple[LocationRow, ...]) -> list[tuple[str, str]]:
    named = [
        (str(place.id), in_language(place.name, place.name_zh))
        for place in places
        if place.kind not in PASSED_THROUGH
    ]
    return [("", _("Every store")), *named]
