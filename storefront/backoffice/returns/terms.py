"""The settings of returns: for how many days, which way, and whether anybody has to agree first."""

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import BooleanField, TextAreaField

from commerce.kernel.clock import utc_now
from commerce.orders.returns.rights import return_right
from commerce.orders.returns.terms import ReturnTerms, return_terms_of, set_return_terms
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.forms import DeskForm, IntegerField, needed, optional_text, sent, within
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_MOST_DAYS = 365
_ANYWHERE = "*"


class ReturnTermsForm(DeskForm):
    """How goods are taken back."""

    days = IntegerField(
        lazy_gettext("Days after the goods have arrived, at least"),
        [needed(), within(0, _MOST_DAYS)],
    )
    at_once = BooleanField(lazy_gettext("Agree by itself to what is asked for in time"))
    by_post = BooleanField(lazy_gettext("By post"))
    to_store = BooleanField(lazy_gettext("To a store"))
    address = TextAreaField(lazy_gettext("Where parcels go, in English"), optional_text(400))
    address_zh = TextAreaField(lazy_gettext("Where parcels go, in Chinese"), optional_text(400))


@needs(Permission.MANAGE_SETTINGS)
def return_terms() -> Response:
    """Show on which terms goods are taken back."""
    with services().database.reading(current_scope()) as connection:
        form = _standing(connection)
    return _page(form)


@needs(Permission.MANAGE_SETTINGS)
def set_terms() -> Response:
    """Let other terms count from now on."""
    form: ReturnTermsForm = sent(ReturnTermsForm)
    if form.validate() and not (form.by_post.data or form.to_store.data):
        form.by_post.errors = [_("Choose at least one way.")]
    if form.faults:
        return _page(form)
    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, _standing)
            set_return_terms(
                session,
                merchant_id=current_merchant().id,
                terms=_terms(form),
                actor_id=actor(),
                now=utc_now(),
            )
    except StaleFormError as stale:
        return _page(stale.told_on(form))
    announce(_("Saved."))
    return moved("return_terms")


def _terms(form: ReturnTermsForm) -> ReturnTerms:
    return ReturnTerms(
        days=form.days.data,
        at_once=form.at_once.data,
        by_post=form.by_post.data,
        to_store=form.to_store.data,
        address=(form.address.data or "").strip(),
        address_zh=(form.address_zh.data or "").strip(),
    )


def _standing(connection: Connection) -> ReturnTermsForm:
    """Return the form as the terms stand."""
    terms = return_terms_of(connection)
    return ReturnTermsForm(
        days=terms.days,
        at_once=terms.at_once,
        by_post=terms.by_post,
        to_store=terms.to_store,
        address=terms.address,
        address_zh=terms.address_zh,
    )


def _page(form: ReturnTermsForm) -> Response:
    return draw(
        "settings/returns.html",
        title=_("Returns"),
        room="settings",
        status=form.http_status,
        tabs=tabs("return_terms"),
        form=form,
        faults=form.faults if request.method == "POST" else [],
        rights=[return_right(_ANYWHERE), return_right("CN")],
    )
