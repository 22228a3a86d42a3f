"""One part of an order, as the clerk has it in hand: what to fetch from where, and the next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.fulfilment.errors import UnknownFulfilmentError
from commerce.fulfilment.labels.queries import carrier_accounts, labels_of_part, scans_of
from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.fulfilment.queries import (
    fulfilment_by_id,
    to_take_out,
    was_taken_out_since,
    zones_of,
)
from commerce.fulfilment.rows import (
    DeliveryKind,
    FulfilmentLineRow,
    FulfilmentRow,
    FulfilmentState,
)
from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.mails.pickups import last_day
from commerce.web.refusals import why_refused
from commerce.web.services import services
from commerce.web.tracking_words import scan_place, stage_name, stage_state
from storefront.backoffice.desk import Crumb, actor, draw, link
from storefront.backoffice.once import new_wish
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.orders.showing import ShipForm, carrier_choices
from storefront.backoffice.packing.listing import clerks
from storefront.backoffice.packing.words import (
    decline_reasons,
    due_label,
    kind_name,
    label_state,
    part_state,
    short_reasons,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import Label

MANY = 5
"""From so many units of one product on, all of them can be ticked off at once."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What to fetch: where it lies, what it is called, how many are still missing."""

    line: FulfilmentLineRow
    zone: str
    variant: SoldVariant | None

    @property
    def left(self) -> int:
        """Units that are still to be picked."""
        return self.line.quantity - self.line.picked


@dataclass(frozen=True, slots=True)
class PartFile:
    """Everything about one part of an order."""

    part: FulfilmentRow
    order: OrderRow
    place: str
    clerk: str
    lines: tuple[ShownLine, ...]
    out: tuple[tuple[int, SoldVariant | None], ...] = ()
    """Units that were refunded after they had been picked: they have to come out."""
    has_carriers: bool = False
    """Whether a label could be booked."""
    label: LabelRow | None = None
    """The latest label of the parcel."""
    scans: tuple[dict[str, Any], ...] = ()
    """Where the parcel was seen, as a timeline draws it."""
    label_names_too_much: bool = False
    """Whether units came out of the parcel that its label still names."""

    @property
    def is_labelled(self) -> bool:
        """Whether the parcel has a label to leave with."""
        return self.label is not None and self.label.state is LabelState.BOOKED

    @property
    def label_state(self) -> Label | None:
        """What the desk calls how the label stands."""
        return label_state(self.label) if self.label else None

    @property
    def label_refusal(self) -> str:
        """Why the carrier refused, in the reader's language."""
        label = self.label
        if label is None:
            return ""
        return why_refused(plugin=label.plugin, refusal=label.refusal, detail=label.detail)

    @property
    def in_my_hands(self) -> bool:
        """Whether whoever looks at it picks it."""
        return self.part.state is FulfilmentState.PICKING and self.part.clerk_id == actor()

    @property
    def complete(self) -> bool:
        """Whether everything is picked."""
        return all(not shown.left for shown in self.lines)


def read_part(connection: Connection, fulfilment_id: UUID) -> PartFile:
    """Return everything about one part of an order.

    Raises:
        UnknownFulfilmentError: the merchant has no such part, or it is a service.
    """
    part = fulfilment_by_id(connection, fulfilment_id=fulfilment_id)
    order = order_by_id(connection, order_id=part.order_id) if part is not None else None
    if part is None or order is None or part.location_id is None:
        raise UnknownFulfilmentError
    out = to_take_out(connection, order_ids=[order.id]).get(part.id, {})
    ids = [line.variant_id for line in part.lines]
    variants = variants_by_ids(connection, variant_ids=ids, locale=language())
    zones = zones_of(connection, location_id=part.location_id, variant_ids=ids)
    people = clerks(connection) if part.clerk_id else {}
    label = _label(connection, part)
    return PartFile(
        part=part,
        order=order,
        place=place_names(locations(connection)).get(part.location_id, ""),
        clerk=people.get(part.clerk_id, "") if part.clerk_id else "",
        lines=_lines(part, variants, zones),
        out=tuple((units, variants.get(each)) for each, units in out.items()),
        has_carriers=_is_parcel(part) and bool(carrier_accounts(connection)),
        label=label,
        scans=_scans(connection, label) if label and label.stage else (),
        label_names_too_much=label is not None and _names_too_much(connection, label),
    )


def _is_parcel(part: FulfilmentRow) -> bool:
    return part.kind is DeliveryKind.PARCEL and part.state is not FulfilmentState.OPEN


def _label(connection: Connection, part: FulfilmentRow) -> LabelRow | None:
    """Return the label that counts, else the latest; what is given back is no news any more."""
    if not _is_parcel(part):
        return None
    labels = labels_of_part(connection, fulfilment_id=part.id)
    shown = [each for each in labels if each.state is not LabelState.CANCELLED]
    live = [each for each in shown if each.state in {LabelState.ASKED, LabelState.BOOKED}]
    return next(iter([*live, *shown]), None)


def _names_too_much(connection: Connection, label: LabelRow) -> bool:
    """Return whether units came out of the box after its carrier was told what is in it."""
    return label.state in {LabelState.ASKED, LabelState.BOOKED} and was_taken_out_since(
        connection,
        order_id=label.order_id,
        fulfilment_id=label.fulfilment_id,
        since=label.created_at,
    )


def _scans(connection: Connection, label: LabelRow) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "title": stage_name(scan.stage, language()),
            "state": stage_state(scan.stage),
            "at": scan.at,
            "text": scan_place(scan.place, scan.country, language()),
        }
        for scan in scans_of(connection, label_ids=[label.id])
    )


def _lines(
    part: FulfilmentRow, variants: Mapping[UUID, SoldVariant], zones: Mapping[UUID, str]
) -> tuple[ShownLine, ...]:
    """Return the lines in the order in which one walks along the shelves; unknown shelves last."""
    shown = [
        ShownLine(line, zones.get(line.variant_id, ""), variants.get(line.variant_id))
        for line in part.lines
        if line.quantity or line.short
    ]
    return tuple(
        sorted(shown, key=lambda each: (not each.zone, each.zone, str(each.line.variant_id)))
    )


@needs(Permission.FULFIL_ORDERS)
def part(fulfilment_id: UUID) -> Response:
    """Show one part of an order with its next step."""
    return part_page(fulfilment_id)


def part_page(fulfilment_id: UUID, *, ship: ShipForm | None = None) -> Response:
    """Draw one part; `ship` is the form about its carrier that was sent and refused."""
    with services().database.reading(current_scope()) as connection:
        file = read_part(connection, fulfilment_id)
    return draw(
        "packing/part.html",
        title=_("Order %(number)s", number=file.order.number),
        room="packing",
        trail=(Crumb(_("Pick and pack"), link("packing")),),
        status=422 if ship is not None else 200,
        file=file,
        state=part_state(file.part.state),
        kind=kind_name(file.part.kind),
        due=due_label(file.part.due_at, utc_now()),
        ship=ship or ShipForm(),
        carriers=carrier_choices(),
        faults=ship.faults if ship is not None else [],
        short_reasons=short_reasons(),
        decline_reasons=decline_reasons(),
        many=MANY,
        wish=new_wish(),
        until=last_day(file.part, current_merchant().time_zone) if file.part.collect_by else None,
        scanned="scanned" in request.args,
        shown="shown" in request.args,
    )
