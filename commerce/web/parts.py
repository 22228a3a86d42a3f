"""The installation's parts that web server and worker share."""

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.parts import Parts
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.park.queries.merchants import MerchantDirectory


def shared_parts(settings: Settings, database: Database) -> Parts:
    """Return the parts, each made once per process."""
    return Parts([Durable(database.url), MerchantDirectory(database), Vault(settings.secret)])
