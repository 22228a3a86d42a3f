"""The list of orders, narrowed by its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, request

from commerce.checkout.owing import Owing, count_owing, owes
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.orders.queries import OrderFilter, list_orders
from commerce.orders.rows import OrderState
from commerce.park.permissions import Permission
from commerce.registers.numbers import sales_with_receipt
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.orders.rows import shown_orders
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language, order_state

_MOST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of orders was narrowed to, by its address."""

    filter: OrderFilter
    owing: Owing | None
    before: UUID | None

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.filter != OrderFilter() or self.owing is not None


@needs(Permission.VIEW_ORDERS)
def orders() -> Response:
    """List orders, newest first."""
    asked = _asked()
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        waiting = count_owing(connection)
        found = list_orders(
            connection,
            narrowed=replace(
                asked.filter, named=sales_with_receipt(connection, words=asked.filter.words)
            ),
            only=owes(asked.owing) if asked.owing else None,
            before=asked.before,
            most=_MOST + 1,
        )
        rows = shown_orders(connection, found[:_MOST], places)
    more = len(found) > _MOST
    return draw(
        "orders/list.html",
        title=_("Orders"),
        room="orders",
        rows=rows,
        asked=asked,
        saved=_saved(asked, waiting),
        channels=_channels(),
        stores=_stores(places),
        next_url=link("orders", **_kept(), before=found[_MOST - 1].id) if more else "",
        first_url=link("orders", **_kept()) if asked.before else "",
    )


def _asked() -> Asked:
    given = request.args
    state = OrderState(given["state"]) if given.get("state") in set(OrderState) else None
    owing = Owing(given["owing"]) if given.get("owing") in set(Owing) else None
    if state is OrderState.PLACED and owing is None:
        owing = Owing.GOODS
    return Asked(
        OrderFilter(
            channel=Channel(given["channel"]) if given.get("channel") in set(Channel) else None,
            state=state,
            location_id=typed_id(given.get("store")),
            words=given.get("q", "").strip()[:100],
        ),
        owing,
        typed_id(given.get("before")),
    )


def _kept() -> dict[str, str]:
    return {
        name: request.args[name]
        for name in ("channel", "state", "owing", "store", "q")
        if request.args.get(name)
    }


def _saved(asked: Asked, waiting: Mapping[Owing, int]) -> list[dict[str, Any]]:
    """Return the lists that merchants look at every day; what is rare has one only while it waits."""
    narrowed = (asked.filter.state, asked.owing, asked.filter.channel)
    kept = {name: value for name, value in _kept().items() if name in {"q", "store"}}
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
            "current": narrowed == (state, owing, channel),
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


def _stores(places: tuple[LocationRow, ...]) -> list[tuple[str, str]]:
    named = [(str(place.id), in_language(place.name, place.name_zh)) for place in places]
    return [("", _("Every store")), *named]
