"""The list of stock, and the tabs above it."""

from typing import Any

from flask import Response, request

from commerce.inventory.queries import discrepancies
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock.table import StockTable, read_stock_table
from storefront.backoffice.words import in_language


@needs(Permission.VIEW_STOCK)
def stock() -> Response:
    """List every variant with its stock at every place."""
    words = request.args.get("q", "").strip()[:100]
    low = request.args.get("low") == "1"
    with services().database.reading(current_scope()) as connection:
        table = read_stock_table(
            connection,
            words=words,
            low=low,
            place=typed_id(request.args.get("place")),
            cursor=request.args.get("cursor"),
        )
        open_count = len(discrepancies(connection))
    return draw(
        "stock/list.html",
        title=_("Stock"),
        room="stock",
        shelf=table,
        words=words,
        low=low,
        place=request.args.get("place", ""),
        tabs=tabs("stock", open_count, low=low),
        places=_choices(table),
        next_url=_next(table),
    )


def tabs(current: str, open_count: int = 0, *, low: bool = False) -> list[dict[str, Any]]:
    """Return the tabs above the pages of stock."""
    return [
        {"label": _("All goods"), "url": link("stock"), "current": current == "stock" and not low},
        {"label": _("Running low"), "url": link("stock", low=1), "current": low},
        {
            "label": _("Against the books"),
            "url": link("discrepancies"),
            "current": current == "discrepancies",
            "count": open_count or None,
        },
        *(
            {"label": label, "url": link(view), "current": current == view}
            for view, label in _work()
        ),
    ]


def _work() -> tuple[tuple[str, str], ...]:
    return (
        ("stock_work", _("To do")),
        ("purchases", _("Purchases")),
        ("transfers", _("Transfers")),
        ("counts", _("Counts")),
        ("set_aside", _("Set aside")),
        ("shelves", _("Shelves")),
        ("lots", _("Lots")),
        ("reorder", _("Filling up")),
    )


def _choices(table: StockTable) -> list[tuple[str, str]]:
    named = [(str(p.id), in_language(p.name, p.name_zh)) for p in table.all_places]
    return [("", _("Every place")), *named]


def _next(table: StockTable) -> str:
    if not table.next_cursor:
        return ""
    kept = {name: request.args[name] for name in ("q", "place") if request.args.get(name)}
    return link("stock", **kept, cursor=table.next_cursor)
