"""The experience stores: where they are, when they are open, what one can touch there."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel import Locale
from babel.dates import get_day_names
from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.catalogue.queries import list_products, variants_of_products
from commerce.catalogue.records import Card
from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.queries import closed_days
from commerce.inventory.queries import levels_of
from commerce.kernel.errors import NotFoundError
from commerce.web.access import public
from commerce.web.formats import day, hour
from commerce.web.languages import language
from commerce.web.services import services
from storefront.shop.cards import lay_out
from storefront.shop.facts import StoreFacts
from storefront.shop.frame import Link, head, public_root, share_page, shown
from storefront.shop.park import drawing_of
from storefront.shop.stories import StoreStory, story_of_store
from storefront.shop.structured import breadcrumbs, store_facts
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEAL_CHARACTERS = 4
_TO_TOUCH = 8
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class StoreSign:
    """A store as lists show it."""

    store: StoreFacts
    url: str
    seal: tuple[str, ...]
    drawing: str
    state: str
    """Whether it is open; empty where nobody has said when it ever is."""
    is_open: bool
    story: StoreStory
    touch: tuple[str, ...]

    @property
    def tells(self) -> bool:
        """Whether there is anything to say of it besides its name."""
        return bool(self.store.address or self.touch or self.state)


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of one weekday as it comes next: a day that is unlike the others tells its own."""

    name: str
    hours: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day with other hours than usual."""

    day: date
    hours: str
    reason: str


@public
def stores(merchant: str) -> Response:
    """List every store."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    if not visit.facts.stores:
        raise NotFoundError
    signs = store_signs(visit)
    share_page(visit, [sign.state for sign in signs])
    return shown(
        "shop/stores.html",
        visit,
        head(
            visit,
            title=_("Experience stores"),
            description=_("Addresses, opening hours, and what you can hold, pour and try."),
            path="/stores",
        ),
        current="/stores",
        signs=signs,
        weeks=[week_of(sign.store.hours, visit) for sign in signs],
        languages=[spoken(sign.story, visit) for sign in signs],
        structured=[_structured(visit, sign) for sign in signs],
    )


@public
def store(merchant: str, code: str) -> Response:
    """Show one store with what lies there to be touched."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        found = visit.facts.store(code)
        if found is None:
            raise NotFoundError
        shelf = lay_out(connection, visit, _lying_there(connection, visit, found))
        special = _special(connection, visit, found)
    sign = _sign(visit, found)
    share_page(visit, sign.state, shelf.trace)
    steps = [
        Link(visit.name, f"{visit.root}/"),
        Link(_("Stores"), visit.path("stores")),
        Link(found.name, sign.url),
    ]
    return shown(
        "shop/store.html",
        visit,
        head(
            visit,
            title=found.name,
            description=sign.story.about.in_language(visit.language),
            path=f"/stores/{code}",
        ),
        current="/stores",
        sign=sign,
        week=week_of(found.hours, visit),
        languages=spoken(sign.story, visit),
        special=special,
        shelf=shelf,
        trail=steps,
        structured=[_structured(visit, sign), breadcrumbs(steps)],
    )


def store_signs(visit: Visit) -> tuple[StoreSign, ...]:
    """Return every store as lists show it."""
    return tuple(_sign(visit, each) for each in visit.facts.stores)


def _sign(visit: Visit, each: StoreFacts) -> StoreSign:
    story = story_of_store(visit.merchant.slug, each.code)
    return StoreSign(
        store=each,
        url=visit.path("stores", each.code),
        seal=seal_of(each.name_zh) or _seal_of_shop(visit),
        drawing=drawing_of("stores", each.code),
        state=_state(each.hours, visit.at),
        is_open=each.hours.is_open(visit.at),
        story=story,
        touch=tuple(said.in_language(visit.language) for said in story.touch),
    )


def seal_of(name: str) -> tuple[str, ...]:
    """Return the lines of a store's seal: the first four characters of its Chinese name, by two.

    A name that says no more than "shop", such as 门店, makes no seal.
    """
    bare = name
    for ending in ("店二楼", "体验店", "店", "分"):
        bare = bare.removesuffix(ending)
    short = bare[:_SEAL_CHARACTERS]
    if len(short) < _SEAL_CHARACTERS // 2 or short.isascii():
        return ()
    if len(short) == _SEAL_CHARACTERS // 2:
        return tuple(short)
    return (short[:2], short[2:])


def _seal_of_shop(visit: Visit) -> tuple[str, ...]:
    """Return the seal of a store without a name of its own: the shop's, as the page's language has it."""
    chinese = seal_of(visit.merchant.name_zh) if visit.language == "zh" else ()
    initials = "".join(word[:1] for word in visit.merchant.name.split())[:2].upper()
    return chinese or ((initials,) if initials else tuple(visit.merchant.name_zh[:1]))


def _state(hours: OpeningHours, at: datetime) -> str:
    if not hours.spans and not hours.special:
        return ""
    closes = hours.closes_at(at)
    if closes is not None:
        return str(_("Open until %(hour)s", hour=hour(closes)))
    opens = hours.next_opening(at)
    if opens is None:
        return str(_("Closed"))
    here = opens.astimezone(hours.zone)
    days = (here.date() - at.astimezone(hours.zone).date()).days
    if days == 0:
        return str(_("Opens at %(hour)s", hour=hour(opens)))
    if days == 1:
        return str(_("Opens tomorrow at %(hour)s", hour=hour(opens)))
    return str(_("Opens on %(day)s at %(hour)s", day=_weekday(here.isoweekday()), hour=hour(opens)))


def week_of(hours: OpeningHours, visit: Visit) -> tuple[DayHours, ...]:
    """Return the hours of every weekday, Monday first; none where nobody has said any."""
    if not hours.spans and not hours.special:
        return ()
    today = visit.at.astimezone(hours.zone).date()
    coming = sorted((today + timedelta(days=more) for more in range(7)), key=date.isoweekday)
    return tuple(
        DayHours(_weekday(each.isoweekday()), _hours_on(hours, each), each == today)
        for each in coming
    )


def _hours_on(hours: OpeningHours, on: date) -> str:
    spans = hours.on(on)
    told = ", ".join(f"{_clock(span.opens)}–{_clock(span.closes)}" for span in spans)
    told = told or str(_("closed"))
    if on in hours.closed or on in hours.special:
        return str(_("%(hours)s on %(day)s", hours=told, day=day(on, with_year=False)))
    return told


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _weekday(number: int) -> str:
    return str(get_day_names("wide", locale=language())[number - 1])


def _special(connection: Connection, visit: Visit, found: StoreFacts) -> list[SpecialDay]:
    """Return the days of the next five weeks on which the store keeps other hours, or none."""
    today = visit.at.astimezone(found.hours.zone).date()
    return [
        SpecialDay(
            day=each.day,
            hours=(
                f"{_clock(each.opens)}–{_clock(each.closes)}"
                if each.opens and each.closes
                else str(_("closed"))
            ),
            reason=each.reason_zh if visit.language == "zh" else each.reason,
        )
        for each in closed_days(connection, since=today)
        if each.location_id == found.id and each.day <= today + timedelta(days=35)
    ]


def spoken(story: StoreStory, visit: Visit) -> tuple[str, ...]:
    """Return the names of the languages that are spoken in a store."""
    names = Locale.parse(visit.language).languages
    return tuple(str(names.get(code, code)) for code in story.languages)


def _lying_there(connection: Connection, visit: Visit, found: StoreFacts) -> list[Card]:
    """Return the newest products of which something lies in the store."""
    newest = list_products(connection, locale=visit.language, sort="newest", limit=_LOOKED_AT).cards
    variants = variants_of_products(connection, product_ids=[card.id for card in newest])
    owner = {variant: product for product, of_one in variants.items() for variant in of_one}
    there = {
        owner[level.variant_id]
        for level in levels_of(connection, variant_ids=list(owner))
        if level.location_id == found.id and level.on_hand > 0
    }
    return [card for card in newest if card.id in there][:_TO_TOUCH]


def _structured(visit: Visit, sign: StoreSign) -> dict[str, object]:
    return store_facts(
        name=sign.store.name,
        url=f"{public_root()}{sign.url}",
        address=sign.store.address,
        phone=sign.store.phone,
        hours=sign.store.hours,
        organisation=visit.name,
    )
