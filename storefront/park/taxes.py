"""Tax rates of the park: read where each is written, and let one count once it has been checked."""

from uuid import UUID

from flask import Response
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import Permission
from commerce.park.service.security_log import note_security_event
from commerce.pricing.queries import tax_classes, tax_rates
from commerce.pricing.rows import TaxRateRow
from commerce.pricing.service import confirm_tax_rate, switch_off_tax_rate
from commerce.web.identity import needs
from commerce.web.identity.current import current_origin, may
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce
from storefront.backoffice.forms import DeskForm, sent, some_text
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import country_name, in_language
from storefront.park.frame import draw, link, moved


class ConfirmForm(DeskForm):
    """What somebody says who has read the law."""

    source = TextAreaField(lazy_gettext("Where it is written"), some_text(500))
    read = BooleanField(
        lazy_gettext("I have read it there: the rate, the goods and the first day are right"),
        [InputRequired(lazy_gettext("Read the source first, then tick this."))],
    )


class SwitchOffForm(DeskForm):
    """What somebody says who found that a rate is wrong."""

    reason = TextAreaField(
        lazy_gettext("Why it must not be charged"),
        some_text(300, lazy_gettext("Say why.")),
    )


@needs(Permission.VIEW_PARK)
def rates() -> Response:
    """List every rate, those that nobody has checked first."""
    found, classes = _read()
    return draw(
        "park/taxes.html",
        title=_("Tax rates"),
        room="taxes",
        rates=sorted(found, key=lambda rate: rate.enabled),
        classes=classes,
        country_name=country_name,
        unsure=sum(1 for rate in found if not rate.enabled),
    )


@needs(Permission.VIEW_PARK)
def rate(rate_id: UUID) -> Response:
    """Show one rate with its source."""
    found, classes = _read()
    one = _one(found, rate_id)
    return _page(one, classes)


@needs(Permission.CHECK_TAX_RATES)
def confirm(rate_id: UUID) -> Response:
    """Let a rate count from now on, with the source that it was checked against."""
    found, classes = _read()
    one, form = _one(found, rate_id), sent(ConfirmForm)
    if not form.validate():
        return _page(one, classes, confirming=form)
    source = form.source.data.strip()
    with services().database.transaction(Scope.park()) as session:
        confirm_tax_rate(session, rate_id=one.id, source=source)
        _note(session, one, "tax-rate-confirmed")
    announce(_("The rate is charged from now on."))
    return moved("taxes")


@needs(Permission.CHECK_TAX_RATES)
def switch_off(rate_id: UUID) -> Response:
    """Stop charging a rate from now on, and say why."""
    found, classes = _read()
    one, form = _one(found, rate_id), sent(SwitchOffForm)
    if not form.validate():
        return _page(one, classes, switching=form)
    with services().database.transaction(Scope.park()) as session:
        switch_off_tax_rate(session, rate_id=one.id)
        _note(session, one, "tax-rate-switched-off", reason=form.reason.data.strip())
    announce(_("The rate is not charged any more."))
    return moved("tax_rate", rate_id=one.id)


def _note(session: Session, one: TaxRateRow, action: str, **facts: str) -> None:
    place = "-".join(filter(None, (one.country, one.region)))
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=actor(),
        subject=str(one.id),
        address=current_origin().address,
        facts={"rate": f"{place} {one.tax_class} {one.rate.normalize():f}", **facts},
    )


def _read() -> tuple[tuple[TaxRateRow, ...], dict[str, str]]:
    with services().database.reading(Scope.park()) as connection:
        classes = {e.code: in_language(e.name, e.name_zh) for e in tax_classes(connection)}
        return tuple(tax_rates(connection)), classes


def _one(found: tuple[TaxRateRow, ...], rate_id: UUID) -> TaxRateRow:
    for each in found:
        if each.id == rate_id:
            return each
    raise NotFoundError


def _page(
    one: TaxRateRow,
    classes: dict[str, str],
    *,
    confirming: ConfirmForm | None = None,
    switching: SwitchOffForm | None = None,
) -> Response:
    failed = confirming or switching
    return draw(
        "park/tax_rate.html",
        title=_("Tax rate"),
        room="taxes",
        trail=(Crumb(_("Tax rates"), link("taxes")),),
        status=422 if failed else 200,
        rate=one,
        classes=classes,
        country_name=country_name,
        checks=may(Permission.CHECK_TAX_RATES),
        form=confirming or ConfirmForm(data={"source": one.source}),
        off=switching or SwitchOffForm(),
        faults=failed.faults if failed else [],
    )
