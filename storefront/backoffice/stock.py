"""Stock: every variant at every place, the ledger of one level, and what the tills sold against the books."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import HiddenField, IntegerField, StringField

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import DiscrepancyRow, discrepancies, history, levels_of, locations
from commerce.inventory.rows import LevelRow, LocationRow, MovementKind
from commerce.inventory.service import (
    adjust_stock,
    count_stock,
    resolve_discrepancy,
    set_safety_stock,
)
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.orders.queries import order_by_id
from commerce.park.permissions import Permission
from commerce.park.queries.staff import list_colleagues
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    RadioField,
    SelectField,
    needed,
    sent,
    some_text,
    typed_id,
    within,
)
from storefront.backoffice.once import FIELD, is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock_table import StockTable, read_stock_table
from storefront.backoffice.words import in_language

_MOST_MOVEMENTS = 50
_MOST_UNITS = 1_000_000


class AdjustForm(DeskForm):
    """So many more or fewer, and why."""

    wish = HiddenField()
    kind = RadioField(
        lazy_gettext("What happened"),
        [needed(lazy_gettext("Choose what happened."))],
        choices=[
            (MovementKind.RECEIVED.value, lazy_gettext("Goods arrived")),
            (MovementKind.DAMAGED.value, lazy_gettext("Damaged or lost")),
            (MovementKind.ADJUSTED.value, lazy_gettext("Something else")),
        ],
    )
    units = IntegerField(
        lazy_gettext("Units"),
        [
            needed(lazy_gettext("Say how many units, with a minus for fewer.")),
            within(-_MOST_UNITS, _MOST_UNITS),
        ],
    )
    reason = StringField(lazy_gettext("Reason"), some_text(200))


class CountForm(DeskForm):
    """What was counted on the shelf."""

    wish = HiddenField()
    counted = IntegerField(
        lazy_gettext("Counted on the shelf"),
        [needed(lazy_gettext("Say how many units you counted.")), within(0, _MOST_UNITS)],
    )
    why = StringField(lazy_gettext("Occasion"), some_text(200))


class SafetyForm(DeskForm):
    """What is kept back from the web."""

    safety = IntegerField(
        lazy_gettext("Kept back from the web"),
        [needed(lazy_gettext("Give a number, 0 for none.")), within(0, _MOST_UNITS)],
    )


class FindingForm(DeskForm):
    """What came of looking into a discrepancy."""

    finding = SelectField(
        lazy_gettext("What was found"),
        choices=[
            ("never-booked", lazy_gettext("Goods had arrived and were not booked")),
            ("wrong-item", lazy_gettext("The wrong item was scanned")),
            ("miscounted", lazy_gettext("The last count was wrong")),
            ("web-refunded", lazy_gettext("The web order was refunded")),
            ("other", lazy_gettext("Something else")),
        ],
    )
    note = StringField(lazy_gettext("Note"))


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
        tabs=_tabs("stock", open_count, low=low),
        places=_choices(table),
        next_url=_next(table),
    )


@needs(Permission.VIEW_STOCK)
def level(variant_id: UUID, location_id: UUID) -> Response:
    """Show one level: its figures, its ledger, and the ways to correct it."""
    return _level_page(variant_id, location_id)


@needs(Permission.ADJUST_STOCK)
def adjust(variant_id: UUID, location_id: UUID) -> Response:
    """Add or take away units, with a reason."""
    form = sent(AdjustForm)
    if form.validate() and form.kind.data == "damaged" and form.units.data > 0:
        form.units.errors = [_("Damaged goods are fewer: write a minus before the number.")]
    if form.faults:
        return _level_page(variant_id, location_id, adjust=form)

    def work(session: Session) -> None:
        if is_first(session) and form.units.data:
            adjust_stock(
                session,
                merchant_id=current_merchant().id,
                variant_id=variant_id,
                location_id=location_id,
                change=form.units.data,
                kind=MovementKind(form.kind.data),
                reason=form.reason.data,
                actor_id=actor(),
            )

    return _written(variant_id, location_id, work, adjust=form)


@needs(Permission.ADJUST_STOCK)
def count(variant_id: UUID, location_id: UUID) -> Response:
    """Set on hand to what was counted."""
    form = sent(CountForm)
    if not form.validate():
        return _level_page(variant_id, location_id, count=form)

    def work(session: Session) -> None:
        if is_first(session):
            count_stock(
                session,
                merchant_id=current_merchant().id,
                variant_id=variant_id,
                location_id=location_id,
                on_hand=form.counted.data,
                reason=form.why.data,
                actor_id=actor(),
            )

    return _written(variant_id, location_id, work, count=form)


@needs(Permission.ADJUST_STOCK)
def safety(variant_id: UUID, location_id: UUID) -> Response:
    """Say how many units are kept back from online promises."""
    form = sent(SafetyForm)
    if not form.validate():
        return _level_page(variant_id, location_id, safety=form)

    def work(session: Session) -> None:
        set_safety_stock(
            session,
            merchant_id=current_merchant().id,
            variant_id=variant_id,
            location_id=location_id,
            units=form.safety.data,
        )

    return _written(variant_id, location_id, work, safety=form)


@needs(Permission.VIEW_STOCK)
def stock_discrepancies() -> Response:
    """List what the tills sold against the books."""
    everything = request.args.get("all") == "1"
    with services().database.reading(current_scope()) as connection:
        found = discrepancies(connection, with_resolved=everything)
        rows = _shown_discrepancies(connection, found)
        open_count = sum(1 for row in found if row.resolved_at is None)
    return draw(
        "stock/discrepancies.html",
        title=_("Sold against the books"),
        room="stock",
        tabs=_tabs("discrepancies", open_count),
        rows=rows,
        everything=everything,
        form=FindingForm(),
        findings=dict(FindingForm().finding.pairs),
    )


@needs(Permission.ADJUST_STOCK)
def resolve(discrepancy_id: UUID) -> Response:
    """Close a discrepancy with what was found."""
    form = sent(FindingForm)
    if not form.validate():
        announce(_("Choose what was found."), "bad")
        return moved("discrepancies")
    told = dict(FindingForm().finding.pairs)[form.finding.data]
    note = (form.note.data or "").strip()[:200]
    with services().database.transaction(current_scope()) as session:
        resolve_discrepancy(
            session,
            merchant_id=current_merchant().id,
            discrepancy_id=discrepancy_id,
            resolution=f"{told}: {note}" if note else str(told),
            actor_id=actor(),
        )
    announce(_("Closed with what was found."))
    return moved("discrepancies")


def _written(variant_id: UUID, location_id: UUID, work: Any, **forms: DeskForm) -> Response:
    with services().database.reading(current_scope()) as connection:
        _known(connection, variant_id, location_id)
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        for form in forms.values():
            form.refuse(error)
        return _level_page(variant_id, location_id, **forms)
    announce(_("Written to the ledger."))
    return moved("level", variant_id=variant_id, location_id=location_id)


def _known(
    connection: Connection, variant_id: UUID, location_id: UUID
) -> tuple[SoldVariant, LocationRow, tuple[LocationRow, ...]]:
    places = locations(connection)
    place = next((each for each in places if each.id == location_id), None)
    found = variants_by_ids(connection, variant_ids=[variant_id], locale=language())
    if place is None or variant_id not in found:
        raise NotFoundError
    return found[variant_id], place, places


def _level_page(variant_id: UUID, location_id: UUID, **forms: DeskForm) -> Response:
    before = typed_id(request.args.get("before"))
    with services().database.reading(current_scope()) as connection:
        variant, place, places = _known(connection, variant_id, location_id)
        levels = {
            each.location_id: each for each in levels_of(connection, variant_ids=[variant_id])
        }
        here = levels.get(location_id, LevelRow(variant_id, location_id, 0, 0, 0))
        ledger = history(
            connection,
            variant_id=variant_id,
            location_id=location_id,
            before=before,
            most=_MOST_MOVEMENTS + 1,
        )
        people = {
            each.staff_id: each.name
            for each in list_colleagues(connection, merchant_id=current_merchant().id)
        }
        numbers = {
            row.subject_id: found.number
            for row in ledger[:_MOST_MOVEMENTS]
            if row.subject_id
            and (found := order_by_id(connection, order_id=row.subject_id)) is not None
        }
    more = len(ledger) > _MOST_MOVEMENTS
    return draw(
        "stock/level.html",
        title=variant.product_name,
        room="stock",
        trail=(Crumb(_("Stock"), link("stock")),),
        status=422 if forms else 200,
        variant=variant,
        place=place,
        level=here,
        elsewhere=[(each, levels.get(each.id)) for each in places if each.active],
        ledger=ledger[:_MOST_MOVEMENTS],
        people=people,
        numbers=numbers,
        adjust=forms.get("adjust") or AdjustForm(),
        count=forms.get("count") or CountForm(),
        safety=forms.get("safety") or SafetyForm(safety=here.safety),
        faults=[fault for form in forms.values() for fault in form.faults],
        wish=named_wish(),
        wish_field=FIELD,
        next_url=link(
            "level",
            variant_id=variant_id,
            location_id=location_id,
            before=ledger[_MOST_MOVEMENTS - 1].id,
        )
        if more
        else "",
    )


@dataclass(frozen=True, slots=True)
class ShownDiscrepancy:
    """A discrepancy with names in place of ids."""

    row: DiscrepancyRow
    variant: SoldVariant | None
    place: str
    sale: str
    displaced: str


def _shown_discrepancies(
    connection: Connection, found: tuple[DiscrepancyRow, ...]
) -> list[ShownDiscrepancy]:
    names = {p.id: in_language(p.name, p.name_zh) for p in locations(connection)}
    variants = variants_by_ids(
        connection, variant_ids=[row.variant_id for row in found], locale=language()
    )

    def number(order_id: UUID | None) -> str:
        order = order_by_id(connection, order_id=order_id) if order_id else None
        return order.number if order else ""

    return [
        ShownDiscrepancy(
            row=row,
            variant=variants.get(row.variant_id),
            place=names.get(row.location_id, ""),
            sale=number(row.sale_id),
            displaced=number(row.displaced_owner_id),
        )
        for row in found
    ]


def _tabs(current: str, open_count: int, *, low: bool = False) -> list[dict[str, Any]]:
    return [
        {"label": _("All goods"), "url": link("stock"), "current": current == "stock" and not low},
        {"label": _("Running low"), "url": link("stock", low=1), "current": low},
        {
            "label": _("Against the books"),
            "url": link("discrepancies"),
            "current": current == "discrepancies",
            "count": open_count or None,
        },
    ]


def _choices(table: StockTable) -> list[tuple[str, str]]:
    named = [(str(p.id), in_language(p.name, p.name_zh)) for p in table.all_places]
    return [("", _("Every place")), *named]


def _next(table: StockTable) -> str:
    if not table.next_cursor:
        return ""
    kept = {name: request.args[name] for name in ("q", "place") if request.args.get(name)}
    return link("stock", **kept, cursor=table.next_cursor)
