"""Take in what arrived of a transfer, and settle what never did."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.rows import Arrived, TransferState
from commerce.inventory.service import receive_transfer, return_the_rest, write_off_the_rest
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import Fault, sentence
from storefront.backoffice.once import named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import called, codes_of
from storefront.backoffice.stockroom.posts import hold_to_posts
from storefront.backoffice.stockroom.taking_in import take_in
from storefront.backoffice.stockroom.tally import (
    Due,
    Tally,
    fresh_tally,
    worked_tally,
)
from storefront.backoffice.stockroom.transfers import (
    TransferFile,
    read_transfer,
    transfer_page,
)
from storefront.backoffice.stockroom.typed import by_field


@needs(Permission.WORK_STOCK)
def receive(transfer_id: UUID) -> Response:
    """Count what arrived, and take it in."""
    with services().database.reading(current_scope()) as connection:
        file = read_transfer(connection, transfer_id)
        hold_to_posts(connection, file.row.destination_id)
        due = {line.variant_id: Due(line.under_way) for line in file.lines}
        if request.method == "GET":
            return _page(file, due, fresh_tally(connection, due), [])
        tally = worked_tally(connection, due, takes_strangers=True)

    def book(session: Session, receipt_id: UUID, arrived: Sequence[Arrived]) -> None:
        receive_transfer(
            session,
            merchant_id=current_merchant().id,
            transfer_id=transfer_id,
            receipt_id=receipt_id,
            arrived=arrived,
            reason=request.form.get("reason", ""),
            note=request.form.get("note", ""),
            actor_id=actor(),
        )

    return take_in(
        tally,
        due,
        book=book,
        page=partial(_page, file, due),
        onward=partial(moved, "transfer", transfer_id=transfer_id),
    )


@needs(Permission.ADJUST_STOCK)
def settle(transfer_id: UUID) -> Response:
    """Say what became of the units that never arrived: they are lost, or back where they came from."""
    with services().database.reading(current_scope()) as connection:
        row = read_transfer(connection, transfer_id).row
        hold_to_posts(connection, row.origin_id, row.destination_id)
    is_back = request.form.get("do") == "back"

    def work(session: Session) -> None:
        verb = return_the_rest if is_back else write_off_the_rest
        verb(
            session,
            merchant_id=current_merchant().id,
            transfer_id=transfer_id,
            reason=request.form.get("reason", ""),
            actor_id=actor(),
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return transfer_page(transfer_id, refused=sentence(error))
    announce(
        _("Settled. The goods are back on the books of the place that sent them.")
        if is_back
        else _(
            "Settled. What is missing waits under “Against the books” for whoever looks into it."
        )
    )
    return moved("transfer", transfer_id=transfer_id)


def _page(file: TransferFile, due: dict[UUID, Due], tally: Tally, faults: list[Fault]) -> Response:
    return show(
        "receive.html",
        title=_("Take in %(number)s", number=file.row.number),
        tab="transfers",
        trail=(
            Crumb(_("Transfers"), link("transfers")),
            Crumb(file.row.number, link("transfer", transfer_id=file.row.id)),
        ),
        status=422 if faults else 200,
        url=link("receive_transfer", transfer_id=file.row.id),
        is_open=file.row.state is TransferState.SENT,
        closed=_(
            "This transfer is not under way: it was not sent yet, or all of it has been settled."
        ),
        place=file.destination,
        by_lot=False,
        asks_why=True,
        due=due,
        tally=tally,
        faults=faults,
        at=by_field(faults),
        wish=named_wish(),
        called=called,
        codes_of=codes_of,
    )
