"""Source an order: ask what is needed of places and goods, and decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import RulesLeaveNoPlaceError
from commerce.fulfilment.queries.network import Network, Version, network_of
from commerce.fulfilment.sourcing import Decision, Demand, Rule, decide
from commerce.fulfilment.sourcing.record import (
    Situation,
    decision_as_json,
    decision_from_json,
    situation_as_json,
)
from commerce.inventory.queries import Source
from commerce.kernel.statements import Statement

_log = structlog.get_logger("quayside.sourcing")

# Ids of version 7 begin with their time, so today's sources of a place stand together. The order
# says the time again, for rows from before such ids and for clocks that differ.
_LOAD = Statement("""
SELECT s.location_id, count(DISTINCT s.order_id) AS orders
FROM order_source s
JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.order_id
WHERE s.merchant_id = :merchant AND s.location_id = ANY(:places) AND s.id >= :since
  AND s.quantity > 0 AND o.state <> 'cancelled' AND o.created_at >= :midnight
GROUP BY s.location_id
""")

# A category counts with all those above it.
_GOODS = Statement("""
SELECT v.id, v.weight_grams, p.tags,
       ARRAY(SELECT DISTINCT a.id FROM product_category c
             JOIN category k ON k.merchant_id = c.merchant_id AND k.id = c.category_id
             JOIN category a ON a.merchant_id = k.merchant_id
               AND (a.id = k.id OR starts_with(k.path, a.path || '/'))
             WHERE c.merchant_id = v.merchant_id AND c.product_id = v.product_id) AS categories
FROM variant v JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
WHERE v.id = ANY(:variants)
""")

_DECISIONS = Statement("""
SELECT id, order_id, occasion, at, explanation FROM sourcing_decision
WHERE order_id = :order
ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Goods:
    """What rules may ask of a variant; categories count with all those above them."""

    grams: int
    tags: frozenset[str]
    categories: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A decision and what it was made from, as they are kept with the order."""

    decision: Decision
    situation: Situation

    def facts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return explanation and situation as JSON."""
        return decision_as_json(self.decision), situation_as_json(self.situation)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was kept; the last one of an order is the one that counts."""

    id: UUID
    order_id: UUID
    occasion: str
    at: datetime
    decision: Decision


def source_order(
    connection: Connection | Session,
    *,
    merchant_id: UUID,
    demand: Demand,
    sources: Sequence[Source],
    version: Version | None = None,
    must_serve: bool = False,
) -> Sourced:
    """Decide from where `demand` is served, of what `sources` say there is.

    `version` is the merchant card's `network`, where the caller has one: then the merchant's settings
    need not be read again. Goods are looked up only if a rule asks for them. Where the
    order is promised already it `must_serve`, whatever the rules say.

    Raises:
        OutOfStockError: names every variant that falls short.
        RulesLeaveNoPlaceError: there is enough, but not where the merchant's rules allow it.
    """
    network = network_of(connection, merchant_id=merchant_id, version=version)
    if version is not None and not network.knows(sources):
        network = network_of(connection, merchant_id=merchant_id)
    if network.asks_about_goods:
        demand = described(connection, demand)
    load = _load(connection, merchant_id, network, demand, sources)
    policy = replace(network.policy, serve_anyway=True) if must_serve else network.policy
    places = network.places(demand, sources, load)
    try:
        decision = decide(demand, places, network.rules, policy)
    except RulesLeaveNoPlaceError:
        # There will be no order to keep it with; whoever looks into it finds it in the log.
        _log.info(
            "sourcing_refused",
            merchant_id=str(merchant_id),
            country=demand.country,
            option=demand.option,
            variants=[str(line.variant_id) for line in demand.lines],
        )
        raise
    return Sourced(decision, Situation(demand, tuple(sources), load))


def replayed(network: Network, situation: Situation, rules: Sequence[Rule]) -> Decision:
    """Decide a past situation again, by other rules and by what places cost today.

    Raises:
        OutOfStockError: a place that had the goods then is no longer known.
        RulesLeaveNoPlaceError: by these rules the order would have been refused.
    """
    places = network.places(situation.demand, situation.stock, situation.load)
    return decide(situation.demand, places, rules, network.policy)


def described(connection: Connection | Session, demand: Demand) -> Demand:
    """Return the demand with the tags, the categories and, where it is missing, the weight."""
    goods = goods_of(connection, variant_ids=[line.variant_id for line in demand.lines])
    return with_goods(demand, goods)


def goods_of(
    connection: Connection | Session, *, variant_ids: Sequence[UUID]
) -> Mapping[UUID, Goods]:
    """Return what rules may ask of these variants."""
    rows = _GOODS.all(connection, {"variants": list(variant_ids)})
    return {
        row.id: Goods(row.weight_grams, frozenset(row.tags), frozenset(row.categories))
        for row in rows
    }


def with_goods(demand: Demand, goods: Mapping[UUID, Goods]) -> Demand:
    """Return the demand with what is known of its goods; a weight that it has is kept."""
    return replace(
        demand,
        lines=tuple(
            replace(
                line,
                grams=line.grams or found.grams,
                tags=found.tags,
                categories=found.categories,
            )
            if (found := goods.get(line.variant_id))
            else line
            for line in demand.lines
        ),
    )


def decisions_of(connection: Connection | Session, *, order_id: UUID) -> tuple[DecisionRow, ...]:
    """Return why an order is served from where it is, the first decision first."""
    rows = _DECISIONS.all(connection, {"order": order_id})
    return tuple(
        DecisionRow(row.id, row.order_id, row.occasion, row.at, decision_from_json(row.explanation))
        for row in rows
    )


def _load(
    connection: Connection | Session,
    merchant_id: UUID,
    network: Network,
    demand: Demand,
    sources: Iterable[Source],
) -> Mapping[UUID, int]:
    limited = network.limited(sources) if demand.only_at is None else []
    if not limited:
        return {}
    midnight = _midnight(network, demand.at)
    rows = _LOAD.all(
        connection,
        {
            "merchant": merchant_id,
            "places": limited,
            "since": _first_id(midnight),
            "midnight": midnight,
        },
    )
    return {row.location_id: row.orders for row in rows}


def _midnight(network: Network, at: datetime) -> datetime:
    local = at.astimezone(network.zone)
    return datetime.combine(local.date(), time(), tzinfo=network.zone).astimezone(UTC)


def _first_id(at: datetime) -> UUID:
    """Return what every id of version 7 made since `at` is greater than (RFC 9562, section 5.7)."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return UUID(int=((at - epoch) // timedelta(milliseconds=1)) << 80)
