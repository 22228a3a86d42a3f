"""Which tenders a merchant's tills take."""

from sqlalchemy import Connection

from commerce.payments.queries import method_by_plugin

CASH = "cash"


def takes_cash(connection: Connection) -> bool:
    """Return whether the tills take cash: they do until the merchant switches it off."""
    method = method_by_plugin(connection, plugin=CASH)
    return method is None or method.enabled
