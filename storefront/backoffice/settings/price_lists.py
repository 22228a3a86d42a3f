"""Price lists: prices in further currencies, converted or by hand."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, StringField

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.pricing.queries import price_lists
from commerce.pricing.rows import PriceEnding
from commerce.pricing.service import create_price_list, end_price_list, reprice
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.currencies import currency_choices, currency_label, typed_currency
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.forms import (
    DeskForm,
    SelectField,
    needed,
    sent,
    sentence,
    some_text,
    within,
)
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.unpriced import unpriced_ways


class PriceListForm(DeskForm):
    """A list of prices in another currency."""

    wish = HiddenField()
    code = StringField(lazy_gettext("Short code"), some_text(40))
    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))
    currency = SelectField(
        lazy_gettext("Currency"),
        [needed(lazy_gettext("Choose a currency."))],
        coerce=typed_currency,
        invalid_choice_message=lazy_gettext("Choose from the list."),
    )
    derived = BooleanField(lazy_gettext("Convert from the base prices"), default=True)
    ending = IntegerField(lazy_gettext("Prices end in"), [within(0, 99)], default=90)
    includes_tax = BooleanField(lazy_gettext("Tax is in the prices"), default=True)


@needs(Permission.MANAGE_SETTINGS)
def lists() -> Response:
    """Show the price lists."""
    proposed = {"derived": True, "includes_tax": True, "ending": 90}
    return _lists_page(_offered(PriceListForm(data=proposed)))


@needs(Permission.MANAGE_SETTINGS)
def open_list() -> Response:
    """Open a price list in another currency."""
    form = _offered(sent(PriceListForm))
    if not form.validate():
        return _lists_page(form)
    try:
        with services().database.transaction(current_scope()) as session:
            base = next((e for e in price_lists(session.connection()) if e.is_base), None)
            derived = base.id if base and form.derived.data else None
            create_price_list(
                session,
                merchant_id=current_merchant().id,
                code=form.code.data.strip().lower(),
                name=form.name.data.strip(),
                name_zh=form.name_zh.data.strip(),
                currency=form.currency.data,
                includes_tax=form.includes_tax.data,
                derived_from=derived,
                ending=PriceEnding(step=100, minor=form.ending.data) if derived else None,
            )
    except CommerceError as error:
        form.refuse(error)
        return _lists_page(form)
    announce(_("The price list counts from now on."))
    return moved("price_lists")


@needs(Permission.MANAGE_SETTINGS)
def change_list(price_list_id: UUID) -> Response:
    """Convert a list anew at today's rate, or end it.

    Raises:
        UnknownPriceListError: the merchant has no such list.
    """
    merchant_id = current_merchant().id
    try:
        with services().database.transaction(current_scope()) as session:
            if request.form.get("do") == "end":
                end_price_list(session, merchant_id=merchant_id, price_list=price_list_id)
                announce(_("The price list has ended."))
            else:
                count = reprice(session, merchant_id=merchant_id, price_list=price_list_id)
                announce(_("%(count)s prices changed.", count=count))
    except NotFoundError:
        raise
    except CommerceError as error:
        announce(sentence(error), "bad")
    return moved("price_lists")


def _offered(form: PriceListForm) -> PriceListForm:
    """Offer every currency, after an empty place: which one it is is a decision."""
    form.currency.choices = [("", _("Choose")), *currency_choices(language())]
    return form


def _lists_page(form: PriceListForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        found = price_lists(connection)
        unpriced = unpriced_ways(connection)
    return draw(
        "settings/price_lists.html",
        title=_("Price lists"),
        room="settings",
        status=422 if failed else 200,
        tabs=tabs("price_lists"),
        lists=found,
        unpriced=unpriced,
        by_id={each.id: each for each in found},
        currency_label=lambda code: currency_label(code, language()),
        form=form,
        faults=form.faults if failed else [],
    )
