"""Take in what was counted at the door, be it from a supplier or from another place."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.rows import Arrived
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.web.identity import current_scope
from commerce.web.services import services
from storefront.backoffice.desk import announce
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.tally import Due, Tally, arrivals
from storefront.backoffice.stockroom.typed import line_faults

Book = Callable[[Session, UUID, Sequence[Arrived]], object]


def take_in(
    tally: Tally,
    due: Mapping[UUID, Due],
    *,
    book: Book,
    page: Callable[[Tally, list[Fault]], Response],
    onward: Callable[[], Response],
) -> Response:
    """Book a tally that is final as one receipt, whose id `book` is given; else show `page` again."""
    if not tally.is_final:
        return page(tally, tally.faults)
    faults: list[Fault] = []
    arrived = arrivals(tally, due, faults, keeps_more=request.form.get("more") == "on")
    if faults:
        return page(tally, faults)

    def work(session: Session) -> None:
        # Sent once more with other figures, a form is refused instead of taken for the first.
        if is_first(session):
            book(session, typed_id(named_wish()) or new_id(), arrived)

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return page(tally, line_faults(error, tally.goods))
    units = sum(each.units for each in arrived)
    announce(ngettext("%(num)d unit taken in.", "%(num)d units taken in.", units))
    return onward()
