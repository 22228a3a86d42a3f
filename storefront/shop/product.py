"""A product's page: pictures, variants, price, the three quiet lines, and the whole story."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.catalogue.queries import (
    handle_after,
    list_products,
    product_by_handle,
    variants_of_products,
)
from commerce.catalogue.records import Card, ProductPage, ShownVariant, Words
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import LevelRow
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.pricing.queries import lowest_of_30_days, prices_for
from commerce.pricing.rows import Price
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.cards import arrange
from storefront.shop.destination import country_name
from storefront.shop.frame import Link, head, moved_for_good, public_root, share_page, shown
from storefront.shop.kept import keep_page, kept_page
from storefront.shop.memory import memory
from storefront.shop.pictures import ShownPicture, shown_picture
from storefront.shop.promises import Promises, promises_for
from storefront.shop.returns import returns_told
from storefront.shop.stock import StockView, stock_view
from storefront.shop.structured import breadcrumbs
from storefront.shop.structured_product import product_facts
from storefront.shop.visit import Visit, begin_visit, scope_of

_RELATED = 4
_DESCRIPTION = 155
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ValueButton:
    """One choice of an option as a button: a link to the page with that choice."""

    label: str
    url: str
    chosen: bool
    sold_out: bool
    swatch: str | None


@dataclass(frozen=True, slots=True)
class OptionButtons:
    """An option with its choices."""

    name: str
    chosen: str
    values: tuple[ValueButton, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Other goods of the same department, and their variants."""

    cards: tuple[Card, ...]
    variants: Mapping[UUID, Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the page shows of a product."""

    product: ProductPage
    variant: ShownVariant
    price: Price | None
    prior: Money | None
    """The lowest price of the 30 days before a reduction that the page announces, taxed as the price is."""
    options: tuple[OptionButtons, ...]
    pictures: tuple[ShownPicture, ...]
    stock: StockView
    promises: Promises
    facts: tuple[tuple[str, str], ...]
    other: tuple[str, Words, tuple[tuple[str, str], ...]] | None
    """The same facts in the other language: its code, its words, its rows."""


@public
def product(merchant: str, handle: str) -> Response:
    """Show a product, with the variant whose SKU the address names."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        kept = kept_page(connection, visit)
        if kept is not None:
            return kept
        page = product_by_handle(connection, handle=handle, locale=visit.language)
        if page is None:
            return _moved(connection, visit, handle)
        if not page.variants:
            raise NotFoundError
        related = _related(connection, visit, page)
        prices, levels = _today(connection, visit, page, related)
        view = _view(connection, visit, page, prices, levels)
    cards, beside = _sold(related, prices)
    every = {variant.id for variant in page.variants}
    every.update(variant for of_one in beside.values() for variant in of_one)
    # The page is kept for as long as the levels of what it shows stay as they are.
    told = tuple(level for level in levels if level.variant_id in every)
    shelf = arrange(visit, cards, beside, prices, told)
    share_page(visit, view.variant.id, shelf.trace, view.promises.trace)
    steps = _trail(visit, page)
    response = shown(
        "shop/product.html",
        visit,
        head(
            visit,
            title=page.words.seo_title or page.words.name,
            description=page.words.seo_description or page.words.subtitle or _first_words(page),
            path=f"/p/{page.handle}",
        ),
        current=page.trail[0].path if page.trail else "",
        view=view,
        shelf=shelf,
        trail=steps,
        structured=[
            product_facts(
                page,
                prices,
                levels,
                pictures=view.pictures,
                brand=page.vendor or visit.name,
                url=f"{public_root()}{visit.path('p', page.handle)}",
                returns=returns_told(visit, page.kind),
            ),
            breadcrumbs(steps),
        ],
    )
    return keep_page(visit, response, variants=tuple(every), trace=shelf.trace)


def _moved(connection: Connection, visit: Visit, handle: str) -> Response:
    """Lead to the product that once had this address.

    Raises:
        NotFoundError: none had.
    """
    new = handle_after(connection, handle=handle)
    if new is None:
        raise NotFoundError
    return moved_for_good(visit.path("p", new))


def _related(connection: Connection, visit: Visit, page: ProductPage) -> Related:
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


def _sold(
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


def _today(
    connection: Connection, visit: Visit, page: ProductPage, related: Related
) -> tuple[Mapping[UUID, Price], tuple[LevelRow, ...]]:
    """Read what all goods on the page cost and where they lie: two statements."""
    every = [variant.id for variant in page.variants]
    every += [variant for of_one in related.variants.values() for variant in of_one]
    prices = prices_for(
        connection,
        variant_ids=every,
        currency=visit.destination.currency,
        channel=Channel.WEB,
        at=visit.at,
    )
    return prices, levels_of(connection, variant_ids=every)


def _view(
    connection: Connection,
    visit: Visit,
    page: ProductPage,
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
) -> ProductView:
    variant = _chosen(page, prices, levels)
    mine = [level for level in levels if level.variant_id == variant.id]
    price = prices.get(variant.id)
    stock = stock_view(visit, variant, mine)
    other = next(iter(page.other_words.items()), None)
    promises = promises_for(
        connection, visit, product=page, variant=variant, price=price, stock=stock
    )
    return ProductView(
        product=page,
        variant=variant,
        price=price,
        prior=_prior(connection, visit, price, promises),
        options=tuple(_options(visit, page, variant, levels)),
        pictures=_gallery(visit, page, variant),
        stock=stock,
        promises=promises,
        facts=_facts(page, variant, page.words, visit.language),
        other=(other[0], other[1], _facts(page, variant, other[1], other[0])) if other else None,
    )


def _prior(
    connection: Connection, visit: Visit, price: Price | None, promises: Promises
) -> Money | None:
    """Return what an announced reduction has to name; nothing where none is announced or known."""
    if price is None or price.compare_at is None:
        return None
    found = lowest_of_30_days(
        connection,
        variant_ids=[price.variant_id],
        currency=price.amount.currency,
        channel=Channel.WEB,
        at=visit.at,
    ).get(price.variant_id)
    if found is None or not price.amount:
        return None
    taxed = promises.gross or price.amount
    return found.amount.portion(taxed.major / price.amount.major)


def _chosen(
    page: ProductPage,
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
) -> ShownVariant:
    """Return the variant that the address names, else the first that can be bought now."""
    wanted = request.args.get("v", "")
    named = next((each for each in page.variants if each.sku == wanted), None)
    if named is not None:
        return named
    there = {level.variant_id for level in levels if level.available}
    buyable = (
        each
        for each in page.variants
        if each.id in prices and (each.id in there or not each.stock_tracked or each.sell_when_out)
    )
    return next(buyable, page.variants[0])


def _options(
    visit: Visit, page: ProductPage, chosen: ShownVariant, levels: Sequence[LevelRow]
) -> list[OptionButtons]:
    there = {level.variant_id for level in levels if level.available}
    return [
        OptionButtons(
            name=option.name,
            chosen=next(
                (each.name for each in option.values if each.key == chosen.choice[position]), ""
            ),
            values=tuple(_buttons(visit, page, chosen, there, position)),
        )
        for position, option in enumerate(page.options)
        if len(option.values) > 1 or len(page.variants) > 1
    ]


def _buttons(
    visit: Visit, page: ProductPage, chosen: ShownVariant, there: set[UUID], position: int
) -> Iterator[ValueButton]:
    """Give a button for every choice of the option at `position` that some variant has."""
    for value in page.options[position].values:
        target = _nearest(page, chosen, position, value.key)
        if target is not None:
            counted = target.stock_tracked and not target.sell_when_out
            yield ValueButton(
                label=value.name,
                url=f"{visit.path('p', page.handle)}?{urlencode({'v': target.sku})}",
                chosen=value.key == chosen.choice[position],
                sold_out=counted and target.id not in there,
                swatch=value.swatch,
            )


def _nearest(
    page: ProductPage, chosen: ShownVariant, position: int, key: str
) -> ShownVariant | None:
    """Return the variant with this choice that keeps as many of the other choices as possible."""
    fitting = [each for each in page.variants if each.choice[position] == key]
    return max(
        fitting,
        key=lambda each: sum(a == b for a, b in zip(each.choice, chosen.choice, strict=True)),
        default=None,
    )


def _gallery(visit: Visit, page: ProductPage, variant: ShownVariant) -> tuple[ShownPicture, ...]:
    """Return the pictures of the variant first, then those that fit every variant."""
    own = [each for each in page.pictures if each.variant_id == variant.id]
    common = [each for each in page.pictures if each.variant_id is None]
    if not own:
        alike = [each for each in page.pictures if _looks_alike(page, variant, each.variant_id)]
        own = alike[:1] or list(page.pictures[:1])
    rest = [each for each in common if each not in own]
    return tuple(shown_picture(visit.merchant.id, each) for each in (*own, *rest))


def _looks_alike(page: ProductPage, variant: ShownVariant, other: UUID | None) -> bool:
    """Return whether two variants share a choice, such as the colour in two sizes."""
    theirs = next((each.choice for each in page.variants if each.id == other), ())
    return any(a == b for a, b in zip(variant.choice, theirs, strict=False))


def _facts(
    page: ProductPage, variant: ShownVariant, words: Words, language: str
) -> tuple[tuple[str, str], ...]:
    """Return what can be said in a table; work has no origin and is not kept in a store room."""
    rows = list(words.specification)
    if page.kind == "service":
        return tuple(rows)
    labels = _LABELS["zh" if language == "zh" else "en"]
    rows += [(labels["materials"], words.materials)] if words.materials else []
    origin = words.origin
    if not origin and variant.origin_country:
        origin = country_name(variant.origin_country, language)
    rows += [(labels["origin"], origin)] if origin else []
    rows += [(labels["care"], words.care)] if words.care else []
    rows += [(labels["number"], variant.sku)]
    return tuple(rows)


# Both languages stand on one page, so these words cannot come from the page's own catalogue.
_LABELS = {
    "en": {
        "materials": "Made of",
        "origin": "Origin",
        "care": "Care and storage",
        "number": "Article number",
    },
    "zh": {"materials": "材质与成分", "origin": "产地", "care": "养护与存放", "number": "货号"},
}


def _trail(visit: Visit, page: ProductPage) -> list[Link]:
    steps = [Link(visit.name, f"{visit.root}/")]
    steps += [Link(each.name, visit.path("c", each.path)) for each in page.trail]
    return [*steps, Link(page.words.name, visit.path("p", page.handle))]


def _first_words(page: ProductPage) -> str:
    """Return the beginning of the story as plain text, for search engines."""
    plain = unescape(_TAG.sub(" ", page.words.story_html))
    return " ".join(plain.split())[:_DESCRIPTION]
