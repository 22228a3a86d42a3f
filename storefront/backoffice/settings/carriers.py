"""Carriers: switched on and off, set up by a form made from the plugin's own schema, tried out."""

from collections.abc import Mapping

from flask import Response, request
from sqlalchemy import Connection

from commerce.fulfilment.labels.accounts import carrier_secrets, set_up_carrier
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.queries import carrier_accounts
from commerce.fulfilment.labels.rows import CarrierRow
from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import Permission
from commerce.plugins.carriers import LABEL_NOT_FOUND
from commerce.plugins.errors import PluginSettingsRefusedError
from commerce.plugins.registry import Registry
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, sent
from storefront.backoffice.settings.plugin_form import ENABLED, Kept, PluginForm
from storefront.backoffice.settings.plugin_page import PageWords, announce_trial, plugin_page
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.settings.wording import said
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still


@needs(Permission.MANAGE_SETTINGS)
def carriers() -> Response:
    """List every installed carrier, with what it cannot do."""
    merchant, found = current_merchant(), _accounts()
    manifests = [each.manifest for each in services().part(Registry).carriers.values()]
    offers = [
        {
            "manifest": each,
            "name": each.name.spoken(language()),
            "account": found.get(each.id),
            "serves": each.serves(country=merchant.country, currency=merchant.currency),
            "cannot": [told.spoken(language()) for told in each.cannot_do],
        }
        for each in manifests
    ]
    return draw(
        "settings/carriers.html",
        title=_("Carriers"),
        room="settings",
        tabs=tabs("carriers"),
        offers=offers,
    )


@needs(Permission.MANAGE_SETTINGS)
def carrier(plugin: str) -> Response:
    """Show the settings of one carrier; secrets are never shown again."""
    asked = _plugin_form(plugin, _accounts().get(plugin))
    return _page(asked, asked.standing(), {})


@needs(Permission.MANAGE_SETTINGS)
@proved_lately
def set_up(plugin: str) -> Response:
    """Keep the settings, sealed where they are secret, and switch the carrier on or off."""
    asked = _plugin_form(plugin, _accounts().get(plugin))
    form: DeskForm = sent(asked.kind)
    wanted = request.form.get(ENABLED) == "on"
    try:
        open_part, sealed_part = asked.typed()
    except PluginSettingsRefusedError as error:
        return _page(asked, form, {f.setting: said(f) for f in error.faults})

    def drawn(connection: Connection) -> DeskForm:
        return _plugin_form(plugin, _accounts_in(connection).get(plugin)).standing()

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            set_up_carrier(
                session,
                vault=services().vault,
                merchant_id=current_merchant().id,
                plugin=plugin,
                enabled=wanted,
                settings=open_part,
                secrets=sealed_part,
            )
    except StaleFormError as stale:
        return _page(asked, stale.told_on(form), {})
    announce(_("Saved. Labels can be booked.") if wanted else _("Saved, and switched off."))
    return moved("carrier", plugin=plugin)


@needs(Permission.MANAGE_SETTINGS)
def try_out(plugin: str) -> Response:
    """Ask the carrier about a label that does not exist: a sure sign that the keys work."""
    if plugin not in _accounts():
        announce(_("Save the settings first."), "wait")
        return moved("carrier", plugin=plugin)
    gateway, merchant_id = services().part(CarrierGateway), current_merchant().id
    answer = gateway.try_out(merchant_id=merchant_id, plugin=plugin, locale=language())
    announce_trial(answer, not_found=LABEL_NOT_FOUND)
    return moved("carrier", plugin=plugin)


def _page(asked: PluginForm, form: DeskForm, errors: Mapping[str, str]) -> Response:
    plugin = asked.manifest.id
    words = PageWords(
        here=link("carrier", plugin=plugin),
        save=link("set_up_carrier", plugin=plugin),
        try_out=link("try_carrier", plugin=plugin),
        trial=_("Asks the carrier a harmless question with your keys; nothing is booked."),
        hook=_("Enter it at the carrier, so that it reports parcels by itself."),
        sandbox=_("No parcel moves"),
        rooms=Crumb(_("Carriers"), link("carriers")),
    )
    return plugin_page(asked, form, errors, words)


def _plugin_form(plugin: str, account: CarrierRow | None) -> PluginForm:
    provider = services().part(Registry).carriers.get(plugin)
    if provider is None:
        raise NotFoundError
    kept = None
    if account is not None:
        merchant_id = current_merchant().id
        secrets = carrier_secrets(services().vault, merchant_id=merchant_id, carrier=account)
        kept = Kept(account.enabled, account.settings, secrets)
    return PluginForm(provider.manifest, kept, _("Labels can be booked with it"))


def _accounts() -> dict[str, CarrierRow]:
    with services().database.reading(current_scope()) as connection:
        return _accounts_in(connection)


def _accounts_in(connection: Connection) -> dict[str, CarrierRow]:
    return {each.plugin: each for each in carrier_accounts(connection, with_disabled=True)}
