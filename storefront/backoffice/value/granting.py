"""Give a customer store credit."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.customers.queries import get_customer
from commerce.park.permissions import Permission
from commerce.payments.stored_value.service import grant_credit
from commerce.web.formats import money
from commerce.web.idempotency import MissingKeyError
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import typed_id
from storefront.backoffice.once import FIELD, is_first
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.value.forms import AmountForm, sent_amount


@needs(Permission.MANAGE_GIFT_CARDS)
def give_credit(customer_id: UUID) -> Response:
    """Give a customer credit for a reason."""
    form, amount = sent_amount(AmountForm, current_merchant().currency)
    wish = typed_id(request.form.get(FIELD))
    if wish is None:
        raise MissingKeyError
    if amount is None:
        announce(_("Give an amount above zero and a reason."), "bad")
        return moved("customer", customer_id=customer_id)

    def work(session: Session) -> UUID | None:
        if not is_first(session):
            return None
        person = get_customer(session, customer_id=customer_id)
        return grant_credit(
            session,
            merchant_id=current_merchant().id,
            customer_id=person.id,
            amount=amount,
            reason=form.reason.data,
            request_id=wish,
            actor_id=actor(),
        )

    account_id = services().database.run(current_scope(), work)
    announce(_("%(amount)s is store credit of the customer now.", amount=money(amount)))
    if account_id is None:
        return moved("customer", customer_id=customer_id)
    return moved("gift_card", account_id=account_id)
