"""What a shift took: the Z report as it was frozen."""

from uuid import UUID

from flask import Response

from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.registers.queries import shifts_of
from commerce.web.identity import current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.counted import over_or_short
from storefront.backoffice.stores.finding import find_register, people_here


@needs(Permission.VIEW_MONEY)
def shift_report(register_id: UUID, number: int) -> Response:
    """Show the Z report of a closed shift, as it was frozen."""
    till = find_register(register_id)
    with services().database.reading(current_scope()) as connection:
        shifts = shifts_of(connection, register_id=register_id, most=1000)
        people = people_here(connection)
    shift = next((each for each in shifts if each.number == number and each.report), None)
    if shift is None:
        raise NotFoundError
    return draw(
        "stores/z.html",
        title=_("Z report %(number)s", number=number),
        room="stores",
        trail=(
            Crumb(_("Stores and tills"), link("stores")),
            Crumb(till.name_in(language()), link("register", register_id=register_id)),
        ),
        shift=shift,
        report=shift.report,
        people=people,
        over_or_short=over_or_short,
        amount=lambda minor: Money(int(minor), shift.currency),
    )
