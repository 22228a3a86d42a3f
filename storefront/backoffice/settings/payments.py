"""Ways to pay: switched on and off, set up by a form made from the plugin's own schema, tried out."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from sqlalchemy import Connection
from wtforms import BooleanField, StringField

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
from commerce.plugins.results import Ok, Refused
from commerce.registers.tenders import CASH, takes_cash
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, sent
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.settings.wording import said, spoken
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_SECONDS = 8.0
_NOT_FOUND = "payment-not-found"
_ENABLED = "enabled"


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a plugin's settings, as the page draws it."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    secret: bool
    is_set: bool
    required: bool
    kind: str
    options: tuple[tuple[str, str], ...]


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
    return _page(manifest, method, _standing(manifest, method), {})


@needs(Permission.MANAGE_SETTINGS)
@proved_lately
def set_up(plugin: str) -> Response:
    """Keep the settings, sealed where they are secret, and switch the method on or off."""
    manifest, method = _manifest(plugin), _methods().get(plugin)
    form: DeskForm = sent(_kind_of_form(manifest))
    typed = {
        name: request.form.get(name, "").strip()
        for name in manifest.settings_schema.get("properties", {})
    }
    secrets = _secrets(manifest, method)
    given = {name: value for name, value in typed.items() if value} | {
        name: secrets[name] for name in manifest.secrets if not typed.get(name) and name in secrets
    }
    wanted = request.form.get("enabled") == "on"
    try:
        open_part, sealed_part = manifest.split_settings(
            manifest.read_settings(_typed(manifest, given))
        )
    except PluginSettingsRefusedError as error:
        return _page(manifest, method, form, {f.setting: said(f) for f in error.faults})

    def drawn(connection: Connection) -> DeskForm:
        return _standing(manifest, _methods_in(connection).get(plugin))

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
    if method is None:
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
    )
    answer = services().part(Registry).card_money(plugin).status(call, reference_handle(new_id()))
    match answer:
        case Ok():
            announce(_("The provider answers and knows the keys."))
        case Refused(code=code) if code == _NOT_FOUND:
            announce(_("The provider answers and knows the keys."))
        case Refused(message=message):
            announce(_("The provider refuses: %(why)s", why=message), "bad")
        case _:
            announce(_("The provider did not answer. Try again in a few minutes."), "bad")
    return moved("payment_method", plugin=plugin)


def _page(
    manifest: Manifest,
    method: MethodRow | None,
    form: DeskForm,
    errors: Mapping[str, str],
) -> Response:
    fields = [
        _setting(name, about, manifest=manifest, method=method, form=form, errors=errors)
        for name, about in manifest.settings_schema.get("properties", {}).items()
    ]
    return draw(
        "settings/payment.html",
        title=manifest.name.spoken(language()),
        room="settings",
        trail=(
            Crumb(_("Settings"), link("settings")),
            Crumb(_("Ways to pay"), link("payment_methods")),
        ),
        status=form.http_status,
        manifest=manifest,
        method=method,
        fields=fields,
        form=form,
        enabled=form[_ENABLED].data,
        faults=[
            {"field": each.name, "message": each.error, "label": each.label}
            for each in fields
            if each.error
        ],
        cannot=[told.spoken(language()) for told in manifest.cannot_do],
        webhook=f"{services().settings.public_url}/webhooks/{current_merchant().slug}/{manifest.id}"
        if manifest.webhooks
        else "",
    )


def _setting(
    name: str,
    about: Mapping[str, Any],
    *,
    manifest: Manifest,
    method: MethodRow | None,
    form: DeskForm,
    errors: Mapping[str, str],
) -> Setting:
    secret = name in manifest.secrets
    words = spoken(about)
    return Setting(
        name=name,
        label=words.get("title", name),
        hint=words.get("description", ""),
        value="" if secret else str(form[name].data or ""),
        error=errors.get(name, ""),
        secret=secret,
        is_set=secret and name in _secrets(manifest, method),
        required=name in manifest.settings_schema.get("required", ()),
        kind="check" if about.get("type") == "boolean" else "select" if "enum" in about else "text",
        options=tuple((str(each), str(each)) for each in about.get("enum", ())),
    )


def _kind_of_form(manifest: Manifest) -> type[DeskForm]:
    """Return the form that a plugin's schema asks for; its secrets are never shown, so not in it."""
    fields: dict[str, Any] = {_ENABLED: BooleanField(_("Customers can pay this way"))}
    for name, about in manifest.settings_schema.get("properties", {}).items():
        if name not in manifest.secrets:
            kind = BooleanField if about.get("type") == "boolean" else StringField
            fields[name] = kind(spoken(about).get("title", name))
    return type("MethodForm", (DeskForm,), fields)


def _standing(manifest: Manifest, method: MethodRow | None) -> DeskForm:
    """Return the form as the method is set up, or as it begins."""
    kept: dict[str, Any] = {_ENABLED: method is None or method.enabled}
    for name, about in manifest.settings_schema.get("properties", {}).items():
        if name not in manifest.secrets:
            value = method.settings.get(name, "") if method else ""
            kept[name] = value or about.get("default", "")
    return _kind_of_form(manifest)(data=kept)


def _typed(manifest: Manifest, given: Mapping[str, str]) -> dict[str, Any]:
    """Return typed text as the schema wants it; a box that is not ticked says no."""
    schema = manifest.settings_schema.get("properties", {})
    read: dict[str, Any] = dict(given)
    for name, about in schema.items():
        if about.get("type") == "boolean":
            read[name] = given.get(name) == "on"
    return read


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
