"""Ways to pay, as this shop offers them in this currency."""

from dataclasses import dataclass

from sqlalchemy import Connection

from commerce.payments.queries import methods
from commerce.plugins.registry import Registry
from commerce.web.services import services
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay; `plugin` names it for ever, `name` is for people."""

    plugin: str
    name: str
    is_test: bool


def methods_for(connection: Connection, visit: Visit, *, currency: str) -> tuple[Method, ...]:
    """Return the ways to pay an amount in `currency`, in the merchant's order."""
    known = services().part(Registry).payments
    return tuple(
        Method(
            plugin=method.plugin,
            name=known[method.plugin].manifest.name.spoken(visit.language),
            is_test=known[method.plugin].manifest.sandbox,
        )
        for method in methods(connection)
        if method.plugin in known
        and known[method.plugin].manifest.serves(country=visit.merchant.country, currency=currency)
    )
