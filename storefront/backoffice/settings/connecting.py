"""A merchant's own account under the park's: opened at the provider's pages, and how it stands."""

from dataclasses import dataclass

from flask import Response

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.payments.accounts import AccountGateway, Applicant
from commerce.payments.queries import method_by_plugin
from commerce.payments.rows import MethodRow
from commerce.plugins.accounts import AccountReport
from commerce.plugins.errors import PluginMissingError
from commerce.plugins.manifest import Manifest
from commerce.web.faults import say
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.speech import gettext as _


@dataclass(frozen=True, slots=True)
class AccountCard:
    """How an account stands, in words."""

    label: str
    kind: str
    says: str
    due: tuple[str, ...]
    press: str
    """What the button says that leads to the provider; empty where there is nothing to do there."""
    connect: str


@needs(Permission.MANAGE_SETTINGS)
@proved_lately
def connect(plugin: str) -> Response:
    """Open the account if there is none yet, and lead the merchant to the provider's page."""
    merchant, root = current_merchant(), services().settings.public_url
    try:
        provider = services().part(AccountGateway).provider(plugin)
    except PluginMissingError:
        raise NotFoundError from None
    applicant = Applicant(merchant.id, merchant.name, merchant.country, language())
    try:
        address = (
            services()
            .part(AccountGateway)
            .onboard(
                applicant,
                plugin=plugin,
                return_url=f"{root}{link('account_connected', plugin=plugin)}",
                refresh_url=f"{root}{link('payment_method', plugin=plugin)}",
            )
        )
    except CommerceError as error:
        announce(say(error.template, error.params), "bad")
        return moved("payment_method", plugin=plugin)
    name = provider.manifest.accounts
    return draw(
        "settings/leaving.html",
        title=_("On to %(name)s", name=name),
        room="settings",
        trail=(
            Crumb(_("Settings"), link("settings")),
            Crumb(_("Ways to pay"), link("payment_methods")),
        ),
        name=name,
        address=address,
        back=link("payment_method", plugin=plugin),
    )


@needs(Permission.MANAGE_SETTINGS)
def account_connected(plugin: str) -> Response:
    """Ask how the account stands now that the merchant is back."""
    with services().database.reading(current_scope()) as connection:
        method = method_by_plugin(connection, plugin=plugin)
    if method is not None and method.account is not None:
        try:
            services().part(AccountGateway).look(
                current_merchant().id, plugin=plugin, account=method.account
            )
        except PluginMissingError:
            raise NotFoundError from None
    return moved("payment_method", plugin=plugin)


def account_card(manifest: Manifest, method: MethodRow | None) -> AccountCard | None:
    """Return how the merchant's account at a provider stands; None where it has keys of its own."""
    if not manifest.accounts:
        return None
    where = link("connect_account", plugin=manifest.id)
    report = standing_of(method)
    if report is None:
        return AccountCard(_("Not connected"), "", _begin(manifest), (), _press(manifest), where)
    label, kind, says = _told(manifest, report)
    waits = bool(report.due) or not report.ours
    press = (
        (_("Go on at %(name)s", name=manifest.accounts) if report.ours else _press(manifest))
        if waits
        else ""
    )
    return AccountCard(label, kind, says, _due(manifest, report), press, where)


def standing_of(method: MethodRow | None) -> AccountReport | None:
    """Return what a provider said last of a merchant's account, if there is one."""
    if method is None or method.account is None or method.standing is None:
        return None
    said = {name: told for name, told in method.standing.items() if name != "asked_at"}
    return AccountReport(**{**said, "due": tuple(said["due"])})


def _told(manifest: Manifest, report: AccountReport) -> tuple[str, str, str]:
    name = manifest.accounts
    if report.closed:
        why = manifest.refusals[report.closed].spoken(language())
        return _("Takes no payments"), "bad", why
    if report.takes_payments and report.pays_out:
        says = _("Customers can pay this way. %(name)s pays you directly.", name=name)
        return _("Account connected"), "good", says
    if report.takes_payments:
        says = _("Customers can pay, but %(name)s does not pay out to your bank yet.", name=name)
        return _("No payouts yet"), "wait", says
    if report.due:
        says = _("Customers cannot pay this way yet. %(name)s still wants from you:", name=name)
        return _("Details missing"), "wait", says
    says = _(
        "%(name)s is checking what you gave. Customers can pay as soon as it is done.", name=name
    )
    return _("Being checked"), "wait", says


def _due(manifest: Manifest, report: AccountReport) -> tuple[str, ...]:
    provider = services().part(AccountGateway).provider(manifest.id)
    words = (provider.requirement(code).spoken(language()) for code in report.due)
    return tuple(dict.fromkeys(words))


def _begin(manifest: Manifest) -> str:
    return _(
        "The park works with %(name)s, so you need no keys. On its pages you give what the law asks for; "
        "it pays you directly and charges you its fees.",
        name=manifest.accounts,
    )


def _press(manifest: Manifest) -> str:
    return _("Connect with %(name)s", name=manifest.accounts)
