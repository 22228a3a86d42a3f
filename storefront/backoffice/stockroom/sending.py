"""Pack what a transfer asks for, scanned one by one or typed, and send it off."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.rows import Portion, TransferState
from commerce.inventory.service import cancel_transfer, expect_transfer_on, send_transfer
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import Fault, sentence
from storefront.backoffice.once import named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import called, codes_of
from storefront.backoffice.stockroom.posts import hold_to_posts
from storefront.backoffice.stockroom.tally import (
    Due,
    Tally,
    counted,
    fresh_tally,
    worked_tally,
)
from storefront.backoffice.stockroom.transfers import (
    TransferFile,
    read_transfer,
    transfer_page,
)
from storefront.backoffice.stockroom.typed import by_field, line_faults, typed_day


@needs(Permission.WORK_STOCK)
def send(transfer_id: UUID) -> Response:
    """Pack what is asked for, and send it."""
    with services().database.reading(current_scope()) as connection:
        file = read_transfer(connection, transfer_id)
        hold_to_posts(connection, file.row.origin_id)
        due = {line.variant_id: Due(line.asked, zone=line.zone) for line in file.lines}
        if request.method == "GET":
            return _page(file, due, fresh_tally(connection, due), [])
        tally = worked_tally(connection, due)
    if not tally.is_final:
        return _page(file, due, tally, tally.faults)
    faults: list[Fault] = []
    packed = [Portion(row.variant_id, units) for row, units in counted(tally, faults)]
    try:
        expected_on = typed_day(request.form.get("expected"))
    except ValueError:
        faults.append({"field": "expected", "message": _("Choose a day.")})
    if faults:
        return _page(file, due, tally, faults)

    def work(session: Session) -> None:
        send_transfer(
            session,
            merchant_id=current_merchant().id,
            transfer_id=transfer_id,
            sent=packed,
            expected_on=expected_on,
            actor_id=actor(),
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return _page(file, due, tally, line_faults(error, tally.goods))
    units = sum(each.quantity for each in packed)
    announce(ngettext("%(num)d unit is on its way.", "%(num)d units are on their way.", units))
    return moved("transfer", transfer_id=transfer_id)


@needs(Permission.WORK_STOCK)
def cancel(transfer_id: UUID) -> Response:
    """Drop a draft; its goods are free again."""
    with services().database.reading(current_scope()) as connection:
        row = read_transfer(connection, transfer_id).row
        hold_to_posts(connection, row.origin_id, row.destination_id)

    def work(session: Session) -> None:
        cancel_transfer(session, merchant_id=current_merchant().id, transfer_id=transfer_id)

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return transfer_page(transfer_id, refused=sentence(error))
    announce(_("Called off. Its goods are free again."))
    return moved("transfers")


@needs(Permission.WORK_STOCK)
def expect(transfer_id: UUID) -> Response:
    """Say anew when it arrives."""
    with services().database.reading(current_scope()) as connection:
        row = read_transfer(connection, transfer_id).row
        hold_to_posts(connection, row.origin_id, row.destination_id)

    def work(session: Session) -> None:
        expect_transfer_on(
            session,
            merchant_id=current_merchant().id,
            transfer_id=transfer_id,
            expected_on=typed_day(request.form.get("expected")),
        )

    try:
        services().database.run(current_scope(), work)
    except ValueError:
        return transfer_page(transfer_id, refused=_("Choose a day."))
    except CommerceError as error:
        return transfer_page(transfer_id, refused=sentence(error))
    announce(_("Saved."))
    return moved("transfer", transfer_id=transfer_id)


def _page(file: TransferFile, due: dict[UUID, Due], tally: Tally, faults: list[Fault]) -> Response:
    return show(
        "send.html",
        title=_("Send %(number)s off", number=file.row.number),
        tab="transfers",
        trail=(
            Crumb(_("Transfers"), link("transfers")),
            Crumb(file.row.number, link("transfer", transfer_id=file.row.id)),
        ),
        status=422 if faults else 200,
        url=link("send_transfer", transfer_id=file.row.id),
        is_open=file.row.state is TransferState.DRAFT,
        file=file,
        due=due,
        tally=tally,
        faults=faults,
        at=by_field(faults),
        wish=named_wish(),
        called=called,
        codes_of=codes_of,
    )
