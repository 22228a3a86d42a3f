"""Try rules on past orders: which would have been served from elsewhere, at what cost, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import RulesLeaveNoPlaceError
from commerce.fulfilment.queries.network import Network, network_of
from commerce.fulfilment.queries.sourcing import goods_of, replayed, with_goods
from commerce.fulfilment.sourcing import Decision, Rule
from commerce.fulfilment.sourcing.record import Situation, situation_from_json
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.statements import Statement

MOST_ORDERS = 1000
"""Past orders of one dry run; a thousand take some seconds."""

# The decision of the placing is the one that rules would have met.
_PAST = Statement("""
SELECT d.order_id, o.number, d.situation
FROM sourcing_decision d
JOIN sales_order o ON o.merchant_id = d.merchant_id AND o.id = d.order_id
WHERE d.occasion = 'placed' AND d.at >= :since
ORDER BY d.id DESC
LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class OrderTried:
    """One order of which the decision would be another one; None stands for a refusal."""

    order_id: UUID
    number: str
    before: Decision | None
    after: Decision | None

    @property
    def minor(self) -> int:
        """What it would cost more, in minor units; 0 where one of the two is a refusal."""
        return self.after.minor - self.before.minor if self.before and self.after else 0


@dataclass(frozen=True, slots=True)
class DryRun:
    """What rules would have changed.

    Attributes:
        orders: how many past orders were tried.
        left_out: those of which the goods' places are not known any more.
        changed: those that would be served otherwise, the newest first.
        minor: what all of them together would cost more, in minor units of the merchant's currency.
        refused: how many of them would have been refused.
        given_way: for how many the new rules would have had to give way.
    """

    orders: int
    left_out: int
    changed: tuple[OrderTried, ...]
    minor: int
    refused: int
    given_way: int


def dry_run(
    connection: Connection | Session,
    *,
    merchant_id: UUID,
    rules: Sequence[Rule],
    since: datetime,
    most: int = MOST_ORDERS,
) -> DryRun:
    """Return what `rules` would have changed in the latest `most` orders placed `since` (UTC).

    Each is decided twice with the stock of its moment, once by the rules in force now and once by
    `rules`; both times at what places cost and when they open today, so that the rules alone make
    the difference. Writes nothing.
    """
    network = network_of(connection, merchant_id=merchant_id)
    rows = _PAST.all(connection, {"since": since, "most": min(most, MOST_ORDERS)})
    situations = [situation_from_json(row.situation) for row in rows]
    if network.asks_about_goods or any(rule.when.about_goods for rule in rules):
        situations = _described(connection, situations)
    changed, left_out, given_way = [], 0, 0
    for row, situation in zip(rows, situations, strict=True):
        try:
            before = _decided(network, situation, network.rules)
            after = _decided(network, situation, rules)
        except OutOfStockError:
            left_out += 1
            continue
        given_way += bool(after and after.lifted)
        if (before and before.units) != (after and after.units):
            changed.append(OrderTried(row.order_id, row.number, before, after))
    return DryRun(
        orders=len(rows),
        left_out=left_out,
        changed=tuple(changed),
        minor=sum(each.minor for each in changed),
        refused=sum(each.after is None for each in changed),
        given_way=given_way,
    )


def _described(
    connection: Connection | Session, situations: Sequence[Situation]
) -> list[Situation]:
    """Return the situations with the tags and categories that the goods have today."""
    variants = {line.variant_id for each in situations for line in each.demand.lines}
    goods = goods_of(connection, variant_ids=sorted(variants))
    return [replace(each, demand=with_goods(each.demand, goods)) for each in situations]


def _decided(network: Network, situation: Situation, rules: Sequence[Rule]) -> Decision | None:
    try:
        return replayed(network, situation, rules)
    except RulesLeaveNoPlaceError:
        return None
