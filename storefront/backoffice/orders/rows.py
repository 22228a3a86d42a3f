"""Orders as lists show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.owing import standings
from commerce.customers.addresses import town_called
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.web.languages import language
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import (
    Label,
    channel_name,
    country_name,
    in_language,
    order_state,
    town,
)


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """One row of a list of orders."""

    order: OrderRow
    counter: str
    channel: str
    """The counter without its place, where there is little room."""
    destination: str
    goods: str
    state: Label
    total: Money
    back: Money
    """What the customer has back of it."""


def shown_orders(
    connection: Connection, orders: Sequence[OrderRow], places: Iterable[LocationRow]
) -> tuple[ShownOrder, ...]:
    """Return `orders` with the words that a list shows; three statements for all of them."""
    names = place_names(places)
    lines: dict[UUID, list[OrderLineRow]] = {}
    for line in lines_of(connection, order_ids=[order.id for order in orders]):
        lines.setdefault(line.order_id, []).append(line)
    standing = standings(connection, order_ids=[order.id for order in orders])
    first = [here[0].variant_id for here in lines.values()]
    goods = variants_by_ids(
        connection, variant_ids=[each for each in first if each], locale=language()
    )
    return tuple(
        ShownOrder(
            order=order,
            counter=counter_of(order, names),
            channel=channel_name(order.channel),
            destination=destination_of(order, names),
            goods=_goods(order, lines.get(order.id, ()), goods),
            state=order_state(order.state, str(order.delivery.get("kind", "")), standing[order.id]),
            total=order.total,
            back=Money(standing[order.id].back_minor, order.currency),
        )
        for order in orders
    )


def place_names(places: Iterable[LocationRow]) -> dict[UUID, str]:
    """Return what each place is called in the page's language."""
    return {place.id: in_language(place.name, place.name_zh) for place in places}


def counter_of(order: OrderRow, names: dict[UUID, str]) -> str:
    """Return where an order was taken, such as `Till, Nanjing Road`."""
    counter = channel_name(order.channel)
    place = names.get(order.location_id) if order.location_id else None
    return _("%(counter)s, %(place)s", counter=counter, place=place) if place else counter


def destination_of(order: OrderRow, names: dict[UUID, str]) -> str:
    """Return where the goods go, in a word or two."""
    if order.channel is Channel.TILL:
        return _("Over the counter")
    kind = order.delivery.get("kind")
    if kind == "pickup":
        place = names.get(UUID(str(order.delivery.get("location_id"))), "")
        return _("Pickup, %(place)s", place=place)
    if kind == "service":
        return _("A service")
    address = order.ship_to or {}
    city = town(
        town_called(
            str(address.get("country", "")),
            str(address.get("region", "")),
            str(address.get("city", "")),
            language=language(),
        )
    )
    country = country_name(str(address.get("country", "")))
    return _("%(city)s, %(country)s", city=city, country=country) if city else country


def as_read_here(
    order: OrderRow, line: OrderLineRow, variants: Mapping[UUID, SoldVariant]
) -> OrderLineRow:
    """Return a line with its goods called as the page's language calls them today.

    Bought in that language, it keeps the words it was bought under.
    """
    variant = variants.get(line.variant_id) if line.variant_id else None
    if variant is None or order.locale == language():
        return line
    return replace(line, name=variant.product_name, variant_name=variant.title)


def _goods(
    order: OrderRow, lines: Sequence[OrderLineRow], variants: Mapping[UUID, SoldVariant]
) -> str:
    if not lines:
        return ""
    first = as_read_here(order, lines[0], variants)
    named = f"{first.quantity} × {first.name}" if first.quantity > 1 else first.name
    if len(lines) == 1:
        return named
    return _("%(first)s and %(more)s more", first=named, more=len(lines) - 1)
