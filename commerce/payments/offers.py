"""Which of a merchant's ways to pay a shopper may choose."""

from sqlalchemy import Connection

from commerce.payments.queries import methods
from commerce.plugins.manifest import Manifest
from commerce.plugins.registry import Registry


def offered_methods(
    connection: Connection, *, registry: Registry, country: str, currency: str
) -> tuple[Manifest, ...]:
    """Return the providers that take an amount in `currency` online, in the merchant's order.

    A till's card reader is none of them, nor is one that does not serve the merchant's `country`,
    nor one at which the merchant's account takes no payments.
    """
    return tuple(
        provider.manifest
        for method in methods(connection)
        if (provider := registry.payments.get(method.plugin)) is not None
        and provider.manifest.serves(country=country, currency=currency)
        and (method.takes_payments or not provider.manifest.accounts)
    )
