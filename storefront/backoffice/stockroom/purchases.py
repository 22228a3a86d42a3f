"""Purchases: what was ordered from suppliers, how far each is, and the paper that is sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import purchase_by_id, purchases, receipts_of, suppliers
from commerce.inventory.rows import (
    PurchaseLineRow,
    PurchaseRow,
    PurchaseState,
    ReceiptRow,
    SupplierRow,
)
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import people_names, place_names, show, today_here
from storefront.backoffice.stockroom.goods import goods_by_id
from storefront.backoffice.stockroom.posts import own_places
from storefront.backoffice.words import Label, in_language

_MOST = 50
_OPEN = (PurchaseState.DRAFT, PurchaseState.ORDERED)


@dataclass(frozen=True, slots=True)
class PurchaseFile:
    """Everything about one purchase."""

    row: PurchaseRow
    lines: tuple[PurchaseLineRow, ...]
    supplier: SupplierRow
    place: str
    goods: dict[UUID, SoldVariant]

    @property
    def title(self) -> str:
        """What people call it."""
        return _("Purchase %(number)s", number=self.row.number)

    @property
    def outstanding(self) -> int:
        """Units that have not come yet."""
        return sum(line.outstanding for line in self.lines)

    @property
    def surplus(self) -> int:
        """Units that came beyond what was ordered."""
        return sum(line.surplus for line in self.lines)

    @property
    def totals(self) -> list[Money]:
        """What all lines cost together, by currency."""
        sums: dict[str, int] = {}
        for line in self.lines:
            cost = line.unit_cost
            sums[cost.currency] = sums.get(cost.currency, 0) + cost.amount_minor * line.ordered
        return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def purchase_state(state: PurchaseState) -> Label:
    """Return what the desk calls a purchase's state."""
    return {
        PurchaseState.DRAFT: Label(_("Draft"), "wait"),
        PurchaseState.ORDERED: Label(_("Ordered"), "info"),
        PurchaseState.RECEIVED: Label(_("Received"), "good"),
        PurchaseState.CANCELLED: Label(_("Called off")),
    }[state]


def _usual_day(supplier: SupplierRow) -> date | None:
    """Return when goods come that are ordered of a supplier today, if it says how long it takes."""
    return today_here() + timedelta(days=supplier.lead_days) if supplier.lead_days else None


def supplier_name(supplier: SupplierRow) -> str:
    """Return what a supplier is called in the page's language."""
    return in_language(supplier.name, supplier.name_zh)


@needs(Permission.VIEW_STOCK)
def purchase_list() -> Response:
    """List purchases: those that are open, or all of them."""
    everything = request.args.get("all") == "1"
    with services().database.reading(current_scope()) as connection:
        found = purchases(
            connection,
            states=PurchaseState if everything else _OPEN,
            location_id=typed_id(request.args.get("place")),
            before=typed_id(request.args.get("before")),
            most=_MOST + 1,
        )
        places = place_names(connection)
        named = {each.id: supplier_name(each) for each in suppliers(connection)}
    shown = found[:_MOST]
    further = shown[-1].id if len(found) > _MOST else None
    return show(
        "purchases.html",
        title=_("Purchases"),
        tab="purchases",
        rows=shown,
        places=places,
        suppliers=named,
        everything=everything,
        today=today_here(),
        state_of=purchase_state,
        next_url=link("purchases", before=further, **({"all": 1} if everything else {}))
        if further
        else "",
    )


@needs(Permission.VIEW_STOCK)
def purchase(purchase_id: UUID) -> Response:
    """Show one purchase: what was ordered, what has come, and what can be done with it."""
    return purchase_page(purchase_id)


def purchase_page(purchase_id: UUID, *, refused: str = "") -> Response:
    """Draw one purchase; `refused` says what the business would not do with it."""
    with services().database.reading(current_scope()) as connection:
        file = read_purchase(connection, purchase_id)
        receipts: tuple[ReceiptRow, ...] = receipts_of(connection, subject_id=purchase_id)
        people = people_names(connection)
        own = own_places(connection)
        strangers = {
            line.variant_id for each in receipts for line in each.lines
        } - file.goods.keys()
        row = file.row
        goods = file.goods | (goods_by_id(connection, list(strangers)) if strangers else {})
    return show(
        "purchase.html",
        title=file.title,
        tab="purchases",
        trail=(Crumb(_("Purchases"), link("purchases")),),
        status=409 if refused else 200,
        file=file,
        goods=goods,
        receipts=receipts,
        people=people,
        today=today_here(),
        state=purchase_state(file.row.state),
        is_own=own is None or file.row.location_id in own,
        supplier_name=supplier_name,
        refused=refused,
        usual_day=row.expected_on or _usual_day(file.supplier),
    )


@needs(Permission.VIEW_COSTS)
def purchase_paper(purchase_id: UUID) -> Response:
    """Show the purchase as the paper that the supplier gets, to be printed."""
    with services().database.reading(current_scope()) as connection:
        file = read_purchase(connection, purchase_id)
    return show(
        "purchase_paper.html",
        title=_("Purchase order %(number)s", number=file.row.number),
        tab="purchases",
        trail=(
            Crumb(_("Purchases"), link("purchases")),
            Crumb(file.row.number, link("purchase", purchase_id=purchase_id)),
        ),
        file=file,
        supplier_name=supplier_name,
        buyer=current_merchant().name_in(language()),
    )


def read_purchase(connection: Connection, purchase_id: UUID) -> PurchaseFile:
    """Return a purchase with the goods on it.

    Raises:
        NotFoundError: the merchant has no such purchase.
    """
    found = purchase_by_id(connection, purchase_id=purchase_id)
    if found is None:
        raise NotFoundError
    row, lines = found
    by_id = {each.id: each for each in suppliers(connection)}
    return PurchaseFile(
        row=row,
        lines=tuple(lines),
        supplier=by_id[row.supplier_id],
        place=place_names(connection).get(row.location_id, ""),
        goods=goods_by_id(connection, [line.variant_id for line in lines]),
    )
