"""Ask for the password once more before something that a found phone must not be able to do."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from commerce.customers.service import (
    ProvenShopper,
    begin_shopper_proof,
    check_shopper_password,
    finish_shopper_proof,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.web.formats import hour
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.shop.visit import Visit

_UNPROCESSABLE = 422
_TOO_MANY = 429

PRESENT = "present"
"""The field in which pages ask for the password."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page comes back, at which field, and with which status."""

    field: str
    sentence: str
    status: int = _UNPROCESSABLE


def prove(visit: Visit) -> ProvenShopper | Refusal:
    """Check the password that was sent along; misses are counted as at the sign-in."""
    database, now = services().database, utc_now()
    with database.transaction(Scope.park()) as session:
        attempt = begin_shopper_proof(
            session,
            merchant_id=visit.merchant.id,
            customer_id=shopper().customer_id,
            now=now,
        )
    proof = check_shopper_password(attempt, request.form.get(PRESENT, ""))
    with database.transaction(Scope.park()) as session:
        proven = finish_shopper_proof(session, attempt=attempt, proof=proof)
    if proven is not None:
        return proven
    if attempt.wait_until is not None:
        wait = _("Too many tries. Try again after %(hour)s.", hour=hour(attempt.wait_until))
        return Refusal(PRESENT, str(wait), _TOO_MANY)
    return Refusal(PRESENT, str(_("This is not your password. Check it and try again.")))
