"""Browse: categories, products, filters, one product."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from commerce.catalogue.errors import InvalidCursorError, ProductNotFoundError
from commerce.catalogue.queries import (
    category_tree,
    facets,
    list_products,
    product_by_handle,
    variants_of_products,
)
from commerce.catalogue.records import Card, Category, FacetTable
from commerce.inventory.queries import available_online
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.park.permissions import ApiScope
from commerce.pricing.queries import prices_for
from commerce.pricing.rows import Price
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.api.answers import linked, page, shelf_answer
from storefront.api.errors import CurrencyNotSoldError
from storefront.api.interface import Interface, shelf, shopper_tag
from storefront.api.shapes.catalogue import (
    CardsShape,
    CategoriesShape,
    FiltersShape,
    HandlePlace,
    Listed,
    ProductAsked,
    ProductsAsked,
    ProductShape,
)
from storefront.api.shop.currencies import sold_currency
from storefront.api.shop.product import product_content
from storefront.api.writing import amount, amount_or_none, picture, url

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what shoppers browse."""
    interface.view_to("GET", "/shop/categories", tag=_TAG, answers=shelf(CategoriesShape))(
        list_categories
    )
    interface.view_to(
        "GET",
        "/shop/products",
        tag=_TAG,
        answers=shelf(CardsShape),
        refuses=[InvalidCursorError, CurrencyNotSoldError],
    )(list_shop_products)
    interface.view_to("GET", "/shop/filters", tag=_TAG, answers=shelf(FiltersShape))(list_filters)
    interface.view_to(
        "GET",
        "/shop/products/<handle>",
        tag=_TAG,
        answers=shelf(ProductShape),
        refuses=[ProductNotFoundError, CurrencyNotSoldError],
    )(read_shop_product)


@api_key(ApiScope.SHOP)
def list_categories() -> Response:
    """List the category tree, from its top branches down."""
    with services().database.reading(current_scope()) as connection:
        tree = category_tree(connection, locale=language())
    return shelf_answer({"items": [_category(branch) for branch in tree]})


@api_key(ApiScope.SHOP)
def list_shop_products(query: ProductsAsked) -> Response:
    """List products on sale, by category, words and filters."""
    with services().database.reading(current_scope()) as connection:
        currency = sold_currency(connection, query.currency)
        found = list_products(
            connection,
            locale=language(),
            category=query.category,
            query=query.words,
            facets=chosen(query),
            sort=query.sort,
            cursor=query.after,
            limit=query.limit,
        )
        items = _cards(connection, found.cards, currency) if found.cards else []
    return linked(shelf_answer(page(items, found.next_cursor)), found.next_cursor)


@api_key(ApiScope.SHOP)
def list_filters(query: Listed) -> Response:
    """List the filters of a list of products, with counts."""
    with services().database.reading(current_scope()) as connection:
        table = facets(
            connection,
            locale=language(),
            category=query.category,
            query=query.words,
            chosen=chosen(query),
        )
    return shelf_answer(_filters(table))


@api_key(ApiScope.SHOP)
def read_shop_product(path: HandlePlace, query: ProductAsked) -> Response:
    """Read one product with its variants, prices and pictures."""
    with services().database.reading(current_scope()) as connection:
        currency = sold_currency(connection, query.currency)
        product = product_by_handle(connection, handle=path.handle, locale=language())
        if product is None:
            raise ProductNotFoundError
        ids = [variant.id for variant in product.variants]
        prices = _prices(connection, ids, currency)
        available = available_online(connection, variant_ids=ids)
    return shelf_answer(product_content(current_merchant().id, product, prices, available))


def chosen(query: Listed) -> Mapping[str, Sequence[str]]:
    """Return the filters by group."""
    groups: dict[str, list[str]] = {}
    for each in query.filter:
        group, _, value = each.partition("=")
        groups.setdefault(group, []).append(value)
    return groups


def _prices(connection: Connection, ids: Sequence[UUID], currency: str) -> Mapping[UUID, Price]:
    return prices_for(
        connection, variant_ids=ids, currency=currency, channel=Channel.API, at=utc_now()
    )


def _cards(connection: Connection, cards: Sequence[Card], currency: str) -> list[dict[str, Any]]:
    """Price the cards and count what there is: four statements, whatever their number."""
    variants = variants_of_products(connection, product_ids=[card.id for card in cards])
    every = [variant for of_one in variants.values() for variant in of_one]
    prices = _prices(connection, every, currency)
    available = available_online(connection, variant_ids=every)
    merchant_id = current_merchant().id
    return [_card(merchant_id, card, variants[card.id], prices, available) for card in cards]


def _card(
    merchant_id: UUID,
    card: Card,
    variants: Sequence[UUID],
    prices: Mapping[UUID, Price],
    available: Mapping[UUID, int],
) -> dict[str, Any]:
    asked = [prices[variant] for variant in variants if variant in prices]
    lowest = min(asked, key=lambda price: price.amount.amount_minor, default=None)
    stocked = [available[variant] for variant in variants if variant in available]
    return {
        "id": str(card.id),
        "handle": card.handle,
        "url": url("shop", "products", card.handle),
        "name": card.name,
        "subtitle": card.subtitle,
        "kind": card.kind,
        "vendor": card.vendor,
        "picture": picture(merchant_id, card.picture) if card.picture else None,
        "variant_count": card.variant_count,
        "price": amount(lowest.amount) if lowest else None,
        "price_from": len({price.amount.amount_minor for price in asked}) > 1,
        "compare_at": amount_or_none(lowest.compare_at) if lowest else None,
        "includes_tax": lowest.includes_tax if lowest else None,
        "available": sum(stocked) if stocked else None,
    }


def _category(branch: Category) -> dict[str, Any]:
    return {
        "path": branch.path,
        "name": branch.name,
        "about": branch.about,
        "product_count": branch.product_count,
        "children": [_category(child) for child in branch.children],
    }


def _filters(table: FacetTable) -> dict[str, Any]:
    return {
        "total": table.total,
        "filters": [
            {
                "group": facet.group,
                "label": facet.label,
                "values": [
                    {
                        "value": value.key,
                        "label": value.label,
                        "count": value.count,
                        "chosen": value.chosen,
                    }
                    for value in facet.values
                ],
            }
            for facet in table.facets
        ],
    }
