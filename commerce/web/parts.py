"""The installation's parts that web server and worker share."""

from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.parts import Parts
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.ledger.gateway import SettlementGateway
from commerce.park.queries.merchants import MerchantDirectory
from commerce.payments.accounts import AccountGateway
from commerce.payments.callers import Callers
from commerce.payments.gateway import Gateways
from commerce.payments.providers import ProviderGateway
from commerce.plugins.card_money import CardMoneyCalls
from commerce.plugins.carriage import CarrierCalls
from commerce.plugins.host import PluginHost
from commerce.plugins.registry import load_plugins


def shared_parts(settings: Settings, database: Database) -> Parts:
    """Return the parts, each made once per process."""
    vault = Vault(settings.secret)
    registry = load_plugins(settings.environment)
    host = PluginHost(database)
    callers = Callers(registry, database, vault)
    return Parts(
        [
            AccountGateway(host, callers),
            CarrierGateway(CarrierCalls(host, registry), database, vault),
            Durable(database.url),
            Gateways(ProviderGateway(CardMoneyCalls(host, registry), database, vault)),
            MerchantDirectory(database),
            SettlementGateway(host, callers),
            registry,
            vault,
        ]
    )
