"""What promotions take off: by examples, by laws that every basket obeys, and against brute force."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, combinations, permutations, product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.kernel.channel import Channel
from commerce.pricing.promotions.conditions import Candidate, examine
from commerce.pricing.promotions.engine import reckon
from commerce.pricing.promotions.results import AdjustedBasket
from commerce.pricing.promotions.rows import (
    WHOLE,
    Amount,
    Basket,
    BasketLine,
    Bundle,
    BuyGet,
    Effect,
    Part,
    Percentage,
    Promotion,
    Selection,
    Shipping,
    Stacking,
    Why,
)
from commerce.pricing.promotions.sets import UnitSet, unit_set
from tests.support.promotions import NOON, basket, line, promotion, tagged

TEN_PERCENT = Percentage(1000)
THREE_FOR_TWO = BuyGet(buy=2, get=1)


def costs(of: Basket, *promotions: Promotion) -> int:
    return reckon(of, promotions).after_minor


def discounts(of: Basket, *promotions: Promotion) -> list[int]:
    return [each.discount_minor for each in reckon(of, promotions).lines]


def whys(of: Basket, *promotions: Promotion) -> list[tuple[Why, Mapping[str, int]]]:
    return [(each.why, each.params) for each in reckon(of, promotions).turned_down]


def test_a_share_comes_off_every_line_rounded_half_up() -> None:
    of = basket(line(1, 333, 3), line(2, 5))
    assert discounts(of, promotion(1, TEN_PERCENT)) == [100, 1]


def test_an_amount_is_spread_to_the_last_fen_by_what_the_lines_cost() -> None:
    of = basket(line(1, 100), line(2, 100), line(3, 100))
    assert discounts(of, promotion(1, Amount({"CNY": 100}))) == [34, 33, 33]


def test_an_amount_off_each_unit_is_never_more_than_the_unit() -> None:
    of = basket(line(1, 1000, 2), line(2, 300, 4))
    assert discounts(of, promotion(1, Amount({"CNY": 500}, each=True))) == [1000, 1200]


def test_an_amount_beyond_the_price_leaves_nothing_to_pay_and_no_debt() -> None:
    assert costs(basket(line(1, 700), shipping=900), promotion(1, Amount({"CNY": 5000}))) == 900


def test_three_for_two_gives_the_cheapest_of_every_three_dearest() -> None:
    of = basket(line(1, 100), line(2, 90), line(3, 80), line(4, 70), line(5, 60), line(6, 50))
    assert discounts(of, promotion(1, THREE_FOR_TWO)) == [0, 0, 80, 0, 0, 50]
    assert discounts(of, promotion(1, BuyGet(2, 1, most=1))) == [0, 0, 80, 0, 0, 0]
    assert discounts(of, promotion(1, BuyGet(1, 1, 5000))) == [0, 45, 0, 35, 0, 25]


def test_whoever_buys_two_teapots_gets_the_dearest_cup_for_half() -> None:
    of = basket(
        line(1, 500, 3, "teapot"), line(2, 80, 1, "cup"), line(3, 60, 1, "cup"), line(4, 900)
    )
    offer = promotion(1, BuyGet(2, 1, 5000, goods=tagged("cup")), goods=tagged("teapot"))
    assert discounts(of, offer) == [0, 40, 0, 0]


def test_what_serves_either_side_is_bought_before_it_is_given() -> None:
    offer = promotion(1, BuyGet(2, 1, goods=tagged("cup")))
    assert discounts(basket(line(1, 80, 3, "cup")), offer) == [80]
    assert discounts(basket(line(1, 80, 2, "cup")), offer) == [0]
    assert discounts(basket(line(1, 500, 2), line(2, 80, 1, "cup")), offer) == [0, 80]


def test_what_has_to_be_bought_is_not_given_although_it_is_the_dearest() -> None:
    offer = promotion(1, BuyGet(2, 2, goods=tagged("cup")), goods=tagged("tea"))
    of = basket(line(1, 100, 3, "tea", "cup"), line(2, 10, 1, "cup"))
    assert discounts(of, offer) == [100, 10]


def test_of_two_bundles_that_want_one_pot_that_has_it_which_makes_most_of_it() -> None:
    of = basket(line(1, 100, 1, "pot", "tea"), line(2, 90, 1, "tea"))
    pot = promotion(1, Bundle((Part(tagged("pot"), 1),), {"CNY": 50}), position=2)
    tea = promotion(2, Bundle((Part(tagged("tea"), 1),), {"CNY": 60}), position=1)
    assert discounts(of, pot, tea) == [50, 30]


def test_a_bundle_costs_its_price_as_often_as_all_its_parts_are_there() -> None:
    tea_set = promotion(1, Bundle((Part(tagged("pot"), 1), Part(tagged("cup"), 4)), {"CNY": 700}))
    of = basket(line(1, 500, 2, "pot"), line(2, 100, 7, "cup"))
    assert costs(of, tea_set) == 700 + 500 + 300
    assert costs(basket(line(1, 500, 2, "pot"), line(2, 100, 8, "cup")), tea_set) == 1400
    assert costs(basket(line(1, 200, 1, "pot"), line(2, 100, 4, "cup")), tea_set) == 600


def test_delivery_is_free_up_to_a_ceiling_and_only_the_best_offer_on_it_counts() -> None:
    of = basket(line(1, 1000), shipping=1500)
    capped, half = (
        promotion(1, Shipping(at_most={"CNY": 600})),
        promotion(2, Shipping(5000)),
    )
    assert costs(of, capped) == 1900
    result = reckon(of, [capped, half])
    assert result.shipping.after_minor == 750
    assert [(each.why, each.promotion_id) for each in result.turned_down] == [
        (Why.OTHERS_ARE_BETTER, UUID(int=1))
    ]


def test_a_share_is_reckoned_on_what_a_set_left_and_an_amount_on_what_the_share_left() -> None:
    of = basket(line(1, 100, 3))
    promotions = (
        promotion(1, Amount({"CNY": 30})),
        promotion(2, TEN_PERCENT),
        promotion(3, THREE_FOR_TWO),
    )
    (adjusted,) = reckon(of, promotions).lines
    assert [(each.kind, each.amount_minor) for each in adjusted.adjustments] == [
        ("buy_get", 100),
        ("percentage", 20),
        ("amount", 30),
    ]


def test_what_stands_alone_counts_only_if_it_saves_more_than_all_others_together() -> None:
    of = basket(line(1, 1000))
    alone = promotion(1, Percentage(2500), stacking=Stacking.EXCLUSIVE)
    ten, more = promotion(2, TEN_PERCENT), promotion(3, Amount({"CNY": 200}))
    assert costs(of, alone, ten) == 750
    assert whys(of, alone, ten) == [(Why.OTHERS_ARE_BETTER, {})]
    assert costs(of, alone, ten, more) == 700


def test_of_two_that_stand_alone_and_save_the_same_the_merchants_first_wins() -> None:
    of = basket(line(1, 1000))
    one = promotion(1, TEN_PERCENT, stacking=Stacking.EXCLUSIVE, position=2)
    two = promotion(2, Amount({"CNY": 100}), stacking=Stacking.EXCLUSIVE, position=1)
    assert [use.promotion_id for use in reckon(of, [one, two]).uses] == [two.id]


def test_goods_are_named_by_product_category_and_tag_and_some_are_left_out() -> None:
    branch = UUID(int=77)
    one, two, three, four = line(1, 100), line(2, 100), line(3, 100, 1, "tea"), line(4, 100)
    two = BasketLine(two.key, two.product_id, 1, 100, categories=frozenset({branch}))
    goods = Selection(
        products=frozenset({one.product_id}),
        categories=frozenset({branch}),
        tags=frozenset({"tea"}),
    )
    of = basket(one, two, three, four)
    assert discounts(of, promotion(1, TEN_PERCENT, goods=goods)) == [10, 10, 10, 0]
    assert discounts(of, promotion(1, TEN_PERCENT, goods=goods, but_not=tagged("tea"))) == [
        *(10, 10, 0, 0)
    ]


LATER, EARLIER = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)
GROUP = UUID(int=9)


@pytest.mark.parametrize(
    ("terms", "why", "params"),
    [
        ({"valid_from": LATER}, Why.NOT_YET, {}),
        ({"valid_to": NOON}, Why.OVER, {}),
        ({"channels": frozenset({Channel.TILL})}, Why.OTHER_CHANNEL, {}),
        ({"countries": frozenset({"DE"})}, Why.OTHER_COUNTRY, {}),
        ({"groups": frozenset({GROUP})}, Why.NOT_IN_GROUP, {}),
        ({"minimum_quantity": 5}, Why.TOO_FEW, {"missing": 2}),
        ({"minimum_amounts": {"CNY": 1000}}, Why.TOO_LITTLE, {"missing_minor": 700}),
        ({"minimum_amounts": {"EUR": 10}}, Why.OTHER_CURRENCY, {}),
        ({"goods": tagged("tea")}, Why.NO_SUCH_GOODS, {}),
        ({"barred": Why.USED_UP}, Why.USED_UP, {}),
    ],
)
def test_a_promotion_that_does_not_count_says_why(
    terms: dict[str, Any], why: Why, params: dict[str, int]
) -> None:
    of = basket(line(1, 100, 3))
    offer = promotion(1, TEN_PERCENT, **terms)
    assert costs(of, offer) == 300
    assert whys(of, offer) == [(why, params)]


def test_a_promotion_counts_once_every_condition_is_met() -> None:
    offer = promotion(
        1,
        TEN_PERCENT,
        valid_from=NOON,
        valid_to=LATER,
        channels=frozenset({Channel.WEB, Channel.TILL}),
        countries=frozenset({"CN", "DE"}),
        groups=frozenset({GROUP}),
        minimum_quantity=3,
        minimum_amounts={"CNY": 300},
    )
    assert costs(basket(line(1, 100, 3), groups=frozenset({GROUP})), offer) == 270


def test_amounts_are_never_converted_from_another_currency() -> None:
    of = basket(line(1, 100), currency="EUR")
    for effect in (Amount({"CNY": 50}), Bundle((Part(Selection(), 1),), {"CNY": 50})):
        assert whys(of, promotion(1, effect)) == [(Why.OTHER_CURRENCY, {})]
    assert costs(of, promotion(1, Amount({"CNY": 50, "EUR": 7}))) == 93


def test_a_code_opens_its_promotion_and_nobody_learns_of_one_whose_code_they_lack() -> None:
    offer = promotion(1, TEN_PERCENT, codes=frozenset({"TEA10"}))
    assert costs(basket(line(1, 100), codes=("TEA10",)), offer) == 90
    assert whys(basket(line(1, 100)), offer) == []
    result = reckon(basket(line(1, 100), codes=("TEA10", "NONE")), [offer])
    assert [(each.why, each.code) for each in result.turned_down] == [(Why.UNKNOWN_CODE, "NONE")]
    assert [(use.code, use.amount_minor) for use in result.uses] == [("TEA10", 10)]


def test_a_code_that_is_over_says_so_although_another_opens_the_same_promotion() -> None:
    offer = promotion(
        1, TEN_PERCENT, codes=frozenset({"NEW"}), closed={"OLD": Why.CODE_OVER, "GONE": Why.USED_UP}
    )
    result = reckon(basket(line(1, 100), codes=("OLD", "NEW", "GONE")), [offer])
    assert [(each.code, each.why) for each in result.turned_down] == [
        ("OLD", Why.CODE_OVER),
        ("GONE", Why.USED_UP),
    ]
    assert [use.code for use in result.uses] == ["NEW"]


def test_a_line_keeps_why_it_costs_less() -> None:
    (adjusted,) = reckon(basket(line(1, 100)), [promotion(1, TEN_PERCENT)]).lines
    assert [each.facts() for each in adjusted.adjustments] == [
        {
            "kind": "promotion",
            "effect": "percentage",
            "promotion_id": str(UUID(int=1)),
            "name": "Promotion 1",
            "name_zh": "活动1",
            "code": None,
            "params": {"basis_points": 1000},
            "amount_minor": 10,
        }
    ]


# Laws. Few tags, few prices and short sets make promotions meet on the same lines.

TAGS = ("pot", "cup", "tea")
selections = st.builds(lambda tags: Selection(tags=tags), st.frozensets(st.sampled_from(TAGS)))
shares = st.sampled_from([1, 333, 1000, 3333, 5000, WHOLE])
small = st.integers(1, 3)
minor = st.integers(0, 400)
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Percentage, shares),
    st.builds(lambda amount, each: Amount({"CNY": amount}, each=each), minor, st.booleans()),
    st.builds(
        lambda parts, price: Bundle(tuple(parts), {"CNY": price}),
        st.lists(st.builds(Part, selections, small), min_size=1, max_size=2),
        minor,
    ),
    st.builds(BuyGet, small, small, shares, st.none() | selections, st.none() | st.integers(1, 2)),
    st.builds(lambda share, most: Shipping(share, {"CNY": most}), shares, minor),
)
terms = st.tuples(
    effects,
    selections,
    st.sampled_from([Selection(), Selection(), tagged("tea")]),
    st.sampled_from([Stacking.COMBINE, Stacking.COMBINE, Stacking.EXCLUSIVE]),
    st.integers(0, 2),
    st.integers(0, 4),
)


@st.composite
def offers(draw: st.DrawFn, *, most: int = 5, sets: int = 3) -> list[Promotion]:
    made = [
        promotion(
            number,
            effect,
            goods=goods,
            but_not=but_not,
            stacking=stacking,
            position=position,
            minimum_quantity=minimum,
        )
        for number, (effect, goods, but_not, stacking, position, minimum) in enumerate(
            draw(st.lists(terms, max_size=most)), start=1
        )
    ]
    in_sets = [each for each in made if isinstance(each.effect, Bundle | BuyGet)]
    return [each for each in made if each not in in_sets[sets:]]


@st.composite
def baskets(draw: st.DrawFn, *, most: int = 4) -> Basket:
    lines = draw(
        st.lists(
            st.tuples(st.integers(0, 300), st.integers(1, 4), st.frozensets(st.sampled_from(TAGS))),
            max_size=most,
        )
    )
    made = (line(n, price, units, *tags) for n, (price, units, tags) in enumerate(lines, start=1))
    return basket(*made, shipping=draw(minor))


@given(baskets(), offers(most=7, sets=7))
def test_lines_add_up_and_nothing_costs_less_than_nothing(
    of: Basket, promotions: list[Promotion]
) -> None:
    result = reckon(of, promotions)
    assert [each.key for each in result.lines] == [each.key for each in of.lines]
    for before, after in zip(of.lines, result.lines, strict=True):
        assert 0 <= after.after_minor <= after.before_minor == before.amount_minor
        assert all(each.amount_minor > 0 for each in after.adjustments)
    assert 0 <= result.shipping.after_minor <= of.shipping_minor
    assert sum(use.amount_minor for use in result.uses) == result.discount_minor
    told = {use.promotion_id for use in result.uses} | {
        each.promotion_id for each in result.turned_down
    }
    assert told == {each.id for each in promotions}
    stand_alone = {each.id for each in promotions if each.stacking is Stacking.EXCLUSIVE}
    used = {use.promotion_id for use in result.uses}
    assert len(used) <= 1 or not used & stand_alone


@given(baskets(), offers(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_promotions_does_not_matter(
    of: Basket, promotions: list[Promotion], chance: Any
) -> None:
    def by_key(result: AdjustedBasket) -> object:
        return {each.key: each for each in result.lines}, result.shipping, result.turned_down

    before = by_key(reckon(of, promotions))
    lines = list(of.lines)
    chance.shuffle(lines)
    chance.shuffle(promotions)
    turned = basket(*lines, shipping=of.shipping_minor)
    assert by_key(reckon(turned, promotions)) == before


@given(baskets(), offers(most=6, sets=4))
def test_one_promotion_more_never_makes_a_basket_dearer(
    of: Basket, promotions: list[Promotion]
) -> None:
    dearest = of.shipping_minor + sum(each.amount_minor for each in of.lines)
    for count in range(len(promotions) + 1):
        now = reckon(of, promotions[:count]).after_minor
        assert now <= dearest
        dearest = now


def least(of: Basket, promotions: Sequence[Promotion]) -> int:
    """Return the lowest price by trying whatever may stand together, in every order of the sets."""
    lines = sorted(of.lines, key=lambda each: each.key)
    candidates = [
        each for each in (examine(p, of, lines) for p in promotions) if isinstance(each, Candidate)
    ]
    combining = [each for each in candidates if not each.alone]
    allowed = [*subsets(combining), *([each] for each in candidates if each.alone)]
    return min(
        price_in_order(of, lines, chosen, order)
        for chosen in allowed
        for order in permutations([each for each in chosen if unit_set(each, lines, "CNY")])
    )


def subsets(candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    sizes = range(len(candidates) + 1)
    return chain.from_iterable(combinations(candidates, size) for size in sizes)


def price_in_order(
    of: Basket,
    lines: Sequence[BasketLine],
    chosen: Sequence[Candidate],
    order: Sequence[Candidate],
) -> int:
    rest = after_sets(lines, order)
    plain = sorted(chosen, key=lambda each: (each.promotion.position, each.promotion.id))
    for each in plain:
        if isinstance(each.promotion.effect, Percentage):
            for index in each.lines:
                rest[index] -= rounded(rest[index], each.promotion.effect.basis_points)
    pots = []
    for each in plain:
        effect = each.promotion.effect
        if isinstance(effect, Amount) and not effect.each:
            pots.append((effect.amounts["CNY"], set(each.lines)))
        elif isinstance(effect, Amount):
            for index in each.lines:
                unit = min(effect.amounts["CNY"], lines[index].unit_price_minor)
                rest[index] = max(0, rest[index] - unit * lines[index].quantity)
    return sum(rest) - most_off(pots, rest) + delivery_at_best(of, plain)


def order_of_units(candidate: Candidate, lines: Sequence[BasketLine]) -> UnitSet:
    found = unit_set(candidate, lines, "CNY")
    assert found is not None
    return found


def after_sets(lines: Sequence[BasketLine], order: Sequence[Candidate]) -> list[int]:
    rest = [each.amount_minor for each in lines]
    free = [each.quantity for each in lines]
    for each in order:
        taken = order_of_units(each, lines).take(free)
        for index, off in taken.off.items():
            rest[index] -= off
        if taken.off:
            for index, units in taken.units.items():
                free[index] -= units
    return rest


def rounded(amount: int, basis_points: int) -> int:
    return (2 * amount * basis_points + WHOLE) // (2 * WHOLE)


def delivery_at_best(of: Basket, chosen: Sequence[Candidate]) -> int:
    offs = [
        min(rounded(of.shipping_minor, effect.basis_points), effect.at_most["CNY"])
        for effect in (each.promotion.effect for each in chosen)
        if isinstance(effect, Shipping)
    ]
    return of.shipping_minor - max(offs, default=0)


def most_off(pots: Sequence[tuple[int, set[int]]], rest: Sequence[int]) -> int:
    """Return the most that all amounts can take off together: the narrowest cut of their flow."""
    return min(
        sum(rest[index] for index, cut in enumerate(cuts) if cut)
        + sum(amount for amount, lines in pots if any(not cuts[index] for index in lines))
        for cuts in product((False, True), repeat=len(rest))
    )


@given(baskets(), offers())
@settings(max_examples=100)
def test_no_way_of_putting_promotions_together_saves_more(
    of: Basket, promotions: list[Promotion]
) -> None:
    assert reckon(of, promotions).after_minor == least(of, promotions)


def test_an_amount_moves_over_to_goods_that_no_other_amount_may_reduce() -> None:
    of = basket(line(1, 100, 1, "pot"), line(2, 100, 1, "pot", "cup"), line(3, 20, 1, "cup"))
    pots, cups = (
        promotion(1, Amount({"CNY": 100}), goods=tagged("pot")),
        promotion(2, Amount({"CNY": 100}), goods=tagged("cup")),
    )
    result = reckon(of, [pots, cups])
    assert [use.amount_minor for use in result.uses] == [100, 100]
    assert [each.after_minor for each in result.lines] == [20, 0, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.frozensets(st.sampled_from(TAGS), min_size=1)),
        min_size=2,
        max_size=5,
    ),
    st.lists(
        st.tuples(st.integers(0, 150), st.frozensets(st.sampled_from(TAGS), min_size=1)),
        min_size=2,
        max_size=4,
    ),
)
@settings(max_examples=100)
def test_amounts_whose_goods_overlap_in_part_lose_nothing_that_could_be_taken_off(
    goods: list[tuple[int, frozenset[str]]], amounts: list[tuple[int, frozenset[str]]]
) -> None:
    of = basket(*(line(n, price, 1, *tags) for n, (price, tags) in enumerate(goods, start=1)))
    promotions = [
        promotion(n, Amount({"CNY": amount}), goods=Selection(tags=tags))
        for n, (amount, tags) in enumerate(amounts, start=1)
    ]
    assert reckon(of, promotions).after_minor == least(of, promotions)


@given(
    baskets(most=3),
    st.builds(BuyGet, st.integers(1, 2), st.just(1), shares, st.none() | selections),
    selections,
)
def test_no_choice_of_units_makes_more_of_an_offer_on_further_units(
    of: Basket, effect: BuyGet, goods: Selection
) -> None:
    """Tried out unit by unit: the best sets, of which the cheapest unit or any other one is had."""
    units = [
        each.unit_price_minor * 1000 + index  # tells units of one price apart
        for index, each in enumerate(of.lines)
        for _ in range(each.quantity)
    ][:6]
    counts = [sum(1 for unit in units if unit % 1000 == i) for i in range(len(of.lines))]
    lines = [
        line(i + 1, of.lines[i].unit_price_minor, counts[i], *of.lines[i].tags)
        for i in range(len(of.lines))
        if counts[i]
    ]
    found = examine(promotion(1, effect, goods=goods), basket(*lines), lines)
    if not isinstance(found, Candidate):
        return
    taken = order_of_units(found, lines).take([each.quantity for each in lines])
    singles = [index for index, each in enumerate(lines) for _ in range(each.quantity)]
    exact = best_by_units(effect, found, lines, singles)
    assert sum(taken.off.values()) == pytest.approx(exact * effect.basis_points / WHOLE, abs=3)
    assert all(units <= lines[index].quantity for index, units in taken.units.items())


def best_by_units(
    effect: BuyGet, candidate: Candidate, lines: Sequence[BasketLine], left: Sequence[int]
) -> int:
    """Return the most that the reduced units cost, over every way of making sets of `left`."""
    best = 0
    for chosen in set(combinations(left, effect.buy + effect.get)):
        for reduced in set(chosen):
            bought = list(chosen)
            bought.remove(reduced)
            if not set(bought) <= set(candidate.lines):
                continue
            if effect.goods is None:
                price = min(lines[index].unit_price_minor for index in chosen)
                fits = lines[reduced].unit_price_minor == price and reduced in candidate.lines
            else:
                fits = lines[reduced] in effect.goods
            if fits:
                rest = list(left)
                for index in chosen:
                    rest.remove(index)
                gain = lines[reduced].unit_price_minor
                best = max(best, gain + best_by_units(effect, candidate, lines, rest))
    return best


@given(baskets(most=3), st.integers(1, 3), st.integers(1, 3), minor)
def test_no_choice_of_units_makes_more_of_a_bundle(
    of: Basket, pots: int, cups: int, price: int
) -> None:
    """A bundle is made of the dearest units of each part, as often as that saves something."""
    lines = [
        line(n, each.unit_price_minor, each.quantity, "pot" if n % 2 else "cup")
        for n, each in enumerate(of.lines, start=1)
    ]
    offer = promotion(
        1, Bundle((Part(tagged("pot"), pots), Part(tagged("cup"), cups)), {"CNY": price})
    )
    singles = {
        tag: sorted(
            (
                each.unit_price_minor
                for each in lines
                if tag in each.tags
                for _ in range(each.quantity)
            ),
            reverse=True,
        )
        for tag in ("pot", "cup")
    }
    most = min(len(singles["pot"]) // pots, len(singles["cup"]) // cups)
    exact = max(
        sum(singles["pot"][: n * pots]) + sum(singles["cup"][: n * cups]) - n * price
        for n in range(most + 1)
    )
    assert reckon(basket(*lines), [offer]).discount_minor == exact
