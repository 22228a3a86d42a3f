"""How products stand in the shop: sheet, base prices and stock, a few hundred at a time."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import product_sheets
from commerce.imports.state import ProductState, Terms
from commerce.inventory.queries import levels_of
from commerce.pricing.queries import listed_prices, price_lists


def states_of(
    connection: Connection, *, product_ids: Sequence[UUID], location_id: UUID | None
) -> dict[UUID, ProductState]:
    """Return the products with these ids, with base prices and on hand at `location_id`."""
    if not product_ids:
        return {}
    sheets = product_sheets(connection, product_ids=product_ids)
    variant_ids = [variant.id for sheet in sheets for variant in sheet.variants]
    base = {each.id for each in price_lists(connection) if each.is_base}
    prices = {
        each.variant_id: each
        for each in listed_prices(connection, variant_ids=variant_ids)
        if each.price_list_id in base
    }
    on_hand = {
        level.variant_id: level.on_hand
        for level in levels_of(connection, variant_ids=variant_ids)
        if level.location_id == location_id
    }

    def terms(variant_id: UUID) -> Terms:
        price = prices.get(variant_id)
        return Terms(
            price.amount if price else None,
            price.compare_at if price else None,
            on_hand.get(variant_id),
        )

    return {
        sheet.id: ProductState(sheet, {each.id: terms(each.id) for each in sheet.variants})
        for sheet in sheets
    }
