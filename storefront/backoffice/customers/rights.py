"""What customers may ask for: a copy of everything that is kept about them, and to be forgotten.

GDPR art. 15, 17 and 20; Personal Information Protection Law of the PRC art. 45 and 47.
"""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField

from commerce.customers.errors import UnknownCustomerError
from commerce.customers.queries import get_customer
from commerce.customers.rows import CustomerRow
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.payments.stored_value.queries import credit_of
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.people import disclose_person, file_about
from commerce.web.people import forget_person as forget_person_everywhere
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, needed, sent
from storefront.backoffice.speech import gettext as _


class ForgetForm(DeskForm):
    """That the person asked for it."""

    wish = HiddenField()
    asked = BooleanField(
        lazy_gettext("The person has asked for it, and I have made sure that it is them."),
        [needed(lazy_gettext("Tick the box to confirm."))],
    )


@needs(Permission.EXPORT_CUSTOMERS)
@proved_lately
def export_person(customer_id: UUID) -> Response:
    """Give out everything that is kept about one person as a file that machines read.

    The file leaves the house with all that protects it here, so only owners fetch it.
    """
    with services().database.transaction(current_scope()) as session:
        told = disclose_person(
            session,
            merchant_id=current_merchant().id,
            customer_id=customer_id,
            actor_id=actor(),
        )
    return file_about(current_merchant(), told, name=f"customer-{customer_id}")


@needs(Permission.EDIT_CUSTOMERS)
def forget_person(customer_id: UUID) -> Response:
    """Say what goes, what stays and why, before anything happens."""
    return _page(_known(customer_id), ForgetForm())


@needs(Permission.EDIT_CUSTOMERS)
@proved_lately
def erase_person(customer_id: UUID) -> Response:
    """Forget a person for good."""
    person, form = _known(customer_id), sent(ForgetForm)
    if not form.validate():
        return _page(person, form)
    try:
        with services().database.transaction(current_scope()) as session:
            forget_person_everywhere(
                session,
                merchant_id=current_merchant().id,
                customer_id=customer_id,
                actor_id=actor(),
                now=utc_now(),
            )
    except CommerceError as error:
        form.refuse(error)
        return _page(person, form)
    announce(_("Forgotten. The orders stay, without the name."))
    return moved("customer", customer_id=customer_id)


def _known(customer_id: UUID) -> CustomerRow:
    with services().database.reading(current_scope()) as connection:
        person = get_customer(connection, customer_id=customer_id)
    if person.erased_at is not None:
        raise UnknownCustomerError
    return person


def _page(person: CustomerRow, form: ForgetForm) -> Response:
    failed = request.method == "POST"
    name = person.name or person.email or _("Guest")
    with services().database.reading(current_scope()) as connection:
        own = credit_of(connection, customer_id=person.id)
    return draw(
        "customers/forget.html",
        title=_("Forget %(name)s", name=name),
        room="customers",
        trail=(
            Crumb(_("Customers"), link("customers")),
            Crumb(name, link("customer", customer_id=person.id)),
        ),
        status=422 if failed else 200,
        person=person,
        credit=[each.balance for each in own if each.balance],
        form=form,
        faults=form.faults if failed else [],
    )
