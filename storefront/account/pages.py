"""The small pages behind “Sign-in and data”: where they lead back to, and how they refuse."""

from typing import Any

from flask import Response, make_response, redirect
from flask_babel import gettext as _

from commerce.customers.queries import get_customer
from commerce.customers.rows import CustomerRow
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.account.proving import Refusal
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303


def visit_of(merchant: str) -> tuple[Visit, CustomerRow]:
    """Return the visit and who is signed in."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        return visit, get_customer(connection, customer_id=shopper().customer_id)


def page(
    name: str, visit: Visit, title: str, *, refusal: Refusal | None = None, **facts: Any
) -> Response:
    """Show the page `name`; what was refused stands above it and beside its field."""
    faults = {refusal.field: refusal.sentence} if refusal else {}
    return shown(
        f"account/{name}.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if refusal else title),
        status=refusal.status if refusal else 200,
        title=title,
        faults=faults,
        summary=[{"field": field, "message": told} for field, told in faults.items()],
        **facts,
    )


def done(visit: Visit, what: str) -> Response:
    """Lead back to the overview, which says what was done."""
    return make_response(redirect(f"{visit.path('account')}?done={what}", _SEE_OTHER))
