"""The parcel in which a part of an order leaves, as its carrier is told of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import customs_facts
from commerce.customers.addresses import Address, with_places_named
from commerce.fulfilment.errors import NoParcelError
from commerce.fulfilment.queries.parts import fulfilment_by_id
from commerce.fulfilment.rows import DeliveryKind, FulfilmentRow
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.plugins.parcels import ContentPiece, Parcel, ParcelAddress, ParcelSize

LIGHTEST_GRAMS = 1
HEAVIEST_GRAMS = 1_000_000


def parcel_of(
    connection: Connection,
    *,
    fulfilment_id: UUID,
    shop_name: str,
    weight_grams: int | None = None,
    size: ParcelSize | None = None,
) -> Parcel:
    """Return the parcel of a part of an order; without a weight it is that of its goods.

    Raises:
        NoParcelError: there is no such part, it leaves otherwise, or its address was forgotten.
    """
    part = fulfilment_by_id(connection, fulfilment_id=fulfilment_id)
    order = order_by_id(connection, order_id=part.order_id) if part is not None else None
    if part is None or order is None or part.kind is not DeliveryKind.PARCEL:
        raise NoParcelError
    places = {place.id: place for place in locations(connection)}
    place = places.get(part.location_id) if part.location_id else None
    recipient = _recipient(order)
    if place is None or recipient is None:
        raise NoParcelError
    contents = _contents(connection, part, order, destination=recipient.country)
    return Parcel(
        sender=_sender(place, shop_name, abroad=recipient.country != place.country),
        recipient=recipient,
        weight_grams=_within(weight_grams or goods_grams(contents)),
        contents=contents,
        currency=order.currency,
        order_number=order.number,
        size=size,
    )


def goods_grams(contents: Iterable[ContentPiece]) -> int:
    """Return what the goods of a parcel weigh by the catalogue, without their packing."""
    return sum(piece.weight_grams * piece.quantity for piece in contents)


def _within(grams: int) -> int:
    return min(max(grams, LIGHTEST_GRAMS), HEAVIEST_GRAMS)


def _sender(place: LocationRow, shop_name: str, *, abroad: bool) -> ParcelAddress:
    """Return the place as a postman reads it: a Chinese one in Chinese, unless the parcel goes abroad."""
    chinese = place.country == "CN" and not abroad
    street = (place.address_zh if chinese else place.address) or place.address or place.address_zh
    return ParcelAddress(
        name=shop_name,
        organisation=place.name_zh if chinese else place.name,
        lines=(street or place.name,),
        country=place.country,
        phone=place.phone,
    )


def _recipient(order: OrderRow) -> ParcelAddress | None:
    kept = order.ship_to or {}
    if not kept.get("country") or not (kept.get("lines") or kept.get("street")):
        return None
    typed = _typed(kept)
    address = with_places_named(typed, latin=typed.country != "CN")
    return ParcelAddress(
        name=address.name,
        organisation=address.organisation,
        lines=address.lines,
        district=address.district,
        city=address.city,
        region="" if address.region == address.city else address.region,
        postcode=address.postcode,
        country=address.country,
        phone=address.phone,
        email=order.email,
    )


def _typed(kept: Mapping[str, Any]) -> Address:
    """Return the address of an order; what came by the interface may have a street for its lines."""
    if "lines" in kept:
        return Address.from_json(kept)
    known = {name: str(kept.get(name) or "") for name in ("name", "city", "region", "postcode")}
    return Address(country=str(kept["country"]), lines=(str(kept["street"]),), **known)


def _contents(
    connection: Connection, part: FulfilmentRow, order: OrderRow, *, destination: str
) -> tuple[ContentPiece, ...]:
    packed = [line for line in part.lines if line.quantity > 0]
    ids = [line.variant_id for line in packed]
    facts = customs_facts(connection, variant_ids=ids, destination=destination)
    sold = {line.variant_id: line for line in lines_of(connection, order_ids=[order.id])}
    pieces = []
    for line in packed:
        known = facts.get(line.variant_id)
        pieces.append(
            ContentPiece(
                description=known.name("en") if known else "",
                quantity=line.quantity,
                value_minor=_unit_value(sold.get(line.variant_id)),
                weight_grams=known.weight_grams if known else 0,
                hs_code=(known.code or "") if known else "",
                origin_country=(known.origin_country or "") if known else "",
                sku=known.sku if known else "",
            )
        )
    return tuple(pieces)


def _unit_value(line: OrderLineRow | None) -> int:
    """Return what one unit was sold for, after discounts, rounded down."""
    return 0 if line is None else line.total_minor // line.quantity
