"""A shop's home: one drawing, one sentence, one action; then departments, news and stores."""

from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.catalogue.queries import list_products
from commerce.catalogue.records import Card, Category, Picture
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.cards import lay_out
from storefront.shop.frame import Link, head, public_root, share_page, shown
from storefront.shop.kept import keep_page, kept_page
from storefront.shop.memory import memory
from storefront.shop.park import drawing_of
from storefront.shop.pictures import ShownPicture, shown_picture
from storefront.shop.stores import store_signs
from storefront.shop.stories import NOTHING, MerchantStory, stories
from storefront.shop.storybook import home_stories
from storefront.shop.structured import organisation
from storefront.shop.visit import Visit, begin_shopping, scope_of

_UNTOLD = MerchantStory(NOTHING, NOTHING)
_NEWS = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """A department with the picture of something from it."""

    name: str
    about: str
    url: str
    count: int
    image: ShownPicture | None


@public
def home(merchant: str) -> Response:
    """Show the shop's home."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        kept = kept_page(connection, visit)
        if kept is not None:
            return kept
        news, tiles = _remembered(connection, visit)
        shelf = lay_out(connection, visit, news)
        told = home_stories(connection, visit)
    signs = [sign for sign in store_signs(visit) if sign.tells]
    share_page(visit, shelf.trace, [sign.state for sign in signs])
    story = stories().merchants.get(merchant, _UNTOLD)
    tagline = story.tagline.in_language(visit.language)
    response = shown(
        "shop/home.html",
        visit,
        head(
            visit,
            title=visit.name,
            description=story.about.in_language(visit.language) or tagline,
            path="/",
        ),
        sentence=tagline or visit.name,
        about=story.about.in_language(visit.language),
        drawing=drawing_of("shops", merchant),
        action=_action(visit),
        told=told,
        tiles=tiles,
        shelf=shelf,
        signs=signs,
        structured=organisation(name=visit.name, url=f"{public_root()}{visit.root}/"),
    )
    return keep_page(visit, response, variants=shelf.variants, trace=shelf.trace)


def _action(visit: Visit) -> Link:
    """Return the one thing to do: look at the first department, else at everything."""
    if not visit.facts.departments:
        return Link(_("See everything"), visit.path("search"))
    first = visit.facts.departments[0]
    return Link(_("Begin with %(department)s", department=first.name), visit.path("c", first.path))


def _remembered(connection: Connection, visit: Visit) -> tuple[tuple[Card, ...], tuple[Tile, ...]]:
    key = ("home", visit.merchant.id, visit.merchant.content_version, visit.language)
    return memory.recall(key, lambda: (_news(connection, visit), _tiles(connection, visit)))


def _news(connection: Connection, visit: Visit) -> tuple[Card, ...]:
    return list_products(connection, locale=visit.language, sort="newest", limit=_NEWS).cards


def _tiles(connection: Connection, visit: Visit) -> tuple[Tile, ...]:
    return tuple(_tile(connection, visit, branch) for branch in visit.facts.departments)


def _tile(connection: Connection, visit: Visit, branch: Category) -> Tile:
    first = list_products(connection, locale=visit.language, category=branch.path, limit=3).cards
    picture: Picture | None = next((card.picture for card in first[::-1] if card.picture), None)
    return Tile(
        name=branch.name,
        about=branch.about,
        url=visit.path("c", branch.path),
        count=branch.product_count,
        image=shown_picture(visit.merchant.id, picture) if picture else None,
    )
