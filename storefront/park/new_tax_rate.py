"""A tax rate that the park adds: what it says, and where somebody of the park has read it."""

import contextlib
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import InputRequired, Optional

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.park.service.merchants import country_codes
from commerce.pricing.errors import (
    RegionCodeError,
    TaxRateEndError,
    TaxRateExistsError,
    TaxRateOverlapError,
    TaxRateWithoutEndError,
    TaxSourceError,
)
from commerce.pricing.queries import tax_classes
from commerce.pricing.rows import TaxSource
from commerce.pricing.service import add_tax_rate
from commerce.pricing.taxation import STANDARD
from commerce.web.faults import say
from commerce.web.identity import needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce
from storefront.backoffice.forms import (
    DeskForm,
    SelectField,
    needed,
    optional_text,
    sent,
    some_text,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import country_name, in_language
from storefront.park.frame import draw, link, moved
from storefront.park.tax_log import note_rate

_MOST_PERCENT = 100
_FINEST_PERCENT = Decimal("0.0001")

_FIELD_OF: dict[type[CommerceError], str] = {
    RegionCodeError: "region",
    TaxRateEndError: "valid_to",
    TaxRateExistsError: "valid_from",
    TaxRateOverlapError: "valid_from",
    TaxRateWithoutEndError: "valid_to",
    TaxSourceError: "source_url",
}


class RateForm(DeskForm):
    """One dated rate with its source."""

    country = SelectField(lazy_gettext("Country"))
    region = StringField(lazy_gettext("Region"), optional_text(3))
    tax_class = SelectField(lazy_gettext("Class"))
    component = SelectField(
        lazy_gettext("Which tax"),
        choices=[
            ("vat", lazy_gettext("VAT or GST; a region’s replaces its country’s")),
            ("regional", lazy_gettext("A region’s own tax, on top of its country’s")),
            ("import", lazy_gettext("Import tax")),
        ],
    )
    percent = StringField(lazy_gettext("Rate in percent"), some_text(12))
    valid_from = DateField(lazy_gettext("Valid from"), [needed(lazy_gettext("Choose a day."))])
    valid_to = DateField(lazy_gettext("Until"), [Optional()])
    source = StringField(lazy_gettext("Title of the source"), some_text(300))
    source_zh = StringField(lazy_gettext("Title in Chinese"), optional_text(300))
    source_url = StringField(lazy_gettext("Address of the source"), some_text(500))
    source_read = DateField(
        lazy_gettext("Day it was read"), [needed(lazy_gettext("Choose a day."))]
    )
    read = BooleanField(
        lazy_gettext("I have read it there: the rate, the goods and the first day are right"),
        [InputRequired(lazy_gettext("Read the source first, then tick this."))],
    )


@needs(Permission.CHECK_TAX_RATES)
def add_form() -> Response:
    """Ask what the new rate says."""
    asked = request.args.get("country", "")
    country = asked if asked in country_codes() else "CN"
    shown = {"country": country, "tax_class": STANDARD, "source_read": utc_now().date()}
    return _page(RateForm(data=shown))


@needs(Permission.CHECK_TAX_RATES)
def add() -> Response:
    """Add a rate that counts from its first day on."""
    form = sent(RateForm)
    _offer(form)
    rate = _read(form)
    if rate is None:
        return _page(form)
    country, region = form.country.data, (form.region.data or "").strip().upper() or None
    try:
        with services().database.transaction(Scope.park()) as session:
            rate_id = add_tax_rate(
                session,
                country=country,
                region=region,
                component=form.component.data,
                tax_class=form.tax_class.data,
                rate=rate,
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                source=_source(form),
            )
            note_rate(
                session,
                "tax-rate-added",
                rate_id=rate_id,
                told=(country, region, form.tax_class.data, rate),
            )
    except CommerceError as error:
        form[_FIELD_OF.get(type(error), "percent")].errors = [_told(error, form)]
        return _page(form)
    announce(_("The rate is added."))
    return moved("tax_rate", rate_id=rate_id)


def _told(error: CommerceError, form: RateForm) -> str:
    """Return what was refused, with the place and the class by their names."""
    named = {
        "country": country_name(form.country.data),
        "tax_class": dict(form.tax_class.pairs).get(form.tax_class.data, form.tax_class.data),
    }
    return say(error.template, {**error.params, **named})


def _source(form: RateForm) -> TaxSource:
    return TaxSource(
        title=form.source.data.strip(),
        title_zh=(form.source_zh.data or "").strip(),
        url=form.source_url.data.strip(),
        read_on=form.source_read.data,
    )


def _read(form: RateForm) -> Decimal | None:
    """Return the rate as a fraction of one; None with the faults told at their fields."""
    form.validate()
    percent: Decimal | None = None
    typed = str(form.percent.data or "").strip().removesuffix("%").replace(",", ".")
    with contextlib.suppress(InvalidOperation):
        percent = Decimal(typed)
    if typed and not _is_percentage(percent):
        form.percent.errors = [_("Give a percentage from 0 to 100, such as 13 or 8.1.")]
    if form.source_read.data and form.source_read.data > _tomorrow():
        form.source_read.errors = [_("This day is still to come.")]
    return None if form.faults or percent is None else percent / 100


def _is_percentage(percent: Decimal | None) -> bool:
    if percent is None or not percent.is_finite() or not 0 <= percent <= _MOST_PERCENT:
        return False
    return percent == percent.quantize(_FINEST_PERCENT)


def _tomorrow() -> date:
    """Return the latest day that it is anywhere: east of Greenwich it may be tomorrow already."""
    now = utc_now()
    return date.fromordinal(now.date().toordinal() + 1)


def _offer(form: Any) -> None:
    with services().database.reading(Scope.park()) as connection:
        classes = tax_classes(connection)
    named = ((code, country_name(code)) for code in country_codes())
    form.country.choices = sorted(named, key=lambda pair: (pair[0] != "CN", pair[1]))
    form.tax_class.choices = sorted(
        ((each.code, in_language(each.name, each.name_zh)) for each in classes),
        key=lambda pair: pair[0] != STANDARD,
    )


def _page(form: RateForm) -> Response:
    failed = request.method == "POST"
    _offer(form)
    return draw(
        "park/add_tax_rate.html",
        title=_("Add a tax rate"),
        room="taxes",
        trail=(Crumb(_("Tax rates"), link("taxes")),),
        status=422 if failed else 200,
        form=form,
        faults=form.faults if failed else [],
    )
