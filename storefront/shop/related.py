"""Other goods to look at beside a product: of its department, or of the one around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import list_products, variants_of_products
from commerce.catalogue.records import Card, ProductPage
from commerce.pricing.rows import Price
from storefront.shop.memory import memory
from storefront.shop.visit import Visit

_RELATED = 4


@dataclass(frozen=True, slots=True)
class Related:
    """Other goods of the same department, and their variants."""

    cards: tuple[Card, ...]
    variants: Mapping[UUID, Sequence[UUID]]


def related_to(connection: Connection, visit: Visit, page: ProductPage) -> Related:
    """Return a few others of the same department, or of the one around it."""
    home = page.trail[-1].path if page.trail else None
    found = dict(_first_of(connection, visit, home, _RELATED + 1))
    found.pop(page.id, None)
    if home and "/" in home and len(found) < _RELATED:
        found |= _first_of(connection, visit, home.split("/", 1)[0], 2 * _RELATED + 1)
        found.pop(page.id, None)
    return Related(
        tuple(card for card, _variants in found.values()),
        {card.id: variants for card, variants in found.values()},
    )


def sold_of(
    related: Related, prices: Mapping[UUID, Price]
) -> tuple[tuple[Card, ...], Mapping[UUID, Sequence[UUID]]]:
    """Return the first few that have a price in the chosen currency, with their variants."""
    sold = [card for card in related.cards if any(v in prices for v in related.variants[card.id])]
    few = tuple(sold[:_RELATED])
    return few, {card.id: related.variants[card.id] for card in few}


def _first_of(
    connection: Connection, visit: Visit, category: str | None, count: int
) -> Mapping[UUID, tuple[Card, Sequence[UUID]]]:
    """Return the first cards of a department, each with its variants, by product."""

    def find() -> Mapping[UUID, tuple[Card, Sequence[UUID]]]:
        cards = list_products(
            connection, locale=visit.language, category=category, limit=count
        ).cards
        variants = variants_of_products(connection, product_ids=[card.id for card in cards])
        return {card.id: (card, variants[card.id]) for card in cards}

    merchant = visit.merchant
    key = ("shelf", merchant.id, merchant.content_version, visit.language, category, count)
    return memory.recall(key, find)
