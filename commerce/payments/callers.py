"""For whom a provider is called: the merchant with its settings, whose secrets are opened for the call."""

import json
from dataclasses import dataclass
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.kernel.database import Database, Scope
from commerce.kernel.vault import Vault
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.queries import method_by_plugin
from commerce.payments.service import method_context
from commerce.plugins.host import Caller
from commerce.plugins.registry import Registry

_PATIENCE_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Callers:
    """Looks up how a merchant has set up a provider."""

    registry: Registry
    database: Database
    vault: Vault

    def caller(
        self,
        merchant_id: UUID,
        plugin: str,
        *,
        channel: Channel = Channel.WEB,
        locale: str = "en",
        patience: float = _PATIENCE_SECONDS,
    ) -> Caller:
        """Return for whom to call `plugin`; `patience` is in seconds.

        Raises:
            PaymentMethodUnavailableError: the merchant has not set it up.
            PluginMissingError: it is not installed any more.
        """
        with self.database.reading(Scope.merchant(merchant_id)) as connection:
            method = method_by_plugin(connection, plugin=plugin)
        if method is None:
            raise PaymentMethodUnavailableError
        stored = dict(method.settings)
        if method.sealed is not None:
            context = method_context(merchant_id, plugin)
            stored |= json.loads(self.vault.open(method.sealed, context=context))
        manifest = self.registry.card_money(plugin).manifest
        return Caller(
            merchant_id=merchant_id,
            channel=channel,
            locale=locale,
            settings=manifest.read_settings(stored),
            patience=patience,
            account=method.account or "",
        )
