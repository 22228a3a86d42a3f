"""One order with everything about it."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField

from commerce.fulfilment.carriers import LONGEST_CARRIER, carriers
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import minor_digits
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    SelectField,
    optional_text,
    sentence,
    some_text,
    typed_form,
)
from storefront.backoffice.once import FIELD, named_wish
from storefront.backoffice.orders.file import OrderFile
from storefront.backoffice.orders.paying_out import ways_to_pay_out
from storefront.backoffice.orders.reading import read_order
from storefront.backoffice.orders.returned import shown_returns
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.value.words import account_name

OTHER_CARRIER = "other"
"""What stands in the list for a carrier that is not on it."""


class RefundForm(DeskForm):
    """How much goes back, and why."""

    wish = HiddenField()
    proposed = HiddenField()
    """The amount that stood in the form before anybody typed."""
    amount = AmountField(lazy_gettext("Amount to give back"), validators=some_text(20))
    more = BooleanField(lazy_gettext("More goes back than the goods are worth, on purpose"))
    reason = StringField(lazy_gettext("Reason"), some_text(200))
    drawer = SelectField(lazy_gettext("Who pays it out"), validate_choice=False)
    credit = BooleanField(lazy_gettext("As store credit, not back to where it came from"))

    doubted = False
    """Whether more is asked for than the goods that were chosen are worth."""
    recounted = False
    """Whether the form is shown again only because the amount follows the goods now."""


class CancelForm(DeskForm):
    """Why an order is called off, with its number typed as a confirmation."""

    wish = HiddenField()
    reason = StringField(lazy_gettext("Reason"), some_text(200))
    told = StringField(lazy_gettext("What the customer reads"), optional_text(200))
    number = StringField(lazy_gettext("Order number"), some_text(40))
    drawer = SelectField(lazy_gettext("Who pays it out"), validate_choice=False)


class ShipForm(DeskForm):
    """From where the goods leave, who carries them and under which number, if anybody knows."""

    wish = HiddenField()
    location = HiddenField()
    carrier = SelectField(lazy_gettext("Carrier"), validate_choice=False)
    other = StringField(lazy_gettext("The carrier’s name"), optional_text(LONGEST_CARRIER))
    tracking = StringField(lazy_gettext("Tracking number"), optional_text(80))


@needs(Permission.VIEW_ORDERS)
def order(order_id: UUID) -> Response:
    """Show one order with everything about it."""
    return order_page(order_id)


def read(order_id: UUID) -> OrderFile:
    """Return everything about one order."""
    with services().database.reading(current_scope()) as connection:
        return read_order(connection, order_id=order_id)


def order_page(order_id: UUID, **forms: DeskForm) -> Response:
    """Draw an order with its forms; `forms` holds, by name, the one that was sent and refused."""
    file = read(order_id)
    returns = shown_returns(file)
    faults = [fault for form in forms.values() for fault in form.faults]
    whole = typed_form(file.refundable.amount_minor or None, file.order.currency)
    refund = forms.get("refund") or RefundForm(amount=whole)
    refund["proposed"].data = whole
    cancel = forms.get("cancel") or CancelForm()
    refund["drawer"].choices = cancel["drawer"].choices = ways_to_pay_out(file)
    return draw(
        "orders/detail.html",
        title=_("Order %(number)s", number=file.order.number),
        room="orders",
        trail=(Crumb(_("Orders"), link("orders")),),
        status=422 if forms and not getattr(refund, "recounted", False) else 200,
        file=file,
        returns=returns,
        account_name=account_name,
        refund=refund,
        digits=minor_digits(file.order.currency),
        cancel=cancel,
        ship=forms.get("ship") or ShipForm(),
        carriers=carrier_choices(),
        opened=next(iter(forms), ""),
        faults=faults,
        wish=named_wish(),
        wish_field=FIELD,
    )


def carrier_choices() -> list[tuple[str, str]]:
    """Return what to choose a carrier from: the list, and another one."""
    listed = [(each.code, each.name_in(language())) for each in carriers()]
    return [("", _("Not said")), *listed, (OTHER_CARRIER, _("Another carrier"))]


def carried_out(order_id: UUID, work: Any, said: str) -> Response:
    """Do `work` in one transaction, and say so on the order's page; a refusal is said there too."""
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        read(order_id)
        announce(sentence(error), "bad")
    else:
        announce(said)
    return moved("order", order_id=order_id)
