"""What the tills sold against the books, and what came of looking into it."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import StringField

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.inventory.errors import NotInTransitHereError, StockBelowHeldError
from commerce.inventory.queries import DiscrepancyRow, discrepancies, locations
from commerce.inventory.service import Finding, clear_up_transfer, resolve_discrepancy
from commerce.park.permissions import Permission
from commerce.web.faults import say
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.forms import DeskForm, SelectField, sent
from storefront.backoffice.readings import order_numbers
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock.listing import tabs
from storefront.backoffice.words import automatic_findings, in_language

_SOLD = (
    ("never-booked", lazy_gettext("Goods had arrived and were not booked")),
    ("wrong-item", lazy_gettext("The wrong item was scanned")),
    ("miscounted", lazy_gettext("The last count was wrong")),
    ("web-refunded", lazy_gettext("The web order was refunded")),
)
_MISSED = (
    (Finding.LOST.value, lazy_gettext("Lost on the way")),
    (Finding.TURNED_UP.value, lazy_gettext("They turned up later")),
)
_MISCOUNTED = (
    (Finding.MISCOUNTED_LEAVING.value, lazy_gettext("Counted wrongly when they left")),
    (Finding.MISCOUNTED_ARRIVING.value, lazy_gettext("Counted wrongly when they came")),
)
_OTHER = ((Finding.OTHER.value, lazy_gettext("Something else")),)


class FindingForm(DeskForm):
    """What came of looking into a discrepancy: of a sale, or of a transfer."""

    finding = SelectField(
        lazy_gettext("What was found"), choices=[*_SOLD, *_MISSED, *_MISCOUNTED, *_OTHER]
    )
    note = StringField(lazy_gettext("Note"))


@dataclass(frozen=True, slots=True)
class ShownDiscrepancy:
    """A discrepancy with names in place of ids."""

    row: DiscrepancyRow
    variant: SoldVariant | None
    place: str
    sale: str
    displaced: str
    resolution: str


@needs(Permission.VIEW_STOCK)
def stock_discrepancies() -> Response:
    """List what the tills sold against the books."""
    return _page()


@needs(Permission.ADJUST_STOCK)
def resolve(discrepancy_id: UUID) -> Response:
    """Close a discrepancy with what was found; of a transfer, the books follow the finding.

    Raises:
        NotFoundError: the merchant has no such discrepancy.
    """
    form = sent(FindingForm)
    if not form.validate():
        announce(_("Choose what was found."), "bad")
        return _page(status=422)
    try:
        services().database.run(current_scope(), partial(_close, discrepancy_id, form))
    except (StockBelowHeldError, NotInTransitHereError) as error:
        announce(say(error.template, error.params), "bad")
        return _page(status=error.status)
    announce(_("Closed with what was found."))
    return moved("discrepancies")


def _close(discrepancy_id: UUID, form: FindingForm, session: Session) -> None:
    told = dict(FindingForm().finding.pairs)[form.finding.data]
    note = (form.note.data or "").strip()[:200]
    if form.finding.data in {each for each, _told in (*_MISSED, *_MISCOUNTED)}:
        close = partial(clear_up_transfer, finding=Finding(form.finding.data))
    else:
        close = partial(resolve_discrepancy)
    close(
        session,
        merchant_id=current_merchant().id,
        discrepancy_id=discrepancy_id,
        resolution=f"{told}: {note}" if note else str(told),
        actor_id=actor(),
    )


def _page(*, status: int = 200) -> Response:
    everything = request.args.get("all") == "1"
    with services().database.reading(current_scope()) as connection:
        found = discrepancies(connection, with_resolved=everything)
        rows = _shown_discrepancies(connection, found)
        open_count = sum(1 for row in found if row.resolved_at is None)
    return draw(
        "stock/discrepancies.html",
        status=status,
        title=_("Against the books"),
        room="stock",
        tabs=tabs("discrepancies", open_count),
        rows=rows,
        everything=everything,
        sold=[*_SOLD, *_OTHER],
        missed=[*_MISSED, *_MISCOUNTED, *_OTHER],
        too_many=[*_MISCOUNTED, *_OTHER],
    )


def _shown_discrepancies(
    connection: Connection, found: tuple[DiscrepancyRow, ...]
) -> list[ShownDiscrepancy]:
    names = {p.id: in_language(p.name, p.name_zh) for p in locations(connection)}
    variants = variants_by_ids(
        connection, variant_ids=[row.variant_id for row in found], locale=language()
    )
    told = [each for row in found for each in (row.sale_id, row.displaced_owner_id) if each]
    numbers = order_numbers(connection, order_ids=told)

    def number(order_id: UUID | None) -> str:
        return numbers.get(order_id, "") if order_id else ""

    return [
        ShownDiscrepancy(
            row=row,
            variant=variants.get(row.variant_id),
            place=names.get(row.location_id, ""),
            sale=number(row.sale_id),
            displaced=number(row.displaced_owner_id),
            resolution=automatic_findings().get(row.resolution or "", row.resolution or ""),
        )
        for row in found
    ]
