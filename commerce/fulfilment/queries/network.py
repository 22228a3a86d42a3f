"""A merchant's places with all that sourcing has to know of them, as the merchant has set it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.nights import by_evening
from commerce.fulfilment.promise import Calendar, leaving_day, working_days_after
from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.sourcing import Demand, Effect, Place, Policy, Rule, Way
from commerce.fulfilment.sourcing.distance import Point, km_between, point_of
from commerce.fulfilment.sourcing.record import conditions_from_json
from commerce.inventory.queries import Source
from commerce.kernel.statements import Statement

# One row of JSON: it is read once for every change of the merchant's settings.
_NETWORK = Statement("""
SELECT m.country, m.currency, m.time_zone,
  (SELECT to_json(p) FROM sourcing_policy p WHERE p.merchant_id = m.id) AS policy,
  (SELECT json_agg(r ORDER BY r.position) FROM sourcing_rule r
   WHERE r.merchant_id = m.id AND NOT r.draft) AS rules,
  (SELECT json_agg(json_build_object(
     'id', l.id, 'kind', l.kind, 'priority', l.priority,
     'latitude', l.latitude, 'longitude', l.longitude,
     'terms', (SELECT to_json(t) FROM dispatch_terms t
               WHERE t.merchant_id = l.merchant_id AND t.location_id = l.id),
     'rates', (SELECT json_agg(r) FROM dispatch_rate r
               WHERE r.merchant_id = l.merchant_id AND r.location_id = l.id),
     'hours', (SELECT json_agg(json_build_array(h.weekday, h.opens, h.closes)) FROM store_hours h
               WHERE h.merchant_id = l.merchant_id AND h.location_id = l.id),
     'days', (SELECT json_agg(json_build_array(c.day, c.opens, c.closes)) FROM closed_day c
              WHERE c.merchant_id = l.merchant_id AND c.location_id = l.id)))
   FROM location l WHERE l.merchant_id = m.id) AS places,
  (SELECT json_agg(json_build_object(
     'code', o.code, 'cut_off', o.cut_off, 'working_days', o.working_days,
     'min_days', o.min_days, 'max_days', o.max_days, 'kind', o.kind))
   FROM delivery_option o WHERE o.merchant_id = m.id) AS options,
  (SELECT json_agg(c.day) FROM closed_day c
   WHERE c.merchant_id = m.id AND c.location_id IS NULL) AS closed
FROM merchant m WHERE m.id = :merchant
""")

_RULES = Statement("""
SELECT json_agg(r ORDER BY r.position) AS rules FROM sourcing_rule r
WHERE r.merchant_id = :merchant AND r.draft = :draft
""")

_MOST_KEPT = 64

Version = tuple[int, str]
"""`MerchantCard.network`: it changes when the network does."""


@dataclass(frozen=True, slots=True)
class _Rate:
    option: str | None
    country: str
    base_minor: int
    per_kg_minor: int
    duty_ppm: int
    days: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Option:
    calendar: Calendar
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Station:
    """A location as it was set; `hours` is None where nobody has given any."""

    id: UUID
    kind: str
    priority: int
    point: Point | None
    hours: OpeningHours | None
    handling_minor: int
    handling_unit_minor: int
    capacity: int | None
    cut_off: time | None
    rates: tuple[_Rate, ...]

    def rate(self, demand: Demand) -> _Rate | None:
        """Return what sending there costs: of several that fit, the one that says most."""
        fitting = [
            rate
            for rate in self.rates
            if rate.option in {None, demand.option} and rate.country in {"*", demand.country}
        ]
        return max(fitting, key=lambda r: (r.option is not None, r.country != "*"), default=None)

    def leaves(self, option: _Option, at: datetime, days_busy: int) -> date:
        """Return on which day an order leaves here, working days of store and carrier considered."""
        calendar = self._calendar(option.calendar)
        day = leaving_day(calendar, at=at)
        return working_days_after(calendar, day, days_busy) if days_busy else day

    def _calendar(self, carrier: Calendar) -> Calendar:
        cut_off = min(carrier.cut_off, self.cut_off) if self.cut_off else carrier.cut_off
        working, closed = set(carrier.working_days), frozenset(carrier.closed)
        if self.hours is not None:
            # A store whose weekdays never meet the carrier's could never send: then hers do not count.
            working = working & {span.weekday for span in self.hours.spans} or working
            closed |= frozenset(self.hours.closed)
        return Calendar(carrier.zone, working, closed, cut_off)


@dataclass(frozen=True, slots=True)
class Network:
    """A merchant's places, delivery options, rules and trade-offs; good until one is changed."""

    country: str
    currency: str
    zone: ZoneInfo
    policy: Policy
    rules: tuple[Rule, ...]
    stations: Mapping[UUID, _Station]
    options: Mapping[str, _Option]

    @property
    def asks_about_goods(self) -> bool:
        """Whether some rule wants to know tags and categories."""
        return any(rule.when.about_goods for rule in self.rules)

    def knows(self, sources: Iterable[Source]) -> bool:
        """Return whether all places are known; a new one may be younger than what was read."""
        return all(source.location_id in self.stations for source in sources)

    def limited(self, sources: Iterable[Source]) -> list[UUID]:
        """Return the places among the sources that can do so many orders a day only."""
        places = dict.fromkeys(source.location_id for source in sources)
        return [place for place in places if self.stations[place].capacity is not None]

    def places(
        self, demand: Demand, sources: Sequence[Source], load: Mapping[UUID, int]
    ) -> list[Place]:
        """Return the places that have something of what is wanted, as `decide` takes them.

        `load` are the orders that a place with a capacity has today already.
        """
        stock: dict[UUID, dict[UUID, int]] = {}
        for source in sources:
            if source.available and source.location_id in self.stations:
                stock.setdefault(source.location_id, {})[source.variant_id] = source.available
        there = point_of(demand.country, demand.region)
        return [
            self._place(self.stations[place], demand, units, load.get(place, 0), there)
            for place, units in stock.items()
        ]

    def _place(
        self,
        station: _Station,
        demand: Demand,
        stock: Mapping[UUID, int],
        load: int,
        there: Point | None,
    ) -> Place:
        days_busy = load // station.capacity if station.capacity else 0
        return Place(
            id=station.id,
            kind=station.kind,
            available=stock,
            ways=(self._way(station, demand, days_busy),),
            priority=station.priority,
            handling_minor=station.handling_minor,
            handling_unit_minor=station.handling_unit_minor,
            km=km_between(station.point, there) if station.point and there else None,
            is_open=station.hours is None or station.hours.is_open(demand.at),
            days_busy=days_busy,
        )

    def _way(self, station: _Station, demand: Demand, days_busy: int) -> Way:
        option, rate = self.options.get(demand.option), station.rate(demand)
        earliest = latest = None
        if option is not None and demand.only_at is None:
            leaves = station.leaves(option, demand.at, days_busy)
            least, most = rate.days if rate and rate.days else option.days
            earliest = working_days_after(option.calendar, leaves, least)
            latest = working_days_after(option.calendar, leaves, most)
        if rate is None:
            return Way(demand.option, earliest=earliest, latest=latest)
        return Way(
            demand.option,
            base_minor=rate.base_minor,
            per_kg_minor=rate.per_kg_minor,
            duty_ppm=rate.duty_ppm,
            earliest=earliest,
            latest=latest,
        )


_kept: WeakKeyDictionary[Engine, OrderedDict[tuple[UUID, Version], Network]] = WeakKeyDictionary()
_lock = Lock()


def network_of(
    connection: Connection | Session, *, merchant_id: UUID, version: Version | None = None
) -> Network:
    """Return a merchant's network.

    With `version`, the merchant's card's `network` as this transaction sees it, what this process
    read for the same version before is good enough: every change of a setting makes a new one.
    """
    if isinstance(connection, Session):
        connection = connection.connection()
    if version is None:
        return _read(connection, merchant_id)
    with _lock:
        kept = _kept.setdefault(connection.engine, OrderedDict())
        found = kept.get((merchant_id, version))
    if found is None:
        found = _read(connection, merchant_id)
        with _lock:
            kept[merchant_id, version] = found
            while len(kept) > _MOST_KEPT:
                kept.popitem(last=False)
    return found


def sourcing_rules(
    connection: Connection | Session, *, merchant_id: UUID, draft: bool = False
) -> tuple[Rule, ...]:
    """Return the merchant's rules in their order: those that count, or those that are tried out."""
    told = _RULES.value(connection, {"merchant": merchant_id, "draft": draft})
    return tuple(map(_rule, told or ()))


def _read(connection: Connection, merchant_id: UUID) -> Network:
    row = _NETWORK.one(connection, {"merchant": merchant_id})
    zone = ZoneInfo(row.time_zone)
    closed = frozenset(map(date.fromisoformat, row.closed or ()))
    return Network(
        country=row.country,
        currency=row.currency,
        zone=zone,
        policy=_policy(row.policy),
        rules=tuple(map(_rule, row.rules or ())),
        stations={UUID(told["id"]): _station(told, zone) for told in row.places or ()},
        options={
            told["code"]: _Option(
                Calendar(zone, told["working_days"], closed, time.fromisoformat(told["cut_off"])),
                (told["min_days"], told["max_days"]),
            )
            for told in row.options or ()
        },
    )


def _policy(told: Mapping[str, Any] | None) -> Policy:
    if told is None:
        return Policy()
    return Policy(**{name: value for name, value in told.items() if name != "merchant_id"})


def _rule(told: Mapping[str, Any]) -> Rule:
    return Rule(
        id=UUID(told["id"]),
        effect=Effect(told["effect"]),
        name=told["name"],
        name_zh=told["name_zh"],
        when=conditions_from_json(told["conditions"]),
        amount=told["amount"],
        starts_at=_moment(told["starts_at"]),
        ends_at=_moment(told["ends_at"]),
        active=told["active"],
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _station(told: Mapping[str, Any], zone: ZoneInfo) -> _Station:
    terms = told["terms"] or {}
    located = told["latitude"] is not None
    return _Station(
        id=UUID(told["id"]),
        kind=told["kind"],
        priority=told["priority"],
        point=Point(told["latitude"], told["longitude"]) if located else None,
        hours=_hours(told["hours"] or (), told["days"] or (), zone),
        handling_minor=terms.get("handling_minor", 0),
        handling_unit_minor=terms.get("handling_unit_minor", 0),
        capacity=terms.get("capacity_per_day"),
        cut_off=time.fromisoformat(terms["cut_off"]) if terms.get("cut_off") else None,
        rates=tuple(map(_rate, told["rates"] or ())),
    )


def _rate(told: Mapping[str, Any]) -> _Rate:
    return _Rate(
        option=told["option_code"],
        country=told["country"],
        base_minor=told["base_minor"],
        per_kg_minor=told["per_kg_minor"],
        duty_ppm=told["duty_ppm"],
        days=None if told["min_days"] is None else (told["min_days"], told["max_days"]),
    )


def _hours(
    spans: Sequence[Sequence[Any]], days: Sequence[Sequence[Any]], zone: ZoneInfo
) -> OpeningHours | None:
    if not spans and not days:
        return None
    return OpeningHours(
        zone=zone,
        spans=by_evening(
            OpenSpan(weekday, time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in spans
        ),
        closed=frozenset(date.fromisoformat(day) for day, opens, _closes in days if opens is None),
        special={
            date.fromisoformat(day): OpenSpan(
                date.fromisoformat(day).isoweekday(),
                time.fromisoformat(opens),
                time.fromisoformat(closes),
            )
            for day, opens, closes in days
            if opens is not None
        },
    )
