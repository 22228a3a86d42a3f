"""The returns of an order as its page lists them."""

from dataclasses import dataclass
from uuid import UUID

from commerce.checkout.returns.where import reference_of
from commerce.kernel.money import Money
from commerce.orders.returns.queries import returns_of
from commerce.web.identity import current_scope
from commerce.web.services import services
from storefront.backoffice.orders.file import OrderFile
from storefront.backoffice.returns.words import return_state, return_way
from storefront.backoffice.words import Label


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """One return."""

    id: UUID
    reference: str
    way: str
    state: Label
    amount: Money


def shown_returns(file: OrderFile) -> tuple[ShownReturn, ...]:
    """Return the returns of an order, the first one first."""
    with services().database.reading(current_scope()) as connection:
        found = returns_of(connection, order_id=file.order.id)
    return tuple(
        ShownReturn(
            id=each.id,
            reference=reference_of(file.order.number, each),
            way=return_way(each.way),
            state=return_state(each.state),
            amount=Money(each.refunded_minor or each.owed_minor, file.order.currency),
        )
        for each in found
    )
