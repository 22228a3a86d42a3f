"""Decisions, rules and situations as JSON, for the tables that keep them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from commerce.fulfilment.sourcing.rows import (
    Conditions,
    Cost,
    Decision,
    Demand,
    Line,
    Parcel,
    Reason,
    RunnerUp,
)
from commerce.inventory.queries import Source
from commerce.inventory.rows import Units
from commerce.kernel.channel import Channel

_SETS = ("countries", "regions", "channels", "options", "tags", "kinds")
_ID_SETS = ("categories", "places")
_FIGURES = ("open_now", "grams_from", "grams_below", "value_from", "value_below")


@dataclass(frozen=True, slots=True)
class Situation:
    """All that was known of goods and places when an order was sourced.

    Attributes:
        stock: what each place could promise.
        load: orders that each place with a daily capacity had that day already.
    """

    demand: Demand
    stock: tuple[Source, ...]
    load: Mapping[UUID, int]


def conditions_as_json(when: Conditions) -> dict[str, Any]:
    """Return conditions as JSON; what asks nothing is left out."""
    told: dict[str, Any] = {
        name: sorted(getattr(when, name)) for name in _SETS if getattr(when, name)
    }
    told |= {
        name: sorted(map(str, getattr(when, name))) for name in _ID_SETS if getattr(when, name)
    }
    return told | {
        name: getattr(when, name) for name in _FIGURES if getattr(when, name) is not None
    }


def conditions_from_json(told: Mapping[str, Any]) -> Conditions:
    """Return the conditions that were written by `conditions_as_json`."""
    values: dict[str, Any] = {name: frozenset(told.get(name, ())) for name in _SETS}
    values |= {name: frozenset(map(UUID, told.get(name, ()))) for name in _ID_SETS}
    values |= {name: told.get(name) for name in _FIGURES}
    return Conditions(**values)


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Return a decision's explanation as JSON."""
    return {
        "minor": decision.minor,
        "split_minor": decision.split_minor,
        "exact": decision.exact,
        "lifted": list(map(str, decision.lifted)),
        "parcels": [
            {
                "location": str(parcel.location_id),
                "option": parcel.option,
                "earliest": _day(parcel.earliest),
                "latest": _day(parcel.latest),
                "units": {str(part.variant_id): part.quantity for part in parcel.units},
                "costs": [
                    {"code": cost.code, "minor": cost.minor}
                    | ({"rule": str(cost.rule_id)} if cost.rule_id else {})
                    for cost in parcel.costs
                ],
            }
            for parcel in decision.parcels
        ],
        "why": [{"code": reason.code, "params": reason.params} for reason in decision.why],
        "runners_up": [
            {"locations": list(map(str, each.location_ids)), "minor": each.minor}
            for each in decision.runners_up
        ],
    }


def decision_from_json(told: Mapping[str, Any]) -> Decision:
    """Return the decision that was written by `decision_as_json`."""
    return Decision(
        parcels=tuple(map(_parcel, told["parcels"])),
        minor=told["minor"],
        split_minor=told["split_minor"],
        why=tuple(Reason(each["code"], each["params"]) for each in told["why"]),
        runners_up=tuple(
            RunnerUp(tuple(map(UUID, each["locations"])), each["minor"])
            for each in told["runners_up"]
        ),
        exact=told["exact"],
        lifted=tuple(map(UUID, told["lifted"])),
    )


def _parcel(told: Mapping[str, Any]) -> Parcel:
    location_id = UUID(told["location"])
    return Parcel(
        location_id=location_id,
        option=told["option"],
        units=tuple(Units(UUID(each), location_id, n) for each, n in told["units"].items()),
        costs=tuple(
            Cost(each["code"], each["minor"], UUID(each["rule"]) if "rule" in each else None)
            for each in told["costs"]
        ),
        earliest=_date(told["earliest"]),
        latest=_date(told["latest"]),
    )


def situation_as_json(situation: Situation) -> dict[str, Any]:
    """Return a situation as JSON, one row of units for each place that had any."""
    demand = situation.demand
    at = {line.variant_id: i for i, line in enumerate(demand.lines)}
    stock: dict[str, list[int]] = {}
    for source in situation.stock:
        if source.available and source.variant_id in at:
            row = stock.setdefault(str(source.location_id), [0] * len(at))
            row[at[source.variant_id]] = source.available
    return {
        "at": demand.at.isoformat(),
        "country": demand.country,
        "region": demand.region,
        "channel": demand.channel.value,
        "option": demand.option,
        "promised": _day(demand.promised),
        "only_at": str(demand.only_at) if demand.only_at else None,
        "lines": [
            [
                str(line.variant_id),
                line.quantity,
                line.grams,
                line.value_minor,
                sorted(line.tags),
                sorted(map(str, line.categories)),
            ]
            for line in demand.lines
        ],
        "stock": stock,
        "load": {str(place): orders for place, orders in situation.load.items()},
    }


def situation_from_json(told: Mapping[str, Any]) -> Situation:
    """Return the situation that was written by `situation_as_json`."""
    lines = tuple(_lines(told["lines"]))
    demand = Demand(
        lines=lines,
        country=told["country"],
        at=datetime.fromisoformat(told["at"]),
        channel=Channel(told["channel"]),
        region=told["region"],
        option=told["option"],
        promised=_date(told["promised"]),
        only_at=UUID(told["only_at"]) if told["only_at"] else None,
    )
    stock = tuple(
        Source(line.variant_id, UUID(place), units)
        for place, row in told["stock"].items()
        for line, units in zip(lines, row, strict=True)
        if units
    )
    return Situation(demand, stock, {UUID(place): n for place, n in told["load"].items()})


def _lines(told: Iterable[list[Any]]) -> Iterable[Line]:
    for variant, quantity, grams, value, tags, categories in told:
        yield Line(
            variant_id=UUID(variant),
            quantity=quantity,
            grams=grams,
            value_minor=value,
            tags=frozenset(tags),
            categories=frozenset(map(UUID, categories)),
        )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
