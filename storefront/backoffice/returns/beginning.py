"""Begin a return for a customer who writes or calls: agreed at once, whenever it was bought."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.checkout.returns import ask_return, returnable_lines
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.kernel.typed import plain_code, plain_words
from commerce.orders.returns.reasons import reasons_on
from commerce.orders.returns.rows import AskedUnits, ReturnWay
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import sentence
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.orders.file import OrderFile, name_of
from storefront.backoffice.orders.showing import read
from storefront.backoffice.returns.words import return_way
from storefront.backoffice.speech import gettext as _

_MOST_DIGITS = 9
_WAYS = (ReturnWay.POST, ReturnWay.STORE)


@needs(Permission.EDIT_ORDERS)
def begin_return(order_id: UUID) -> Response:
    """Show what of an order could come back."""
    return _page(read(order_id))


@needs(Permission.EDIT_ORDERS)
def agree_return(order_id: UUID) -> Response:
    """Agree to a return; the customer is told where the goods go."""
    file, return_id = read(order_id), new_id()
    way = ReturnWay.STORE if request.form.get("way") == "store" else ReturnWay.POST

    def work(session: Session) -> bool:
        return is_first(session) and ask_return(
            session,
            durable=services().durable,
            merchant=current_merchant(),
            order_id=order_id,
            return_id=return_id,
            asked=_asked(file),
            way=way,
            note=plain_words(request.form.get("note", "")).strip(),
            now=utc_now(),
            actor_id=actor(),
        )

    try:
        first = services().database.run(current_scope(), work)
    except CommerceError as error:
        return _page(file, error=error)
    announce(_("Agreed. The customer is told where the goods go."))
    return moved("one_return", return_id=return_id) if first else moved("order", order_id=order_id)


def _asked(file: OrderFile) -> list[AskedUnits]:
    asked = []
    for shown in file.lines:
        typed = plain_code(request.form.get(f"units-{shown.line.id}", ""))[:_MOST_DIGITS]
        if typed.isascii() and typed.isdigit() and int(typed):
            reason = request.form.get(f"reason-{shown.line.id}", "")
            asked.append(AskedUnits(shown.line.id, int(typed), reason))
    return asked


def _page(file: OrderFile, *, error: CommerceError | None = None) -> Response:
    with services().database.reading(current_scope()) as connection:
        found = returnable_lines(connection, order=file.order)
    number = _("Order %(number)s", number=file.order.number)
    return draw(
        "returns/begin.html",
        title=_("Take something back"),
        room="returns",
        trail=(
            Crumb(_("Orders"), link("orders")),
            Crumb(number, link("order", order_id=file.order.id)),
        ),
        status=422 if error else 200,
        file=file,
        lines=[each for each in found if each.units],
        reasons=_reasons(),
        ways=[(way.value, return_way(way)) for way in _WAYS],
        faults=[{"field": "", "message": sentence(error)}] if error else [],
        wish=named_wish(),
        called={shown.line.id: name_of(shown) for shown in file.lines},
        usual_way="store" if file.order.channel is Channel.TILL else "post",
    )


def _reasons() -> list[tuple[str, str]]:
    return [(each.code, each.name_in(language())) for each in reasons_on(utc_now().date())]
