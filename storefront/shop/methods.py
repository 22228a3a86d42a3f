"""Ways to pay, as this shop offers them in this currency."""

from dataclasses import dataclass

from sqlalchemy import Connection

from commerce.payments.offers import offered_methods
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
    offered = offered_methods(
        connection,
        registry=services().part(Registry),
        country=visit.merchant.country,
        currency=currency,
    )
    return tuple(
        Method(plugin=each.id, name=each.name.spoken(visit.language), is_test=each.sandbox)
        for each in offered
    )
