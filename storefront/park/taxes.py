"""Tax rates of the park: read where each is written, let one count, end it, or switch it off."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.park.queries.park_staff import list_park_staff
from commerce.pricing.queries import tax_classes, tax_rates
from commerce.pricing.rows import TaxRateRow, TaxSource
from commerce.pricing.service import confirm_tax_rate, end_tax_rate, switch_off_tax_rate
from commerce.web.formats import percent
from commerce.web.identity import needs
from commerce.web.identity.current import may
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce
from storefront.backoffice.forms import DeskForm, needed, optional_text, sent, sentence, some_text
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tax_words import rate_note, rate_state, source_title
from storefront.backoffice.words import country_name, in_language
from storefront.park.frame import draw, link, moved
from storefront.park.tax_log import note_rate


class ConfirmForm(DeskForm):
    """What somebody says who has read the law."""

    source = TextAreaField(lazy_gettext("Where it is written"), some_text(500))
    source_zh = StringField(lazy_gettext("Title in Chinese"), optional_text(300))
    source_url = StringField(lazy_gettext("Address of the source"), optional_text(500))
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


class EndForm(DeskForm):
    """From which day on a rate no longer counts."""

    day = DateField(
        lazy_gettext("The first day on which it no longer counts"),
        [needed(lazy_gettext("Choose a day."))],
    )


@needs(Permission.VIEW_PARK)
def rates() -> Response:
    """List every rate, those that are not charged first."""
    found, classes = _read()
    return draw(
        "park/taxes.html",
        title=_("Tax rates"),
        room="taxes",
        rates=sorted(found, key=lambda rate: rate.enabled),
        classes=classes,
        country_name=country_name,
        checks=may(Permission.CHECK_TAX_RATES),
        unsure=sum(1 for rate in found if not rate.enabled and rate.switched_off_at is None),
        today=utc_now().date(),
        rate_state=rate_state,
        source_title=source_title,
        rate_note=rate_note,
    )


@needs(Permission.VIEW_PARK)
def rate(rate_id: UUID) -> Response:
    """Show one rate with its source."""
    found, classes = _read()
    return _page(_one(found, rate_id), classes)


@needs(Permission.CHECK_TAX_RATES)
def confirm(rate_id: UUID) -> Response:
    """Let a rate count from now on, with the source that it was checked against."""
    found, classes = _read()
    one, form = _one(found, rate_id), sent(ConfirmForm)
    if not form.validate():
        return _page(one, classes, confirming=form)
    source = TaxSource(
        title=form.source.data.strip(),
        title_zh=(form.source_zh.data or "").strip(),
        url=(form.source_url.data or "").strip(),
        read_on=utc_now().date(),
    )

    def work(session: Session) -> None:
        confirm_tax_rate(session, rate_id=one.id, source=source)
        _note(session, one, "tax-rate-confirmed")

    if not _done(work, form):
        return _page(one, classes, confirming=form)
    announce(_("The rate is charged from now on."))
    return moved("taxes")


@needs(Permission.CHECK_TAX_RATES)
def end(rate_id: UUID) -> Response:
    """Let a rate no longer count from a day on."""
    found, classes = _read()
    one, form = _one(found, rate_id), sent(EndForm)
    if not form.validate():
        return _page(one, classes, ending=form)
    day = form.day.data

    def work(session: Session) -> None:
        end_tax_rate(session, rate_id=one.id, on=day)
        _note(session, one, "tax-rate-ended", day=day.isoformat())

    if not _done(work, form):
        return _page(one, classes, ending=form)
    announce(_("The end of the rate is noted."))
    return moved("tax_rate", rate_id=one.id)


@needs(Permission.CHECK_TAX_RATES)
def switch_off(rate_id: UUID) -> Response:
    """Stop charging a rate from now on, and say why."""
    found, classes = _read()
    one, form = _one(found, rate_id), sent(SwitchOffForm)
    if not form.validate():
        return _page(one, classes, switching=form)
    reason = form.reason.data.strip()
    with services().database.transaction(Scope.park()) as session:
        switch_off_tax_rate(session, rate_id=one.id, reason=reason, actor_id=actor())
        _note(session, one, "tax-rate-switched-off", reason=reason)
    announce(_("The rate is not charged any more."))
    return moved("tax_rate", rate_id=one.id)


def _done(work: Any, form: DeskForm) -> bool:
    """Do it in one transaction; what the business refuses is told on the form."""
    try:
        with services().database.transaction(Scope.park()) as session:
            work(session)
    except NotFoundError:
        raise
    except CommerceError as error:
        form.refusals.append({"field": "", "message": sentence(error)})
        return False
    return True


def _note(session: Session, one: TaxRateRow, action: str, **facts: str) -> None:
    told = (one.country, one.region, one.tax_class, one.rate)
    note_rate(session, action, rate_id=one.id, told=told, **facts)


def _read() -> tuple[tuple[TaxRateRow, ...], dict[str, str]]:
    with services().database.reading(Scope.park()) as connection:
        classes = {e.code: in_language(e.name, e.name_zh) for e in tax_classes(connection)}
        return tuple(tax_rates(connection)), classes


def _one(found: tuple[TaxRateRow, ...], rate_id: UUID) -> TaxRateRow:
    for each in found:
        if each.id == rate_id:
            return each
    raise NotFoundError


def _who_switched_off(one: TaxRateRow) -> str:
    if one.switched_off_by is None:
        return ""
    with services().database.reading(Scope.park()) as connection:
        names = {each.staff_id: each.name for each in list_park_staff(connection)}
    return names.get(one.switched_off_by, "")


def _component(code: str) -> str:
    return {"vat": _("VAT or GST"), "import": _("Import tax"), "regional": _("Regional tax")}.get(
        code, code
    )


def _title(one: TaxRateRow, classes: dict[str, str]) -> str:
    """Return which rate it is: where, on what, how much."""
    where = " ".join(filter(None, (country_name(one.country), one.region)))
    return " · ".join((where, classes.get(one.tax_class, one.tax_class), percent(float(one.rate))))


def _page(
    one: TaxRateRow,
    classes: dict[str, str],
    *,
    confirming: ConfirmForm | None = None,
    switching: SwitchOffForm | None = None,
    ending: EndForm | None = None,
) -> Response:
    failed = confirming or switching or ending
    known = {"source": one.source, "source_zh": one.source_zh, "source_url": one.source_url}
    return draw(
        "park/tax_rate.html",
        title=_title(one, classes),
        room="taxes",
        trail=(Crumb(_("Tax rates"), link("taxes")),),
        status=422 if failed else 200,
        rate=one,
        classes=classes,
        country_name=country_name,
        checks=may(Permission.CHECK_TAX_RATES),
        component=_component(one.component),
        state=rate_state(one, utc_now().date()),
        title_of_source=source_title(one),
        note=rate_note(one),
        who=_who_switched_off(one),
        form=confirming or ConfirmForm(data=known),
        off=switching or SwitchOffForm(),
        end=ending or EndForm(),
        faults=failed.faults if failed else [],
    )
