"""Find an order again by its number and the e-mail address, slowly enough that nobody can guess."""

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.typed import plain_code, plain_email
from commerce.orders.queries import order_by_number
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt
from commerce.web.access import public
from commerce.web.formats import hour
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_TOO_MANY = 429
_TRIES_PER_PLACE = 20
_TRIES_PER_NUMBER = 5


@public
def find_order(merchant: str) -> Response:
    """Ask for number and address."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    return _form(visit, {}, {})


@public
def look_up_order(merchant: str) -> Response:
    """Lead to the order when both fit; say the same thing whatever does not."""
    typed = {name: request.form.get(name, "").strip() for name in ("number", "email")}
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    number = plain_code(typed["number"]).lstrip("# ").upper()
    email = plain_email(typed["email"]).casefold()
    limits = _limits(visit, number)
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(session, limits=limits, now=utc_now())
    if wait is not None:
        sentence = _("Too many tries. Try again after %(hour)s.", hour=hour(wait))
        return _form(visit, typed, {"number": sentence}, status=_TOO_MANY)
    with services().database.reading(visit.scope) as connection:
        found = order_by_number(connection, number=number)
    if found is None or not found.email or found.email.casefold() != email:
        sentence = _("We know no order with this number and this e-mail address.")
        return _form(visit, typed, {"number": sentence}, status=_UNPROCESSABLE)
    with services().database.transaction(Scope.park()) as session:
        settle_attempt(session, forget=(), give_back=limits)
    return make_response(redirect(visit.order_path(found.id), _SEE_OTHER))


def _limits(visit: Visit, number: str) -> tuple[Limit, ...]:
    place = f"{visit.merchant.slug}:{current_origin().network}"
    return (
        Limit.of("order-lookup-place", place, allowed=_TRIES_PER_PLACE),
        Limit.of(
            "order-lookup-number", f"{visit.merchant.slug}:{number}", allowed=_TRIES_PER_NUMBER
        ),
    )


def _form(
    visit: Visit, typed: dict[str, str], faults: dict[str, str], *, status: int = 200
) -> Response:
    title = _("Find an order")
    return shown(
        "shop/lookup.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if faults else title),
        status=status,
        typed=typed,
        faults=faults,
        summary=[{"field": name, "message": said} for name, said in faults.items()],
    )
