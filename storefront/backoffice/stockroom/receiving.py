"""Take in what came from a supplier: scanned one by one or typed, in one part or in several."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.rows import Arrived, PurchaseState
from commerce.inventory.service import receive_purchase
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, link, moved
from storefront.backoffice.forms import Fault
from storefront.backoffice.once import named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import called, codes_of
from storefront.backoffice.stockroom.posts import hold_to_posts
from storefront.backoffice.stockroom.purchases import PurchaseFile, read_purchase
from storefront.backoffice.stockroom.taking_in import take_in
from storefront.backoffice.stockroom.tally import (
    Due,
    Tally,
    fresh_tally,
    worked_tally,
)
from storefront.backoffice.stockroom.typed import by_field


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

    def book(session: Session, receipt_id: UUID, arrived: Sequence[Arrived]) -> None:
        receive_purchase(
            session,
            merchant_id=current_merchant().id,
            purchase_id=purchase_id,
            receipt_id=receipt_id,
            arrived=arrived,
            note=request.form.get("note", ""),
            actor_id=actor(),
        )

    return take_in(
        tally,
        due,
        book=book,
        page=partial(_page, file, due),
        onward=partial(moved, "purchase", purchase_id=purchase_id),
    )


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
