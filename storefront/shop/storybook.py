"""The stories of a shop: the first on its home page, each on a page of its own."""

from dataclasses import dataclass
from functools import partial

from flask import Response
from sqlalchemy import Connection

from commerce.catalogue.queries import cards_by_ids, product_ids_by_handle
from commerce.park.queries.shop_stories import ShopStoryRow, told_stories, told_story
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.cards import Shelf, lay_out
from storefront.shop.frame import Link, head, share_page, shown
from storefront.shop.memory import memory
from storefront.shop.pictures import media_url
from storefront.shop.structured import breadcrumbs
from storefront.shop.visit import Visit, begin_shopping, scope_of

_ON_HOME = 3
_FURTHER = 3
_GOODS = 8
_EVERY = 200


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A story as lists show it."""

    title: str
    lead: str
    url: str
    src: str
    srcset: str


@public
def story(merchant: str, slug: str) -> Response:
    """Show one published story, with the goods that it names, and others to read on with."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        found = told_story(connection, slug=slug)
        goods = _goods(connection, visit, found)
        others = [each for each in story_cards(connection, visit) if not each.url.endswith(slug)]
    share_page(visit, goods.trace)
    code = visit.language
    steps = [Link(visit.name, f"{visit.root}/"), Link(found.title_in(code), _url(visit, found))]
    return shown(
        "shop/story.html",
        visit,
        head(
            visit,
            title=found.title_in(code),
            description=found.lead_in(code),
            path=f"/stories/{found.slug}",
        ),
        story=found,
        goods=goods.cards,
        media=partial(media_url, visit.merchant.id),
        others=others[:_FURTHER],
        trail=steps,
        structured=[breadcrumbs(steps)],
    )


def _goods(connection: Connection, visit: Visit, told: ShopStoryRow) -> Shelf:
    """Lay out the goods that a story names."""
    handles = told.goods_in(visit.language)[:_GOODS]
    if not handles:
        return lay_out(connection, visit, ())
    ids = product_ids_by_handle(connection, handles=handles)
    known = [ids[handle] for handle in handles if handle in ids]
    cards = cards_by_ids(connection, product_ids=known, locale=visit.language)
    return lay_out(connection, visit, cards)


def home_stories(connection: Connection, visit: Visit) -> tuple[StoryCard, ...]:
    """Return the stories that the home page tells."""
    return story_cards(connection, visit)[:_ON_HOME]


def story_cards(connection: Connection, visit: Visit) -> tuple[StoryCard, ...]:
    """Return every published story as a card, read once until one changes."""
    key = ("stories", visit.merchant.id, visit.merchant.content_version, visit.language)
    return memory.recall(
        key,
        lambda: tuple(_card(visit, each) for each in told_stories(connection, most=_EVERY)),
    )


def story_paths(connection: Connection) -> tuple[str, ...]:
    """Return where the published stories are found, below the shop."""
    return tuple(f"/stories/{each.slug}" for each in told_stories(connection, most=_EVERY))


def _card(visit: Visit, each: ShopStoryRow) -> StoryCard:
    picture = each.picture
    of = partial(media_url, visit.merchant.id)
    copies = picture.copies if picture else ()
    return StoryCard(
        title=each.title_in(visit.language),
        lead=each.lead_in(visit.language) or "".join(each.paragraphs_in(visit.language)[:1]),
        url=_url(visit, each),
        src=of((copies[-1] if copies else picture).name) if picture else "",
        srcset=", ".join(f"{of(copy.name)} {copy.width}w" for copy in copies),
    )


def _url(visit: Visit, each: ShopStoryRow) -> str:
    return visit.path("stories", each.slug)
