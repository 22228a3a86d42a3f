"""The list of orders, narrowed by its address."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.orders.queries import OrderFilter, list_orders
from commerce.orders.rows import OrderState
from commerce.park.permissions import Permission
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
    kept = {name: value for name, value in _kept().items() if name in {"q", "store"}}
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
                **kept,
                **{
                    name: str(value)
                    for name, value in (("state", wanted), ("channel", counter))
                    if value
                },
            ),
            "current": (state, channel) == (wanted, counter),
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
