"""Cards of products with today's price and where they lie, for shelves of any kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_of_products
from commerce.catalogue.records import Card
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import LevelRow
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.pricing.queries import prices_for
from commerce.pricing.rows import Price
from storefront.shop.pictures import ShownPicture, shown_picture
from storefront.shop.visit import Visit

_FEW = 5


@dataclass(frozen=True, slots=True)
class ShelfCard:
    """A card as it lies on the shelf; without a price it is not sold in the chosen currency."""

    name: str
    url: str
    price: Money | None
    was: Money | None
    starting: bool
    image: ShownPicture | None
    line: str
    service: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cards in order, and a trace of the stock of `variants` they were drawn from."""

    cards: tuple[ShelfCard, ...]
    trace: int
    variants: tuple[UUID, ...] = ()


def lay_out(connection: Connection, visit: Visit, cards: Sequence[Card]) -> Shelf:
    """Price `cards` and say where they can be touched: three statements, whatever their number."""
    if not cards:
        return Shelf((), 0)
    variants = variants_of_products(connection, product_ids=[card.id for card in cards])
    every = [variant for of_one in variants.values() for variant in of_one]
    return arrange(
        visit,
        cards,
        variants,
        prices_for(
            connection,
            variant_ids=every,
            currency=visit.destination.currency,
            channel=Channel.WEB,
            at=visit.at,
        ),
        levels_of(connection, variant_ids=every),
    )


def arrange(
    visit: Visit,
    cards: Sequence[Card],
    variants: Mapping[UUID, Sequence[UUID]],
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
) -> Shelf:
    """Lay out `cards` with what is known already; `variants` are by product."""
    stock: dict[UUID, list[LevelRow]] = {}
    for level in levels:
        stock.setdefault(level.variant_id, []).append(level)
    return Shelf(
        cards=tuple(
            _card(visit, card, variants[card.id], prices, _levels(variants[card.id], stock))
            for card in cards
        ),
        trace=hash(tuple(levels)),
        variants=tuple(variant for of_one in variants.values() for variant in of_one),
    )


def _levels(
    variants: Iterable[UUID], stock: Mapping[UUID, Sequence[LevelRow]]
) -> tuple[LevelRow, ...]:
    return tuple(level for variant in variants for level in stock.get(variant, ()))


def _card(
    visit: Visit,
    card: Card,
    variants: Sequence[UUID],
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
) -> ShelfCard:
    asked = [prices[variant] for variant in variants if variant in prices]
    lowest = min(asked, key=lambda price: price.amount.amount_minor, default=None)
    return ShelfCard(
        name=card.name,
        url=visit.path("p", card.handle),
        price=lowest.amount if lowest else None,
        was=lowest.compare_at if lowest else None,
        starting=len({price.amount for price in asked}) > 1,
        image=shown_picture(visit.merchant.id, card.picture) if card.picture else None,
        line=_line(visit, card, levels) if lowest else _("Not sold in this currency"),
        service=card.kind == "service",
    )


def _line(visit: Visit, card: Card, levels: Sequence[LevelRow]) -> str:
    """Say the one thing about stock that matters most on a shelf."""
    if card.kind == "service":
        return card.subtitle
    left = sum(level.available for level in levels if level.location_id in visit.facts.local_places)
    if not all(level.counted for level in levels):
        return _to_touch(visit, levels) or card.subtitle
    if levels and left == 0:
        return str(_("Sold out for now"))
    if levels and left <= _FEW:
        return str(ngettext("%(num)d left", "%(num)d left", left))
    return _to_touch(visit, levels) or card.subtitle


def _to_touch(visit: Visit, levels: Sequence[LevelRow]) -> str:
    there = {level.location_id for level in levels if level.on_hand > 0}
    names = [store.name for store in visit.facts.stores if store.id in there]
    if not names or len(names) == len(visit.facts.stores):
        # What lies in every store, as most goods do, says nothing about these.
        return ""
    if len(names) > 1:
        return str(_("To touch in %(number)s stores", number=len(names)))
    return str(_("To touch: %(store)s", store=names[0]))
