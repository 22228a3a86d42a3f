"""Take in what came from a supplier: scanned one by one or typed, in one part or in several."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.rows import PurchaseState
from commerce.inventory.service import receive_purchase
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import called, codes_of
from storefront.backoffice.stockroom.posts import hold_to_posts
from storefront.backoffice.stockroom.purchases import PurchaseFile, read_purchase
from storefront.backoffice.stockroom.tally import (
    Due,
    Tally,
    arrivals,
    fresh_tally,
    worked_tally,
)
from storefront.backoffice.stockroom.typed import by_field, line_faults


@needs(Permission.WORK_STOCK)
def receive(purchase_id: UUID) -> Response:
    """Count what came, and take it in."""
    with services().database.reading(current_scope()) as connection:
        file = read_purchase(connection, purchase_id)
        hold_to_posts(connection, file.row.location_id)
        due = {line.variant_id: Due(line.outstanding, line.lots) for line in file.lines}
        if request.method == "GET":
            return _page(file, due, fresh_tally(connection, due), [])
        tally = worked_tally(connection, due)
    if not tally.is_final:
        return _page(file, due, tally, tally.faults)
    faults: list[Fault] = []
    arrived = arrivals(tally, due, faults, keeps_more=request.form.get("more") == "on")
    if faults:
        return _page(file, due, tally, faults)

    def work(session: Session) -> None:
        # Sent once more with other figures, a form is refused instead of taken for the first.
        if not is_first(session):
            return
        receive_purchase(
            session,
            merchant_id=current_merchant().id,
            purchase_id=purchase_id,
            receipt_id=typed_id(named_wish()) or new_id(),
            arrived=arrived,
            note=request.form.get("note", ""),
            actor_id=actor(),
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return _page(file, due, tally, line_faults(error, tally.goods))
    units = sum(each.units for each in arrived)
    announce(ngettext("%(num)d unit taken in.", "%(num)d units taken in.", units))
    return moved("purchase", purchase_id=purchase_id)


def _page(file: PurchaseFile, due: dict[UUID, Due], tally: Tally, faults: list[Fault]) -> Response:
    return show(
        "receive.html",
        title=_("Take in %(number)s", number=file.row.number),
        tab="purchases",
        trail=(
            Crumb(_("Purchases"), link("purchases")),
            Crumb(file.row.number, link("purchase", purchase_id=file.row.id)),
        ),
        status=422 if faults else 200,
        url=link("receive_purchase", purchase_id=file.row.id),
        is_open=file.row.state is PurchaseState.ORDERED,
        closed=_("Nothing is expected of this purchase: it was not ordered yet, or it is closed."),
        place=file.place,
        by_lot=True,
        asks_why=False,
        due=due,
        tally=tally,
        goods=tally.goods,
        faults=faults,
        at=by_field(faults),
        wish=named_wish(),
        called=called,
        codes_of=codes_of,
    )
