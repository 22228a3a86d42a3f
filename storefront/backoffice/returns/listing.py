"""The list of returns, the open ones first."""

from flask import Response, request

from commerce.checkout.returns.where import order_number_in, return_reference
from commerce.inventory.queries import locations
from commerce.kernel.money import Money
from commerce.kernel.typed import plain_code
from commerce.orders.returns.queries import list_returns, open_returns
from commerce.orders.returns.rows import ListedReturn
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.returns.words import return_state, return_way
from storefront.backoffice.speech import gettext as _

_MOST = 50


@needs(Permission.VIEW_ORDERS)
def returns() -> Response:
    """List returns: those that wait for somebody, or all."""
    everything = "all" in request.args
    words = plain_code(request.args.get("words", ""))[:80]
    with services().database.reading(current_scope()) as connection:
        names = place_names(locations(connection))
        found = list_returns(
            connection,
            open_only=not everything,
            words=words if "@" in words else order_number_in(words),
            before=typed_id(request.args.get("before")),
            most=_MOST + 1,
        )
        waiting = sum(count for count, _since in open_returns(connection).values())
    rows, more = found[:_MOST], found[_MOST:]
    kept = {"words": words} if words else {}
    return draw(
        "returns/list.html",
        title=_("Returns"),
        room="returns",
        rows=rows,
        names=names,
        words=words,
        everything=everything,
        reference=_reference,
        amount=_amount,
        state_of=return_state,
        way_of=return_way,
        next_url=link("returns", before=rows[-1].id, **({"all": 1} if everything else {}), **kept)
        if more
        else "",
        views=[
            {"label": label, "url": link("returns", **more, **kept), "current": current, **told}
            for label, more, current, told in (
                (_("Waiting"), {}, not everything, {"count": waiting}),
                (_("All of them"), {"all": 1}, everything, {}),
            )
        ],
    )


def _reference(row: ListedReturn) -> str:
    return return_reference(row.order_number, row.position)


def _amount(row: ListedReturn) -> Money:
    """Return what went back, or what the goods are worth that were taken back."""
    return Money(row.refunded_minor or row.goods_minor + row.delivery_minor, row.currency)
