"""Take everything along that the shop keeps about oneself (GDPR art. 15 and 20, PIPL art. 45)."""

from flask import Response
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.throttle import Limit, claim_attempt
from commerce.web.formats import hour
from commerce.web.identity import shopper as demands_shopper
from commerce.web.people import disclose_person, file_about
from commerce.web.services import services
from storefront.account.pages import page, visit_of
from storefront.account.proving import Refusal
from storefront.shop.visit import Visit

_FILES = 5
_TOO_MANY = 429


@demands_shopper
def show_own_file(merchant: str) -> Response:
    """Say what is in the file."""
    visit, _person = visit_of(merchant)
    return _page(visit)


@demands_shopper
def take_own_file(merchant: str) -> Response:
    """Give out the same file that the desk makes, about nobody else, and note it."""
    visit, person = visit_of(merchant)
    limit = Limit.of("shopper-file", f"{visit.merchant.id} {person.id}", allowed=_FILES)
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(session, limits=[limit], now=utc_now())
    if wait is not None:
        told = _("Too many tries. Try again after %(hour)s.", hour=hour(wait))
        return _page(visit, Refusal("", told, _TOO_MANY))
    with services().database.transaction(visit.scope) as session:
        told = disclose_person(
            session, merchant_id=visit.merchant.id, customer_id=person.id, actor_id=None
        )
    return file_about(visit.merchant, told, name=f"{visit.merchant.slug}-my-data")


def _page(visit: Visit, refusal: Refusal | None = None) -> Response:
    return page("own_file", visit, _("Take your data along"), refusal=refusal)
