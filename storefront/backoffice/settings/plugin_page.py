"""The page of one plugin's settings, and what its trial found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from commerce.plugins.results import Ok, Refused, Result
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link
from storefront.backoffice.forms import DeskForm
from storefront.backoffice.settings.connecting import AccountCard
from storefront.backoffice.settings.plugin_form import ENABLED, PluginForm, faults_of
from storefront.backoffice.speech import gettext as _


@dataclass(frozen=True, slots=True)
class PageWords:
    """What the page of a plugin says, and where its forms lead."""

    here: str
    save: str
    try_out: str
    trial: str
    hook: str
    sandbox: str
    rooms: Crumb
    """The list of plugins of this kind."""


def plugin_page(
    asked: PluginForm,
    form: DeskForm,
    errors: Mapping[str, str],
    words: PageWords,
    *,
    account: AccountCard | None = None,
) -> Response:
    """Draw the settings of a plugin; secrets are never shown again."""
    manifest, fields = asked.manifest, asked.fields(form, errors)
    hook = f"{services().settings.public_url}/webhooks/{current_merchant().slug}/{manifest.id}"
    return draw(
        "settings/plugin.html",
        title=manifest.name.spoken(language()),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), words.rooms),
        status=form.http_status,
        manifest=manifest,
        kept=asked.kept,
        fields=fields,
        words=words,
        switch=asked.switch,
        form=form,
        enabled=form[ENABLED].data,
        faults=faults_of(fields),
        cannot=[told.spoken(language()) for told in manifest.cannot_do],
        webhook=hook if manifest.webhooks and account is None else "",
        account=account,
    )


def announce_trial(answer: Result[Any], *, not_found: str) -> None:
    """Say whether a provider knows the keys; that it does not know a thing named `not_found` is good."""
    match answer:
        case Ok():
            announce(_("The provider answers and knows the keys."))
        case Refused(code=code) if code == not_found:
            announce(_("The provider answers and knows the keys."))
        case Refused(message=message):
            announce(_("The provider refuses: %(why)s", why=message), "bad")
        case _:
            announce(_("The provider did not answer. Try again in a few minutes."), "bad")
