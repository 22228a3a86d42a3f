"""The rules of the tills: what clerks may do alone, and when a till asks for a PIN again."""

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection

from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.park.queries.staff import list_colleagues
from commerce.registers.policy import (
    LONGEST_LOCK,
    SHORTEST_LOCK,
    TillPolicy,
    policies_of,
    policy_of,
)
from commerce.registers.service import set_till_policy
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.forms import DeskForm, IntegerField, needed, sent, within
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_PERCENT = 100


class TillRulesForm(DeskForm):
    """What a clerk may give away without a manager, and how long a till waits for one."""

    discount_limit = IntegerField(
        lazy_gettext("Largest discount without a manager, in percent"),
        [needed(lazy_gettext("Give a number, 0 for none.")), within(0, 100)],
    )
    lock_after_seconds = IntegerField(
        lazy_gettext("Ask for the PIN again after so many idle seconds"),
        [needed(), within(SHORTEST_LOCK, LONGEST_LOCK)],
    )


@needs(Permission.MANAGE_SETTINGS)
def till_rules() -> Response:
    """Show the rules that count, and how they came to be."""
    with services().database.reading(current_scope()) as connection:
        form = _standing(connection)
    return _page(form)


@needs(Permission.MANAGE_SETTINGS)
def set_till_rules() -> Response:
    """Let other rules count from now on."""
    form: TillRulesForm = sent(TillRulesForm)
    if not form.validate():
        return _page(form)
    policy = TillPolicy(form.discount_limit.data * _PERCENT, form.lock_after_seconds.data)
    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, _standing)
            set_till_policy(
                session,
                merchant_id=current_merchant().id,
                policy=policy,
                actor_id=actor(),
                now=utc_now(),
            )
    except StaleFormError as stale:
        return _page(stale.told_on(form))
    announce(_("Saved. Every till follows within half a minute."))
    return moved("till_rules")


def _standing(connection: Connection) -> TillRulesForm:
    """Return the form as the rules stand."""
    rules = policy_of(connection)
    return TillRulesForm(
        discount_limit=rules.discount_limit // _PERCENT, lock_after_seconds=rules.lock_after_seconds
    )


def _page(form: TillRulesForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        past = policies_of(connection)
        colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return draw(
        "settings/tills.html",
        title=_("Till rules"),
        room="settings",
        status=form.http_status,
        tabs=tabs("till_rules"),
        form=form,
        faults=form.faults if failed else [],
        past=past,
        people={each.staff_id: each.name_in(language()) for each in colleagues},
    )
