"""Transfers: goods on their way between two places, how far each is, and its packing list."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import receipts_of, transfer_by_id, transfers
from commerce.inventory.rows import ReceiptRow, TransferLineRow, TransferRow, TransferState
from commerce.kernel.errors import NotFoundError
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
from storefront.backoffice.words import Label

_MOST = 50
_OPEN = (TransferState.DRAFT, TransferState.SENT)


@dataclass(frozen=True, slots=True)
class TransferFile:
    """Everything about one transfer."""

    row: TransferRow
    lines: tuple[TransferLineRow, ...]
    places: dict[UUID, str]
    goods: dict[UUID, SoldVariant]

    @property
    def title(self) -> str:
        """What people call it."""
        return _("Transfer %(number)s", number=self.row.number)

    @property
    def origin(self) -> str:
        """Where its goods come from."""
        return self.places.get(self.row.origin_id, "")

    @property
    def destination(self) -> str:
        """Where they go."""
        return self.places.get(self.row.destination_id, "")

    @property
    def under_way(self) -> int:
        """Units that are in transit now."""
        return sum(line.under_way for line in self.lines)


def transfer_state(state: TransferState) -> Label:
    """Return what the desk calls a transfer's state."""
    return {
        TransferState.DRAFT: Label(_("To send off"), "wait"),
        TransferState.SENT: Label(_("In transit"), "info"),
        TransferState.RECEIVED: Label(_("Received"), "good"),
        TransferState.CANCELLED: Label(_("Called off")),
    }[state]


@needs(Permission.VIEW_STOCK)
def transfer_list() -> Response:
    """List transfers: those that are open, or all of them."""
    everything = request.args.get("all") == "1"
    with services().database.reading(current_scope()) as connection:
        found = transfers(
            connection,
            states=TransferState if everything else _OPEN,
            location_id=typed_id(request.args.get("place")),
            before=typed_id(request.args.get("before")),
            most=_MOST + 1,
        )
        places = place_names(connection)
    shown = found[:_MOST]
    further = shown[-1].id if len(found) > _MOST else None
    return show(
        "transfers.html",
        title=_("Transfers"),
        tab="transfers",
        rows=shown,
        places=places,
        everything=everything,
        today=today_here(),
        state_of=transfer_state,
        next_url=link("transfers", before=further, **({"all": 1} if everything else {}))
        if further
        else "",
    )


@needs(Permission.VIEW_STOCK)
def transfer(transfer_id: UUID) -> Response:
    """Show one transfer: what was asked for, sent and received, and what can be done with it."""
    return transfer_page(transfer_id)


def transfer_page(transfer_id: UUID, *, refused: str = "") -> Response:
    """Draw one transfer; `refused` says what the business would not do with it."""
    with services().database.reading(current_scope()) as connection:
        file = read_transfer(connection, transfer_id)
        receipts: tuple[ReceiptRow, ...] = receipts_of(connection, subject_id=transfer_id)
        people = people_names(connection)
        own = own_places(connection)
    row = file.row
    return show(
        "transfer.html",
        title=file.title,
        tab="transfers",
        trail=(Crumb(_("Transfers"), link("transfers")),),
        status=409 if refused else 200,
        file=file,
        receipts=receipts,
        people=people,
        today=today_here(),
        state=transfer_state(row.state),
        may_send=own is None or row.origin_id in own,
        may_receive=own is None or row.destination_id in own,
        refused=refused,
    )


@needs(Permission.VIEW_STOCK)
def transfer_paper(transfer_id: UUID) -> Response:
    """Show the packing list, in the order of the shelves, to be printed."""
    with services().database.reading(current_scope()) as connection:
        file = read_transfer(connection, transfer_id)
        people = people_names(connection)
    return show(
        "transfer_paper.html",
        title=_("Packing list %(number)s", number=file.row.number),
        tab="transfers",
        trail=(
            Crumb(_("Transfers"), link("transfers")),
            Crumb(file.row.number, link("transfer", transfer_id=transfer_id)),
        ),
        file=file,
        people=people,
        sender=current_merchant().name_in(language()),
    )


def read_transfer(connection: Connection, transfer_id: UUID) -> TransferFile:
    """Return a transfer with the goods on it.

    Raises:
        NotFoundError: the merchant has no such transfer.
    """
    found = transfer_by_id(connection, transfer_id=transfer_id)
    if found is None:
        raise NotFoundError
    row, lines = found
    return TransferFile(
        row=row,
        lines=tuple(lines),
        places=place_names(connection),
        goods=goods_by_id(connection, [line.variant_id for line in lines]),
    )
