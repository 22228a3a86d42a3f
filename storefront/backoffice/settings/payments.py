"""Ways to pay: switched on and off, set up by a form made from the plugin's own schema, tried out."""

import json
import time
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from sqlalchemy import Connection

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.park.permissions import Permission
from commerce.payments.queries import methods
from commerce.payments.rows import MethodRow
from commerce.payments.service import method_context, set_up_method
from commerce.plugins.calls import CallContext
from commerce.plugins.errors import PluginSettingsRefusedError
from commerce.plugins.manifest import Manifest
from commerce.plugins.payments import reference_handle
from commerce.plugins.registry import Registry
from commerce.registers.tenders import CASH, takes_cash
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, sent
from storefront.backoffice.settings.connecting import account_card
from storefront.backoffice.settings.plugin_form import ENABLED, Kept, PluginForm
from storefront.backoffice.settings.plugin_page import PageWords, announce_trial, plugin_page
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.settings.wording import said
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_SECONDS = 8.0
_NOT_FOUND = "payment-not-found"


@needs(Permission.MANAGE_SETTINGS)
def payment_methods() -> Response:
    """List every installed way to pay, with what it cannot do."""
    merchant = current_merchant()
    found = _methods()
    with services().database.reading(current_scope()) as connection:
        cash = takes_cash(connection)
    offers = [
        {
            "manifest": each,
            "name": each.name.spoken(language()),
            "method": found.get(each.id),
            "serves": each.serves(country=merchant.country, currency=merchant.currency),
            "account": account_card(each, found.get(each.id)),
            "cannot": [told.spoken(language()) for told in each.cannot_do],
        }
        for each in services().part(Registry).ways_to_pay
    ]
    return draw(
        "settings/payments.html",
        title=_("Ways to pay"),
        room="settings",
        tabs=tabs("payment_methods"),
        offers=offers,
        takes_cash=cash,
    )


@needs(Permission.MANAGE_SETTINGS)
def payment_method(plugin: str) -> Response:
    """Show the settings of one way to pay; secrets are never shown again."""
    manifest, method = _manifest(plugin), _methods().get(plugin)
    return _page(manifest, method, _plugin_form(manifest, method).standing(), {})


@needs(Permission.MANAGE_SETTINGS)
@proved_lately
def set_up(plugin: str) -> Response:
    """Keep the settings, sealed where they are secret, and switch the method on or off."""
    manifest, method = _manifest(plugin), _methods().get(plugin)
    asked = _plugin_form(manifest, method)
    form: DeskForm = sent(asked.kind)
    wanted = request.form.get(ENABLED) == "on"
    try:
        open_part, sealed_part = asked.typed()
    except PluginSettingsRefusedError as error:
        return _page(manifest, method, form, {f.setting: said(f) for f in error.faults})

    def drawn(connection: Connection) -> DeskForm:
        return _plugin_form(manifest, _methods_in(connection).get(plugin)).standing()

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            set_up_method(
                session,
                vault=services().vault,
                merchant_id=current_merchant().id,
                plugin=plugin,
                enabled=wanted,
                position=method.position if method else 10,
                settings=open_part,
                secrets=sealed_part,
            )
    except StaleFormError as stale:
        return _page(manifest, method, stale.told_on(form), {})
    announce(_("Saved. Customers can pay this way.") if wanted else _("Saved, and switched off."))
    return moved("payment_method", plugin=plugin)


@needs(Permission.MANAGE_SETTINGS)
def switch_cash() -> Response:
    """Take cash at the tills, or not."""
    with services().database.transaction(current_scope()) as session:
        set_up_method(
            session,
            vault=services().vault,
            merchant_id=current_merchant().id,
            plugin=CASH,
            enabled=request.form.get("enabled") == "on",
            position=0,
            settings={},
            secrets={},
        )
    announce(_("Saved."))
    return moved("payment_methods")


@needs(Permission.MANAGE_SETTINGS)
def try_out(plugin: str) -> Response:
    """Ask the provider about a payment that does not exist: a sure sign that the keys work."""
    manifest, method = _manifest(plugin), _methods().get(plugin)
    if method is None or (manifest.accounts and method.account is None):
        announce(_("Save the settings first."), "wait")
        return moved("payment_method", plugin=plugin)
    stored: dict[str, Any] = {**method.settings, **_secrets(manifest, method)}
    call = CallContext(
        tenant=current_merchant().id,
        channel=Channel.WEB,
        locale=language(),
        deadline=time.monotonic() + _SECONDS,
        idempotency_key=str(new_id()),
        attempt=1,
        now=utc_now(),
        settings=manifest.read_settings(stored),
        account=method.account or "",
    )
    answer = services().part(Registry).card_money(plugin).status(call, reference_handle(new_id()))
    announce_trial(answer, not_found=_NOT_FOUND)
    return moved("payment_method", plugin=plugin)


def _page(
    manifest: Manifest,
    method: MethodRow | None,
    form: DeskForm,
    errors: Mapping[str, str],
) -> Response:
    words = PageWords(
        here=link("payment_method", plugin=manifest.id),
        save=link("set_up_payment", plugin=manifest.id),
        try_out=link("try_payment", plugin=manifest.id),
        trial=_("Asks the provider a harmless question with your keys; no money moves."),
        hook=_("Enter it at the provider, so that it reports payments by itself."),
        sandbox=_("Test money"),
        rooms=Crumb(_("Ways to pay"), link("payment_methods")),
    )
    card = account_card(manifest, method)
    return plugin_page(_plugin_form(manifest, method), form, errors, words, account=card)


def _plugin_form(manifest: Manifest, method: MethodRow | None) -> PluginForm:
    kept = None
    if method is not None:
        kept = Kept(method.enabled, method.settings, _secrets(manifest, method))
    return PluginForm(manifest, kept, _("Customers can pay this way"))


def _secrets(manifest: Manifest, method: MethodRow | None) -> dict[str, str]:
    if method is None or method.sealed is None:
        return {}
    context = method_context(current_merchant().id, manifest.id)
    opened: dict[str, str] = json.loads(services().vault.open(method.sealed, context=context))
    return opened


def _methods() -> dict[str, MethodRow]:
    with services().database.reading(current_scope()) as connection:
        return _methods_in(connection)


def _methods_in(connection: Connection) -> dict[str, MethodRow]:
    return {each.plugin: each for each in methods(connection, with_disabled=True)}


def _manifest(plugin: str) -> Manifest:
    for each in services().part(Registry).ways_to_pay:
        if each.id == plugin:
            return each
    raise NotFoundError
