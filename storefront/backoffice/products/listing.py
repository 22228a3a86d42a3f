"""The list of products, and what is done to many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import (
    category_tree,
    list_products,
    pictures_of_products,
    product_sheets,
    variants_of_products,
)
from commerce.catalogue.records import STATUSES, Card, Category, Picture, ProductSheet, Status
from commerce.catalogue.service.products import archive, publish, withdraw
from commerce.inventory.queries import available_online
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, link, moved
from storefront.backoffice.forms import sentence, typed_id
from storefront.backoffice.readings import MISSING, product_prices, products_lacking
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext

_MOST = 40
_AT_ONCE = 200
_VERBS = {"publish": publish, "archive": archive, "withdraw": withdraw}


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """One row of the list."""

    id: UUID
    name: str
    vendor: str
    status: str
    picture: Picture | None
    variants: int
    price: Money | None
    available: int | None


@needs(Permission.VIEW_PRODUCTS)
def products() -> Response:
    """List products by words, state, category, or what they lack."""
    given = request.args
    missing = given.get("missing", "") if given.get("missing") in MISSING else ""
    state = given.get("state", "") if given.get("state") in STATUSES else ""
    with services().database.reading(current_scope()) as connection:
        if missing:
            rows, following = _lacking(connection, missing), None
        else:
            rows, following = _page(connection, state)
        tree = category_tree(connection, locale=language())
    return draw(
        "products/list.html",
        title=_("Products"),
        room="products",
        rows=rows,
        words=given.get("q", ""),
        state=state,
        category=given.get("category", ""),
        missing=missing,
        saved=_saved(state, missing),
        categories=[("", _("Every category")), *_flat(tree)],
        narrowed=any(given.get(name) for name in ("q", "state", "category", "missing")),
        next_url=link("products", **_kept(), cursor=following) if following else "",
        first_url=link("products", **_kept()) if given.get("cursor") else "",
    )


@needs(Permission.EDIT_PRODUCTS)
def change_many() -> Response:
    """Publish, archive or withdraw every ticked product; doing it twice changes nothing."""
    verb = _VERBS.get(request.form.get("do", ""))
    chosen = [found for each in request.form.getlist("product") if (found := typed_id(each))]
    if verb is None or not chosen:
        announce(_("Tick at least one product first."), "wait")
        return moved("products")

    def work(session: Session) -> int:
        known = product_sheets(session.connection(), product_ids=chosen[:_AT_ONCE])
        for sheet in known:
            verb(session, merchant_id=current_merchant().id, product_id=sheet.id)
        return len(known)

    try:
        count = services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(ngettext("%(num)d product changed.", "%(num)d products changed.", count))
    return moved("products")


def flat_categories(connection: Connection) -> list[tuple[str, str]]:
    """Return every category's path with its name, indented by depth."""
    return _flat(category_tree(connection, locale=language()))


def _flat(tree: Sequence[Category], depth: int = 0) -> list[tuple[str, str]]:
    return [
        entry
        for branch in tree
        for entry in ((branch.path, "– " * depth + branch.name), *_flat(branch.children, depth + 1))
    ]


def _page(connection: Connection, state: str) -> tuple[list[ShownProduct], str | None]:
    words = request.args.get("q", "").strip()[:100]
    wanted: tuple[Status, ...] = ("active", "draft")
    if state:
        wanted = tuple(each for each in STATUSES if each == state)
    page = list_products(
        connection,
        locale=language(),
        category=request.args.get("category") or None,
        query=words or None,
        sort="best" if words else "changed",
        cursor=request.args.get("cursor"),
        limit=_MOST,
        statuses=wanted,
    )
    return _shown(connection, [_of_card(card) for card in page.cards]), page.next_cursor


def _lacking(connection: Connection, gap: str) -> list[ShownProduct]:
    ids = products_lacking(connection, gap=gap, limit=_AT_ONCE)
    pictures = pictures_of_products(connection, product_ids=ids, locale=language())
    sheets = product_sheets(connection, product_ids=ids)
    return _shown(connection, [_of_sheet(sheet, pictures.get(sheet.id, ())) for sheet in sheets])


def _of_card(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "vendor": _other_maker(card.vendor),
        "status": card.status,
        "picture": card.picture,
    }


def _of_sheet(sheet: ProductSheet, pictures: Sequence[Picture]) -> dict[str, Any]:
    words = sheet.words.get(language()) or next(iter(sheet.words.values()), None)
    return {
        "id": sheet.id,
        "name": words.name if words else sheet.handle,
        "vendor": _other_maker(sheet.vendor),
        "status": sheet.status,
        "picture": next((each for each in pictures if each.state == "ready"), None),
    }


def _other_maker(vendor: str) -> str:
    """Return who makes the goods, unless it is the shop: its own name would stand in every row."""
    shop = current_merchant()
    return "" if vendor in {shop.name_in(code) for code in LANGUAGES} else vendor


def _shown(connection: Connection, found: list[dict[str, Any]]) -> list[ShownProduct]:
    ids = [each["id"] for each in found]
    variants = variants_of_products(connection, product_ids=ids)
    stock = available_online(connection, variant_ids=[v for of in variants.values() for v in of])
    prices = product_prices(connection, product_ids=ids)
    return [
        ShownProduct(
            **each,
            variants=len(variants[each["id"]]),
            price=Money(prices[each["id"]], current_merchant().currency)
            if each["id"] in prices
            else None,
            available=sum(stock.get(v, 0) for v in variants[each["id"]])
            if any(v in stock for v in variants[each["id"]])
            else None,
        )
        for each in found
    ]


def _saved(state: str, missing: str) -> list[dict[str, Any]]:
    kept = {name: value for name, value in _kept().items() if name != "state"}
    lists = (
        (_("All"), "", ""),
        (_("On sale"), "active", ""),
        (_("Drafts"), "draft", ""),
        (_("Archived"), "archived", ""),
        (_("No Chinese"), "", "zh"),
        (_("No picture"), "", "picture"),
        (_("No weight"), "", "weight"),
    )
    return [
        {
            "label": label,
            "url": link(
                "products",
                **({} if gap else kept),
                **{name: value for name, value in (("state", wanted), ("missing", gap)) if value},
            ),
            "current": (state, missing) == (wanted, gap),
        }
        for label, wanted, gap in lists
    ]


def _kept() -> dict[str, str]:
    return {
        name: request.args[name] for name in ("q", "state", "category") if request.args.get(name)
    }
