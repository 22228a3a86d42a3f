"""Price lists: prices in further currencies, converted or by hand."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Optional

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.pricing.precedence import behind, overtaken
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
    IntegerField,
    SelectField,
    needed,
    sent,
    sentence,
    some_text,
    within,
)
from storefront.backoffice.moments import MomentField
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.unpriced import unpriced_ways
from storefront.backoffice.words import channel_name, in_language


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
    channel = SelectField(lazy_gettext("Counter"), [Optional()], choices=[], default="")
    valid_from = MomentField(lazy_gettext("From"), [Optional()])
    valid_to = MomentField(lazy_gettext("Until"), [Optional()])
    overtakes = BooleanField(lazy_gettext("Let the new list count first"))
    doubted = False

    @property
    def counter(self) -> Channel | None:
        """The one counter that it is for; None for every one."""
        return Channel(self.channel.data) if self.channel.data else None


@needs(Permission.MANAGE_SETTINGS)
def lists() -> Response:
    """Show the price lists."""
    proposed = {"derived": True, "includes_tax": True, "ending": 90}
    return _lists_page(_offered(PriceListForm(data=proposed)))


@needs(Permission.MANAGE_SETTINGS)
def open_list() -> Response:
    """Open a price list in another currency."""
    form = _offered(sent(PriceListForm))
    if not form.validate() or _overtakes_unasked(form):
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
                channel=form.counter,
                valid_from=form.valid_from.moment(),
                valid_to=form.valid_to.moment(),
                derived_from=derived,
                ending=PriceEnding(step=100, minor=form.ending.data) if derived else None,
            )
    except CommerceError as error:
        form.refuse(error)
        return _lists_page(form)
    if form.valid_from.data:
        announce(_("The price list is open."))
    else:
        announce(_("The price list counts from now on."))
    return moved("price_lists")


def _overtakes_unasked(form: PriceListForm) -> bool:
    """Whether a list for good would count before one that counts today, and nobody has said it may."""
    if form.valid_to.data or form.overtakes.data:
        return False
    with services().database.reading(current_scope()) as connection:
        found = overtaken(
            price_lists(connection),
            currency=form.currency.data,
            channel=form.counter,
            at=form.valid_from.moment() or utc_now(),
        )
    if not found:
        return False
    form.doubted = True
    form.currency.errors = [
        _(
            "%(names)s has prices in %(currency)s already. Where both have one, that of the new list"
            " would count.",
            names=" / ".join(in_language(each.name, each.name_zh) for each in found),
            currency=form.currency.data,
        )
    ]
    return True


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
    form.channel.choices = [("", _("every one")), *((e.value, channel_name(e)) for e in Channel)]
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
        behind=behind(found, at=utc_now()),
        now=utc_now(),
        unpriced=unpriced,
        by_id={each.id: each for each in found},
        currency_label=lambda code: currency_label(code, language()),
        form=form,
        faults=form.faults if failed else [],
    )
