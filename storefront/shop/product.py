"""A product's page: pictures, variants, price, the three quiet lines, and the whole story."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from textwrap import shorten
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from commerce.catalogue.queries import (
    handle_after,
    product_by_handle,
)
from commerce.catalogue.records import ProductPage, ShownVariant, Words
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import LevelRow
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.pricing.queries import lowest_of_30_days, prices_for
from commerce.pricing.rows import Price
from commerce.web.access import public
from commerce.web.pages import Page
from commerce.web.services import services
from storefront.shop.cards import arrange
from storefront.shop.choice import OptionButtons, chosen_variant, option_buttons
from storefront.shop.destination import country_name
from storefront.shop.frame import Link, head, moved_for_good, public_root, share_page, shown
from storefront.shop.gallery import gallery
from storefront.shop.kept import keep_page, kept_page
from storefront.shop.pictures import ShownPicture
from storefront.shop.promises import Promises, promises_for
from storefront.shop.related import Related, related_to, sold_of
from storefront.shop.returns import returns_told
from storefront.shop.stock import StockView, stock_view
from storefront.shop.structured import Facts, breadcrumbs
from storefront.shop.structured_product import product_facts
from storefront.shop.visit import Visit, begin_shopping, scope_of

_DESCRIPTION = 155
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the page shows of a product."""

    product: ProductPage
    variant: ShownVariant
    price: Price | None
    sold_elsewhere: bool
    """Whether it has a price in another currency of the shop; not asked where it has one."""
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
        visit = begin_shopping(connection, merchant)
        kept = kept_page(connection, visit)
        if kept is not None:
            return kept
        page = product_by_handle(connection, handle=handle, locale=visit.language)
        if page is None:
            return _moved(connection, visit, handle)
        if not page.variants:
            raise NotFoundError
        related = related_to(connection, visit, page)
        prices, levels = _today(connection, visit, page, related)
        view = _view(connection, visit, page, prices, levels)
    cards, beside = sold_of(related, prices)
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
        _head(visit, page),
        current=page.trail[0].path if page.trail else "",
        view=view,
        shelf=shelf,
        trail=steps,
        structured=[_structured(visit, view, prices, levels), breadcrumbs(steps)],
    )
    return keep_page(visit, response, variants=tuple(every), trace=shelf.trace)


def _head(visit: Visit, page: ProductPage) -> Page:
    words = page.words
    return head(
        visit,
        title=words.seo_title or words.name,
        description=words.seo_description or words.subtitle or _first_words(page),
        path=f"/p/{page.handle}",
    )


def _structured(
    visit: Visit, view: ProductView, prices: Mapping[UUID, Price], levels: Sequence[LevelRow]
) -> Facts:
    """Return what search engines read of the product."""
    page = view.product
    return product_facts(
        page,
        prices,
        levels,
        pictures=view.pictures,
        brand=page.vendor or visit.name,
        description=page.words.subtitle or _first_words(page) or page.words.name,
        url=f"{public_root()}{visit.path('p', page.handle)}",
        returns=returns_told(visit, page.kind),
    )


def _moved(connection: Connection, visit: Visit, handle: str) -> Response:
    """Lead to the product that once had this address.

    Raises:
        NotFoundError: none had.
    """
    new = handle_after(connection, handle=handle)
    if new is None:
        raise NotFoundError
    return moved_for_good(visit.path("p", new))


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
    variant = chosen_variant(page, prices, levels)
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
        sold_elsewhere=price is None and _sold_elsewhere(connection, visit, variant),
        prior=_prior(connection, visit, price, promises),
        options=tuple(option_buttons(visit, page, variant, levels)),
        pictures=gallery(visit, page, variant),
        stock=stock,
        promises=promises,
        facts=_facts(page, variant, page.words, visit.language),
        other=(other[0], other[1], _facts(page, variant, other[1], other[0])) if other else None,
    )


def _sold_elsewhere(connection: Connection, visit: Visit, variant: ShownVariant) -> bool:
    others = (each for each in visit.facts.currencies if each != visit.destination.currency)
    return any(
        prices_for(
            connection, variant_ids=[variant.id], currency=each, channel=Channel.WEB, at=visit.at
        )
        for each in others
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
    """Return the beginning of the story as plain text, for search engines; words stay whole."""
    plain = unescape(_TAG.sub(" ", page.words.story_html))
    return shorten(" ".join(plain.split()), _DESCRIPTION, placeholder="…")
