"""Tax: the rates that count, their sources, and where else the shop is registered."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import DateField, StringField

from commerce.customers.form import countries
from commerce.park.permissions import Permission
from commerce.pricing.queries import tax_classes, tax_rates, tax_registrations
from commerce.pricing.rows import TaxRateRow, TaxRateState
from commerce.pricing.service import register_for_tax
from commerce.pricing.tax_areas import area_of
from commerce.pricing.taxation import STANDARD
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.forms import DeskForm, SelectField, needed, sent, some_text
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.hours import today_here
from storefront.backoffice.tax_words import rate_note, rate_state, source_title
from storefront.backoffice.words import country_name, in_language


class RegistrationForm(DeskForm):
    """Where else tax is charged."""

    country = SelectField(
        lazy_gettext("Country"), [needed(lazy_gettext("Choose the country from the list."))]
    )
    number = StringField(lazy_gettext("Registration number"), some_text(60))
    valid_from = DateField(lazy_gettext("Valid from"), [needed(lazy_gettext("Choose a day."))])


@needs(Permission.MANAGE_SETTINGS)
def taxes() -> Response:
    """Show the rates that count here, their sources, and where else the shop is registered."""
    return _taxes_page(_offered(RegistrationForm(valid_from=today_here())))


@needs(Permission.MANAGE_SETTINGS)
def register_tax() -> Response:
    """Record that the shop charges another country's tax."""
    form = _offered(sent(RegistrationForm))
    country = form.country.data
    if not form.validate():
        return _taxes_page(form)
    with services().database.transaction(current_scope()) as session:
        register_for_tax(
            session,
            merchant_id=current_merchant().id,
            country=country,
            number=form.number.data.strip(),
            valid_from=form.valid_from.data,
        )
    announce(_("Saved. Orders to %(country)s are taxed there.", country=country_name(country)))
    return moved("taxes")


def _offered(form: RegistrationForm) -> RegistrationForm:
    """Offer every country but the shop's own."""
    own = current_merchant().country
    abroad = [each for each in countries(language()) if each[0] != own]
    form.country.choices = [("", _("Please choose")), *abroad]
    return form


def _untaxed(
    countries: Iterable[str], rates: Sequence[TaxRateRow], today: date
) -> list[tuple[str, bool]]:
    """Return where tax is due and none is charged, each with whether a rate waits to be checked."""
    charged = {
        rate.country
        for rate in rates
        if rate.tax_class == STANDARD and rate.state(today) is TaxRateState.CHARGED
    }
    waiting = {rate.country for rate in rates if rate.state(today) is TaxRateState.UNCHECKED}
    return [(each, each in waiting) for each in sorted(set(countries) - charged)]


def _taxes_page(form: RegistrationForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        registrations = tax_registrations(connection)
        here = {current_merchant().country, *(each.country for each in registrations)}
        every = tax_rates(connection)
        rates = [rate for rate in every if rate.country in here]
        classes = {e.code: in_language(e.name, e.name_zh) for e in tax_classes(connection)}
        others = len({rate.country for rate in every if rate.enabled} - here)
    today = today_here()
    return draw(
        "settings/taxes.html",
        title=_("Tax"),
        room="settings",
        status=422 if failed else 200,
        tabs=tabs("taxes"),
        merchant=current_merchant(),
        rates=rates,
        classes=classes,
        others=others,
        area=area_of(current_merchant().country, on=today),
        registrations=registrations,
        form=form,
        faults=form.faults if failed else [],
        unsure=sum(1 for rate in rates if rate.state(today) is TaxRateState.UNCHECKED),
        untaxed=_untaxed(here, rates, today),
        today=today,
        rate_state=rate_state,
        source_title=source_title,
        rate_note=rate_note,
    )
