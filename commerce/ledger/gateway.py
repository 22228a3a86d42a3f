"""Reaches providers that tell what became of the money they took."""

from dataclasses import dataclass
from uuid import UUID

from commerce.payments.callers import Callers
from commerce.plugins.host import PluginHost
from commerce.plugins.results import Ok
from commerce.plugins.settlement import AskSettlement, SettlementReport, Settles

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SettlementGateway:
    """Asks a merchant's provider for its report; over the network, so with no transaction open."""

    host: PluginHost
    callers: Callers

    @property
    def settling(self) -> tuple[str, ...]:
        """The installed plugins that report."""
        registry = self.callers.registry
        everyone = {**registry.terminals, **registry.payments}
        return tuple(sorted(name for name, each in everyone.items() if isinstance(each, Settles)))

    def report(
        self, *, merchant_id: UUID, plugin: str, request: AskSettlement
    ) -> SettlementReport | None:
        """Return what the provider says, or None when it cannot say now or has no report.

        Raises:
            PaymentMethodUnavailableError, PluginMissingError: there is nobody to ask.
        """
        caller = self.callers.caller(merchant_id, plugin, patience=_PATIENCE_SECONDS)
        provider = self.callers.registry.card_money(plugin)
        if not isinstance(provider, Settles):
            return None
        result = self.host.ask(
            caller, plugin=plugin, work=lambda call: provider.settlement(call, request)
        )
        return result.value if isinstance(result, Ok) else None
