"""From where an order is served: the cheapest places that the rules allow, and why."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.fulfilment.errors import RulesLeaveNoPlaceError
from commerce.fulfilment.sourcing import (
    Conditions,
    Decision,
    Demand,
    Effect,
    Line,
    Place,
    Policy,
    Rule,
    Way,
    decide,
)
from commerce.fulfilment.sourcing.record import decision_as_json, decision_from_json
from commerce.fulfilment.sourcing.search import Offer, cheapest
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.ids import new_id

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
TEAPOT, CUP, TRAY = (UUID(int=n) for n in (1, 2, 3))
NORTH, SOUTH, SHOP = (UUID(int=n) for n in (11, 12, 13))
POLICY = Policy(split_minor=1000, late_day_minor=200, per_100_km_minor=10)


def demand(*wanted: tuple[UUID, int], **more: object) -> Demand:
    lines = tuple(Line(variant, units, grams=500, value_minor=8000) for variant, units in wanted)
    return replace(Demand(lines, "CN", NOON), **more)  # type: ignore[arg-type]


def place(
    place_id: UUID,
    stock: dict[UUID, int],
    *,
    kind: str = "warehouse",
    cost: int = 500,
    latest: date | None = None,
    priority: int = 10,
    km: float | None = None,
    is_open: bool = True,
) -> Place:
    way = Way("parcel", base_minor=cost, latest=latest)
    return Place(place_id, kind, stock, (way,), priority=priority, km=km, is_open=is_open)


def rule(effect: Effect, *, amount: int = 0, **when: object) -> Rule:
    conditions = Conditions(**when)  # type: ignore[arg-type]
    return Rule(new_id(), effect, "Rule", "规则", conditions, amount)


def served(decision: Decision) -> dict[UUID, dict[UUID, int]]:
    return {
        parcel.location_id: {part.variant_id: part.quantity for part in parcel.units}
        for parcel in decision.parcels
    }


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.why]


def test_one_parcel_is_cheaper_than_two() -> None:
    decision = decide(
        demand((TEAPOT, 1), (CUP, 2)),
        [
            place(NORTH, {TEAPOT: 5}, cost=0),
            place(SOUTH, {CUP: 5}, cost=0),
            place(SHOP, {TEAPOT: 1, CUP: 2}, cost=900),
        ],
        policy=POLICY,
    )
    assert served(decision) == {SHOP: {TEAPOT: 1, CUP: 2}}
    assert decision.minor == 910
    assert codes(decision) == ["one-parcel", "cheaper-than-next"]
    assert decision.runners_up[0].minor == 1020


def test_goods_that_lie_apart_leave_in_as_few_parcels_as_can_be() -> None:
    decision = decide(
        demand((TEAPOT, 2), (CUP, 1)),
        [place(NORTH, {TEAPOT: 1}), place(SOUTH, {CUP: 1}), place(SHOP, {TEAPOT: 2})],
        policy=POLICY,
    )
    assert served(decision) == {SOUTH: {CUP: 1}, SHOP: {TEAPOT: 2}}
    assert decision.split_minor == 1000
    assert codes(decision)[0] == "no-place-has-all"


def test_a_dear_place_is_left_out_even_for_one_more_parcel() -> None:
    decision = decide(
        demand((TEAPOT, 1), (CUP, 1)),
        [
            place(NORTH, {TEAPOT: 1, CUP: 1}, cost=9000),
            place(SOUTH, {TEAPOT: 1}),
            place(SHOP, {CUP: 1}),
        ],
        policy=POLICY,
    )
    assert set(served(decision)) == {SOUTH, SHOP}
    assert codes(decision)[0] == "parcels-cheaper"


def test_who_arrives_late_pays_for_every_day() -> None:
    promised = date(2026, 11, 26)
    decision = decide(
        demand((TEAPOT, 1), promised=promised),
        [
            place(NORTH, {TEAPOT: 1}, cost=500, latest=date(2026, 11, 29)),
            place(SOUTH, {TEAPOT: 1}, cost=1000, latest=promised),
        ],
        policy=POLICY,
    )
    assert set(served(decision)) == {SOUTH}
    assert decision.latest == promised


def test_a_late_parcel_says_so() -> None:
    late = [place(NORTH, {TEAPOT: 1}, latest=date(2026, 11, 29))]
    decision = decide(demand((TEAPOT, 1), promised=date(2026, 11, 26)), late)
    assert [reason.params for reason in decision.why if reason.code == "arrives-late"] == [
        {"place": str(NORTH), "days": 3}
    ]


def test_the_nearer_place_serves() -> None:
    decision = decide(
        demand((TEAPOT, 1)),
        [place(NORTH, {TEAPOT: 1}, km=1900), place(SOUTH, {TEAPOT: 1}, km=12)],
        policy=POLICY,
    )
    assert set(served(decision)) == {SOUTH}
    assert {cost.code: cost.minor for cost in decision.parcels[0].costs}["distance"] == 10


def test_what_is_collected_comes_from_that_store_whatever_the_rules_say() -> None:
    decision = decide(
        demand((TEAPOT, 1), only_at=SHOP),
        [place(NORTH, {TEAPOT: 9}), place(SHOP, {TEAPOT: 1}, kind="store")],
        [rule(Effect.EXCLUDE, kinds=frozenset({"store"}))],
    )
    assert set(served(decision)) == {SHOP}
    assert codes(decision) == ["collected-there"]


def test_what_falls_short_everywhere_is_named() -> None:
    with pytest.raises(OutOfStockError) as refused:
        decide(
            demand((TEAPOT, 3), (CUP, 1)),
            [place(NORTH, {TEAPOT: 1, CUP: 1}), place(SOUTH, {TEAPOT: 1})],
        )
    (short,) = refused.value.shortfalls
    assert (short.variant_id, short.wanted, short.available) == (TEAPOT, 3, 2)


def test_an_excluded_place_serves_nothing_and_the_rule_is_told_by_name() -> None:
    law = rule(Effect.EXCLUDE, kinds=frozenset({"store"}), countries=frozenset({"DE"}))
    places = [place(SHOP, {TEAPOT: 1}, kind="store", cost=0), place(NORTH, {TEAPOT: 1})]
    assert set(served(decide(demand((TEAPOT, 1)), places, [law]))) == {SHOP}
    abroad = decide(demand((TEAPOT, 1), country="DE"), places, [law])
    assert set(served(abroad)) == {NORTH}
    assert abroad.why[0].code == "rule-exclude"
    assert abroad.why[0].params["name_zh"] == "规则"
    assert abroad.why[0].params["places"] == [str(SHOP)]


def test_some_goods_leave_from_some_places_only() -> None:
    tea = Line(TEAPOT, 1, tags=frozenset({"tea"}))
    wanted = Demand((tea, Line(CUP, 1)), "CN", NOON)
    decision = decide(
        wanted,
        [place(NORTH, {TEAPOT: 1, CUP: 1}, cost=0), place(SHOP, {TEAPOT: 1}, kind="store")],
        [rule(Effect.ONLY, tags=frozenset({"tea"}), kinds=frozenset({"store"}))],
    )
    assert served(decision) == {NORTH: {CUP: 1}, SHOP: {TEAPOT: 1}}


def test_a_preferred_place_wins_unless_it_costs_more_than_the_preference() -> None:
    liking = rule(Effect.PREFER, amount=300, kinds=frozenset({"store"}))
    for cost, serving in ((700, SHOP), (900, NORTH)):
        places = [place(NORTH, {TEAPOT: 1}), place(SHOP, {TEAPOT: 1}, kind="store", cost=cost)]
        assert set(served(decide(demand((TEAPOT, 1)), places, [liking]))) == {serving}


def test_a_penalty_for_some_goods_counts_for_each_unit() -> None:
    fragile = rule(
        Effect.PENALTY, amount=50, tags=frozenset({"fragile"}), kinds=frozenset({"warehouse"})
    )
    wanted = Demand((Line(TEAPOT, 3, tags=frozenset({"fragile"})), Line(CUP, 9)), "CN", NOON)
    decision = decide(wanted, [place(NORTH, {TEAPOT: 3, CUP: 9})], [fragile])
    (parcel,) = decision.parcels
    assert [cost.minor for cost in parcel.costs if cost.rule_id == fragile.id] == [150]


def test_units_are_kept_back_and_the_greater_number_counts() -> None:
    keep = [rule(Effect.KEEP_BACK, amount=n, kinds=frozenset({"store"})) for n in (2, 3)]
    places = [place(SHOP, {TEAPOT: 4}, kind="store", cost=0), place(NORTH, {TEAPOT: 9})]
    assert set(served(decide(demand((TEAPOT, 1)), places, keep))) == {SHOP}
    assert set(served(decide(demand((TEAPOT, 2)), places, keep))) == {NORTH}


def test_a_rule_about_closed_stores_asks_whether_somebody_is_there() -> None:
    closed = rule(Effect.EXCLUDE, open_now=False)
    places = [place(SHOP, {TEAPOT: 1}, cost=0, is_open=False), place(NORTH, {TEAPOT: 1})]
    assert set(served(decide(demand((TEAPOT, 1)), places, [closed]))) == {NORTH}


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ({"grams_from": 1000}, True),
        ({"grams_below": 1000}, False),
        ({"value_from": 16000, "value_below": 16001}, True),
        ({"value_from": 16001}, False),
        ({"channels": frozenset({"api"})}, False),
        ({"channels": frozenset({"web"})}, True),
        ({"regions": frozenset({"江苏省"})}, True),
        ({"regions": frozenset({"CA"})}, False),
        ({"options": frozenset({"parcel"})}, True),
        ({"options": frozenset({"express"})}, False),
        ({"categories": frozenset({TRAY})}, False),
    ],
)
def test_a_rule_is_about_the_orders_that_meet_all_its_conditions(
    when: dict[str, object], *, applies: bool
) -> None:
    wanted = demand((TEAPOT, 2), region="江苏省")
    places = [place(NORTH, {TEAPOT: 2}, cost=0), place(SOUTH, {TEAPOT: 2})]
    never = rule(Effect.EXCLUDE, places=frozenset({NORTH}), **when)
    assert (NORTH not in served(decide(wanted, places, [never]))) is applies


def test_a_value_that_nobody_knows_meets_no_condition() -> None:
    wanted = Demand((Line(TEAPOT, 1),), "CN", NOON)
    cheap = rule(Effect.EXCLUDE, value_below=1_000_000, places=frozenset({NORTH}))
    assert not decide(wanted, [place(NORTH, {TEAPOT: 1})], [cheap]).lifted


def test_a_rule_counts_from_its_first_moment_to_before_its_last() -> None:
    place_there = [place(NORTH, {TEAPOT: 1}, cost=0), place(SOUTH, {TEAPOT: 1})]
    never = rule(Effect.EXCLUDE, places=frozenset({NORTH}))
    later, over = NOON.replace(hour=5), NOON
    for dated, serving in (
        (replace(never, starts_at=NOON, ends_at=later), SOUTH),
        (replace(never, starts_at=later), NORTH),
        (replace(never, ends_at=over), NORTH),
        (replace(never, active=False), NORTH),
    ):
        assert set(served(decide(demand((TEAPOT, 1)), place_there, [dated]))) == {serving}


def test_of_two_rules_that_leave_no_place_the_later_one_gives_way() -> None:
    first = rule(Effect.EXCLUDE, places=frozenset({NORTH}))
    second = rule(Effect.EXCLUDE, places=frozenset({SOUTH}))
    places = [place(NORTH, {TEAPOT: 1}), place(SOUTH, {TEAPOT: 1}, cost=9000)]
    decision = decide(demand((TEAPOT, 1)), places, [first, second])
    assert set(served(decision)) == {SOUTH}
    assert decision.lifted == (second.id,)
    assert "rule-gave-way" in codes(decision)


def test_a_strict_merchant_rather_refuses() -> None:
    never = rule(Effect.EXCLUDE)
    with pytest.raises(RulesLeaveNoPlaceError):
        decide(
            demand((TEAPOT, 1)), [place(NORTH, {TEAPOT: 1})], [never], Policy(serve_anyway=False)
        )


def test_each_place_chooses_the_way_that_is_cheapest_for_what_it_sends() -> None:
    ways = (Way("post", base_minor=800, per_kg_minor=100), Way("freight", base_minor=2000))
    north = Place(NORTH, "warehouse", {TEAPOT: 90}, ways)
    for units, option in ((1, "post"), (40, "freight")):
        (parcel,) = decide(demand((TEAPOT, units)), [north]).parcels
        assert parcel.option == option


def test_a_search_that_stops_early_says_so_and_still_serves_everything() -> None:
    wanted = demand(*((UUID(int=n), 3) for n in range(1, 9)))
    places = [
        place(
            UUID(int=50 + n), {UUID(int=v): 1 + (n * v) % 3 for v in range(1, 9)}, cost=100 + n * 7
        )
        for n in range(1, 30)
    ]
    stopped = decide(wanted, places, most_steps=1)
    full = decide(wanted, places)
    assert not stopped.exact
    assert "search-stopped" in codes(stopped)
    assert full.exact
    assert stopped.minor >= full.minor
    for decision in (stopped, full):
        given = Counter[UUID]()
        for part in decision.units:
            given[part.variant_id] += part.quantity
        assert given == {line.variant_id: line.quantity for line in wanted.lines}


# The search, held against every set of offers there is.

COSTS = st.integers(0, 60)


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[int], list[Offer], int]:
    lines = draw(st.integers(1, 4))
    wanted = draw(st.lists(st.integers(1, 4), min_size=lines, max_size=lines))
    prices = COSTS if draw(st.booleans()) else st.just(draw(COSTS))
    offers: list[Offer] = []
    for at in range(draw(st.integers(1, 5))):
        stock = tuple(draw(st.lists(st.integers(0, 5), min_size=lines, max_size=lines)))
        offers.extend(
            Offer(
                at,
                draw(st.integers(0, 90)),
                stock,
                tuple(draw(st.lists(prices, min_size=lines, max_size=lines))),
            )
            for _ in range(draw(st.integers(1, 2)))
        )
    return wanted, offers, draw(st.integers(0, 100))


def cost_of(wanted: Sequence[int], offers: Sequence[Offer], split: int) -> int | None:
    """What serving from all of `offers` costs, the cheapest units first; None if they are short."""
    units_cost = 0
    for line, units in enumerate(wanted):
        shelf = sorted(each.unit[line] for each in offers for _ in range(each.stock[line]))
        if len(shelf) < units:
            return None
        units_cost += sum(shelf[:units])
    return sum(each.fixed for each in offers) + split * (len(offers) - 1) + units_cost


def every_set(offers: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    for size in range(1, len(offers) + 1):
        for some in combinations(offers, size):
            if len({each.place for each in some}) == size:
                yield some


@settings(max_examples=150, deadline=None)
@given(markets())
def test_nothing_is_cheaper_than_what_is_found(market: tuple[list[int], list[Offer], int]) -> None:
    wanted, offers, split = market
    costs = [cost_of(wanted, some, split) for some in every_set(offers)]
    found = cheapest(wanted, offers, split=split, most_steps=100_000)
    least = min((cost for cost in costs if cost is not None), default=None)
    assert (found.best.cost if found else None) == least
    if found:
        assert found.exact
        assert cost_of(wanted, [offers[j] for j in found.best.offers], split) == least
        for plan in found.others:
            assert plan.cost >= found.best.cost


# The decision, whatever the places, the rules and the policy.

VARIANTS = [UUID(int=n) for n in range(1, 4)]
PLACES = [UUID(int=n) for n in range(21, 26)]
KINDS = ("warehouse", "store", "bonded")
HARD = [Effect.EXCLUDE, Effect.ONLY, Effect.KEEP_BACK]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Demand, list[Place], list[Rule]]:
    lines = tuple(
        Line(
            variant,
            draw(st.integers(1, 4)),
            draw(st.integers(0, 900)),
            draw(st.none() | st.integers(0, 9000)),
            frozenset(draw(st.sets(st.sampled_from("ab")))),
        )
        for variant in VARIANTS[: draw(st.integers(1, 3))]
    )
    places = [
        Place(
            place_id,
            draw(st.sampled_from(KINDS)),
            {variant: draw(st.integers(0, 5)) for variant in VARIANTS},
            tuple(
                Way(option, draw(COSTS), draw(COSTS), draw(st.sampled_from([0, 90_000])))
                for option in draw(st.sampled_from([["post"], ["post", "air"]]))
            ),
            priority=draw(st.integers(0, 30)),
        )
        for place_id in PLACES[: draw(st.integers(1, 5))]
    ]
    rules = [
        rule(
            draw(st.sampled_from(list(Effect))),
            amount=draw(st.integers(0, 3)),
            kinds=frozenset(draw(st.sets(st.sampled_from(KINDS), max_size=2))),
            tags=frozenset(draw(st.sets(st.sampled_from("ab"), max_size=1))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Demand(lines, "CN", NOON), places, rules


@settings(max_examples=100, deadline=None)
@given(
    situations(),
    st.randoms(use_true_random=False),
    st.builds(Policy, split_minor=st.just(70), serve_anyway=st.booleans()),
)
def test_a_decision_is_complete_honest_obedient_kept_and_always_the_same(
    situation: tuple[Demand, list[Place], list[Rule]], chance: object, policy: Policy
) -> None:
    wanted, places, rules = situation
    try:
        decision = decide(wanted, places, rules, policy)
    except OutOfStockError:
        assert any(
            sum(each.available[line.variant_id] for each in places) < line.quantity
            for line in wanted.lines
        )
        return
    except RulesLeaveNoPlaceError:
        assert not policy.serve_anyway
        return
    stock = {(each.id, variant): n for each in places for variant, n in each.available.items()}
    given = Counter[UUID]()
    for part in decision.units:
        given[part.variant_id] += part.quantity
        assert 0 < part.quantity <= stock[part.location_id, part.variant_id]
    assert given == {line.variant_id: line.quantity for line in wanted.lines}
    assert len({parcel.location_id for parcel in decision.parcels}) == len(decision.parcels)
    assert decision.minor == decision.split_minor + sum(each.minor for each in decision.parcels)
    assert decision.split_minor == 70 * (len(decision.parcels) - 1)
    assert policy.serve_anyway or not decision.lifted
    obeyed = [each for each in rules if each.effect in HARD and each.id not in decision.lifted]
    lines = {line.variant_id: line for line in wanted.lines}
    kinds = {each.id: each.kind for each in places}
    for each, part in product(obeyed, decision.units):
        when = each.when
        if when.tags and not when.tags & lines[part.variant_id].tags:
            continue
        meant = not when.kinds or kinds[part.location_id] in when.kinds
        left = stock[part.location_id, part.variant_id] - part.quantity
        assert {
            Effect.EXCLUDE: not meant,
            Effect.ONLY: meant,
            Effect.KEEP_BACK: not meant or left >= each.amount,
        }[each.effect]
    assert decision_from_json(json.loads(json.dumps(decision_as_json(decision)))) == decision
    chance.shuffle(places)  # type: ignore[attr-defined]
    shuffled = replace(wanted, lines=tuple(reversed(wanted.lines)))
    assert decide(shuffled, places, rules, policy) == decision
