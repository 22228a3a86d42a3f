"""The goods of the till: the catalogue in chunks, search as a fallback, stock everywhere."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, json, jsonify, make_response, request
from sqlalchemy import Connection
from werkzeug.exceptions import BadRequest

from commerce.catalogue.queries import (
    find_variant_by_code,
    list_products,
    till_catalogue,
    variants_by_ids,
    variants_of_products,
)
from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import levels_of
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.pricing.queries import prices_for, tax_table
from commerce.pricing.taxation import Supply
from commerce.web.identity import register
from commerce.web.services import services
from pos.device import Till, current_till

_CHUNK = 1000
_MOST_FOUND = 12
_MOST_ASKED = 100
_LONGEST_QUERY = 100


def install(blueprint: Blueprint) -> None:
    """Add these views."""
    blueprint.add_url_rule("/api/catalogue", "api_catalogue", catalogue)
    blueprint.add_url_rule("/api/search", "api_search", search)
    blueprint.add_url_rule("/api/stock", "api_stock", stock)


@register
def catalogue() -> Response:
    """Return the next thousand variants after `after`, in both languages, with their prices.

    The ETag is of the chunk's very bytes, so a chunk that did not change costs no transfer.
    """
    till, after = current_till(), request.args.get("after", type=UUID)
    with services().database.reading(till.scope) as connection:
        found = till_catalogue(connection, locale="en", after=after, limit=_CHUNK)
        items = _items(connection, till, found)
    last = str(found[-1].id) if len(found) == _CHUNK else None
    response = make_response(json.dumps({"items": items, "next": last}))
    response.content_type = "application/json"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@register
def search() -> Response:
    """Find goods by code or words on the server, for what the page's own catalogue lacks."""
    till, words = current_till(), request.args.get("q", "").strip()[:_LONGEST_QUERY]
    with services().database.reading(till.scope) as connection:
        found = _found(connection, words) if words else []
        return jsonify(items=_items(connection, till, found))


@register
def stock() -> Response:
    """Return what every place has of the variants asked for (`?variant=` up to a hundred times)."""
    try:
        asked = [UUID(each) for each in request.args.getlist("variant")[:_MOST_ASKED]]
    except ValueError as fault:
        raise BadRequest from fault
    with services().database.reading(current_till().scope) as connection:
        levels = levels_of(connection, variant_ids=asked)
    found: dict[str, dict[str, int]] = {str(each): {} for each in asked}
    for level in levels:
        found[str(level.variant_id)][str(level.location_id)] = level.on_hand - level.held
    return jsonify(stock=found)


def _found(connection: Connection, words: str) -> Sequence[SoldVariant]:
    exact = find_variant_by_code(connection, code=words, locale="en")
    if exact is not None:
        return [exact]
    cards = list_products(connection, locale="en", query=words, limit=_MOST_FOUND).cards
    of = variants_of_products(connection, product_ids=[card.id for card in cards])
    ids = [variant for card in cards for variant in of[card.id]]
    known = variants_by_ids(connection, variant_ids=ids, locale="en")
    return [known[each] for each in ids if each in known]


def _items(connection: Connection, till: Till, sold: Sequence[SoldVariant]) -> list[dict[str, Any]]:
    """Return what the page keeps of each variant; what has no price here is left out."""
    ids, now, currency = [each.id for each in sold], utc_now(), till.merchant.currency
    chinese = variants_by_ids(connection, variant_ids=ids, locale="zh")
    prices = prices_for(
        connection, variant_ids=ids, currency=currency, channel=Channel.TILL, at=now
    )
    rates = _rates(connection, till, {each.tax_class for each in sold})
    return [
        {
            "id": str(each.id),
            "product": str(each.product_id),
            "sku": each.sku,
            "gtin": each.gtin or "",
            "name": {"en": each.product_name, "zh": chinese[each.id].product_name},
            "title": {"en": each.title, "zh": chinese[each.id].title},
            "price_minor": prices[each.id].amount.amount_minor,
            "includes_tax": prices[each.id].includes_tax,
            "rate": rates[each.tax_class],
            "tracked": each.stock_tracked,
            "service": each.kind == "service",
        }
        for each in sold
        if each.id in prices and not each.retired and each.product_status != "archived"
    ]


def _rates(connection: Connection, till: Till, classes: set[str]) -> dict[str, str]:
    """Return the tax of each class at this store today, as an exact fraction of one."""
    table, _rounding = tax_table(
        connection,
        tax_classes=classes,
        country=till.store.country,
        region=None,
        origin=till.merchant.country,
        currency=till.merchant.currency,
        on=utc_now().astimezone(ZoneInfo(till.merchant.time_zone)).date(),
        supply=Supply.OVER_COUNTER,
    )
    return {
        each: f"{sum((rate.rate for rate in table.rates_of(each)), start=Decimal(0)):f}"
        for each in classes
    }
