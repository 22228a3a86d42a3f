"""Take out of a pickup what its customer does not want at the counter, and give its money back."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import GiveUpBeyondOwedError
from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.give_up import GivenUp
from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.pickup import known_part
from commerce.checkout.service.refund import refund_order
from commerce.fulfilment.errors import FulfilmentMovedOnError
from commerce.fulfilment.rows import FulfilmentState
from commerce.fulfilment.service import confirm_taken_out
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of
from commerce.orders.rows import OrderRow

REFUSED = "refused_at_counter"
"""Why an order was called off, or a part of it was given up: its customer looked and did not want it."""


def refuse_pickup(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    fulfilment_id: UUID,
    units: Mapping[UUID, int],
    request_id: UUID,
    actor_id: UUID,
) -> Money:
    """Free units that lie ready, and return what goes back to the customer for them.

    Who refuses all of an order of which nothing has left has it called off, with its delivery. What
    was paid goes back the way it came. `request_id` names the wish, see `refund_order`.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: it does not lie ready.
        GiveUpBeyondOwedError: more units than lie ready, or none.
        CashNeedsDrawerError: it was paid in cash; the order's page says which drawer pays.
    """
    part = known_part(session, fulfilment_id)
    order = locked_order(session, merchant_id=merchant_id, order_id=part.order_id)
    part = known_part(session, fulfilment_id)
    if part.state is not FulfilmentState.READY:
        raise FulfilmentMovedOnError
    lying = {line.variant_id: line.quantity for line in part.lines}
    if not units or any(not 0 < each <= lying.get(v, 0) for v, each in units.items()):
        raise GiveUpBeyondOwedError
    terms: dict[str, Any] = {"durable": durable, "merchant_id": merchant_id, "order_id": order.id}
    if _is_all(session, order, units):
        return cancel_order(session, **terms, reason=REFUSED, actor_id=actor_id)
    amount = _worth(session, order, units)
    refund_order(
        session,
        **terms,
        request_id=request_id,
        amount=amount,
        reason=REFUSED,
        given_up=[GivenUp(variant_id, each) for variant_id, each in sorted(units.items())],
        actor_id=actor_id,
    )
    # What is refused lies on the counter, in the hands of whoever books this.
    confirm_taken_out(
        session, merchant_id=merchant_id, fulfilment_id=fulfilment_id, clerk_id=actor_id
    )
    return amount


def _is_all(session: Session, order: OrderRow, units: Mapping[UUID, int]) -> bool:
    """Return whether nothing of the order has left, and nothing is wanted any more."""
    standing = goods_of(session.connection(), order_id=order.id)
    return all(not each.gone and each.wanted == units.get(each.variant_id, 0) for each in standing)


def _worth(session: Session, order: OrderRow, units: Mapping[UUID, int]) -> Money:
    """Return what was paid for units, so that all of a line's units together are worth the line."""
    paid, ordered = Counter[UUID](), Counter[UUID]()
    for line in lines_of(session.connection(), order_ids=[order.id]):
        if line.variant_id is not None:
            paid[line.variant_id] += line.total_minor
            ordered[line.variant_id] += line.quantity
    wanted = {
        each.variant_id: each.wanted for each in goods_of(session.connection(), order_id=order.id)
    }

    def worth(variant_id: UUID, lacking: int) -> int:
        return -(-paid[variant_id] * lacking // ordered[variant_id])

    minor = 0
    for variant_id, each in units.items():
        before = ordered[variant_id] - wanted[variant_id]
        minor += worth(variant_id, before + each) - worth(variant_id, before)
    return Money(minor, order.currency)
