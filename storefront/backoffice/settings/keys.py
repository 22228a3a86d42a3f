"""Keys for programs: made, shown once, revoked."""

from datetime import timedelta
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from wtforms import StringField

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import ApiScope, Permission
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.api_keys import issue_api_key, list_api_keys, revoke_api_key
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.forms import DeskForm, SelectField, SelectMultipleField, sent, some_text
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _


class KeyForm(DeskForm):
    """What a key is for, what it may do, and until when."""

    name = StringField(lazy_gettext("What the key is for"), some_text(120))
    days = SelectField(
        lazy_gettext("Ends after"),
        choices=[
            ("30", lazy_gettext("30 days")),
            ("90", lazy_gettext("90 days")),
            ("365", lazy_gettext("A year")),
        ],
        default="90",
    )
    scopes = SelectMultipleField(lazy_gettext("What it may do"))


@needs(Permission.MANAGE_API_KEYS)
def api_keys() -> Response:
    """List the keys; their text is gone for good."""
    return _page(_form())


@needs(Permission.MANAGE_API_KEYS)
@proved_lately
def make_key() -> Response:
    """Make a key and show it, this once."""
    form = _form()
    if not form.validate():
        return _page(form)
    now = utc_now()
    try:
        with services().database.transaction(current_scope()) as session:
            issued = issue_api_key(
                session,
                merchant_id=current_merchant().id,
                name=form.name.data,
                scopes=[ApiScope(each) for each in form.scopes.data or ()],
                expires_at=now + timedelta(days=int(form.days.data)),
                created_by=actor(),
                now=now,
            )
    except CommerceError as error:
        form.refuse(error)
        return _page(form)
    return _page(None, text=issued.text)


@needs(Permission.MANAGE_API_KEYS)
def revoke_key(key_id: UUID) -> Response:
    """End a key at once."""
    with services().database.transaction(current_scope()) as session:
        revoke_api_key(
            session,
            merchant_id=current_merchant().id,
            key_id=key_id,
            actor_id=actor(),
            now=utc_now(),
        )
    announce(_("The key is dead."))
    return moved("api_keys")


def _form() -> KeyForm:
    form: KeyForm = sent(KeyForm)
    form.scopes.choices = list(scope_names().items())
    return form


def scope_names() -> dict[str, str]:
    """Return what the scopes let a program do."""
    return {
        ApiScope.SHOP.value: _("Shop like a customer: browse, cart, order"),
        ApiScope.READ_PRODUCTS.value: _("Read products"),
        ApiScope.WRITE_PRODUCTS.value: _("Change products"),
        ApiScope.READ_STOCK.value: _("Read stock"),
        ApiScope.WRITE_STOCK.value: _("Change stock"),
        ApiScope.READ_ORDERS.value: _("Read orders"),
        ApiScope.WRITE_ORDERS.value: _("Change orders"),
    }


def _page(form: KeyForm | None, text: str = "") -> Response:
    failed = request.method == "POST" and not text
    blank = KeyForm()
    blank.scopes.choices = list(scope_names().items())
    with services().database.reading(current_scope()) as connection:
        keys = list_api_keys(connection, merchant_id=current_merchant().id)
        colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return draw(
        "settings/keys.html",
        title=_("API keys"),
        room="settings",
        status=422 if failed else 200,
        tabs=tabs("api_keys"),
        keys=keys,
        makers={each.staff_id: each.name_in(language()) for each in colleagues},
        shut_out={each.staff_id for each in colleagues if each.disabled},
        form=form or blank,
        text=text,
        faults=form.faults if failed and form else [],
        scope_names=scope_names(),
        now=utc_now(),
    )
