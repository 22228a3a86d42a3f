"""What of an order can come back: what has reached the buyer and is not on its way back already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.service.goods import GoodsStanding, goods_of
from commerce.kernel.channel import Channel
from commerce.orders.queries import lines_of
from commerce.orders.returns.queries import booked_by_returns, claimed_units
from commerce.orders.returns.rows import AskedUnits, ClaimedUnits
from commerce.orders.returns.terms import ReturnTerms
from commerce.orders.returns.window import arrived_on, last_moment
from commerce.orders.rows import EventRow, OrderLineRow, OrderRow, OrderState

_SOLD = frozenset({OrderState.PLACED, OrderState.COMPLETED})


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line as it was sold, and how many of its units could come back now."""

    line: OrderLineRow
    units: int
    claimed: int
    """Units that returns lay claim to already."""

    @property
    def most(self) -> int:
        """How many units returns may lay claim to in all."""
        return self.claimed + self.units


def returnable_lines(
    connection: Connection | Session, *, order: OrderRow, lines: Sequence[OrderLineRow] = ()
) -> tuple[Returnable, ...]:
    """Return every line of an order with the units of it that could come back, which may be none.

    What the desk took back without a return counts as back.
    """
    on = connection.connection() if isinstance(connection, Session) else connection
    sold = tuple(lines) or lines_of(on, order_ids=[order.id])
    claimed = claimed_units(on, order_id=order.id)
    if order.state not in _SOLD:
        return tuple(Returnable(line, 0, _claimed(line, claimed)) for line in sold)
    standing = {each.variant_id: each for each in goods_of(on, order_id=order.id)}
    left = _left(sold, standing, claimed, booked_by_returns(on, order_id=order.id))
    found = []
    for line in sold:
        rest = line.quantity - _claimed(line, claimed)
        if line.variant_id in left:
            rest = min(rest, left[line.variant_id])
            left[line.variant_id] -= rest
        elif order.channel is not Channel.TILL:
            # A service, or goods that never left: nothing of it can come back.
            rest = 0
        found.append(Returnable(line, rest, _claimed(line, claimed)))
    return tuple(found)


def shopper_may_ask(
    order: OrderRow,
    events: Sequence[EventRow],
    *,
    terms: ReturnTerms,
    zone: str,
    home: str,
    now: datetime,
) -> datetime | None:
    """Return until when the shopper may ask for a return; None where they cannot, or not any more.

    The right is one of distance sales; what was bought in a store goes back to the store. `home` is
    the merchant's country, for an order that was picked up.
    """
    arrived = arrived_on(order, events, zone=zone)
    if arrived is None or order.channel is Channel.TILL or order.state not in _SOLD:
        return None
    country = str((order.ship_to or {}).get("country") or home)
    until = last_moment(arrived, days=terms.days_for(country), zone=zone)
    return until if now < until and terms.ways else None


def with_limits(
    found: Sequence[Returnable], asked: Sequence[AskedUnits]
) -> list[tuple[AskedUnits, int]]:
    """Return what is asked for with the most its line may have claimed; nothing for a strange line."""
    most = {each.line.id: each.most for each in found}
    return [(units, most.get(units.order_line_id, 0)) for units in asked]


def _left(
    sold: Sequence[OrderLineRow],
    standing: Mapping[UUID, GoodsStanding],
    claimed: Mapping[UUID, ClaimedUnits],
    booked: Mapping[UUID, int],
) -> dict[UUID | None, int]:
    """Return how many units of each variant are with the buyer and not claimed by a return."""
    left: dict[UUID | None, int] = {}
    for variant_id, goods in standing.items():
        elsewhere = max(0, goods.returned - booked.get(variant_id, 0))
        taken = sum(_claimed(line, claimed) for line in sold if line.variant_id == variant_id)
        left[variant_id] = max(0, goods.gone - elsewhere - taken)
    return left


def _claimed(line: OrderLineRow, claimed: Mapping[UUID, ClaimedUnits]) -> int:
    found = claimed.get(line.id)
    return found.units if found else 0
