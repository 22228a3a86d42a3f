"""Orders are served as the merchant has set it, the reasons are kept, and rules can be tried first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.checkout.service import find_goods_again
from commerce.fulfilment.errors import (
    DispatchTermsError,
    RulesLeaveNoPlaceError,
    SourcingPolicyError,
    SourcingRuleError,
    TooManyRulesError,
    UnknownDeliveryOptionError,
)
from commerce.fulfilment.queries import (
    DryRun,
    decisions_of,
    dispatch_rates,
    dispatch_terms,
    dry_run,
    network_of,
    sourcing_rules,
)
from commerce.fulfilment.queries.sourcing import source_order
from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow, OpenSpan
from commerce.fulfilment.service import (
    adopt_drafted_rules,
    put_sourcing_rules,
    set_dispatch_rates,
    set_dispatch_terms,
    set_sourcing_policy,
    set_store_hours,
)
from commerce.fulfilment.sourcing import (
    Conditions,
    Decision,
    Demand,
    Effect,
    Line,
    Policy,
    Rule,
)
from commerce.fulfilment.sourcing.distance import Point, km_between
from commerce.fulfilment.sourcing.record import conditions_as_json, conditions_from_json
from commerce.inventory.queries import locations, online_sources
from commerce.inventory.service import change_location
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_code, new_id
from commerce.park.queries.merchants import get_merchant
from tests.support.orders import fill_cart, paid_order, place
from tests.support.shop import Shop, open_shop, stock_product
from tests.support.statements import statements_sent

MONDAY_NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[Database]:
    database = Database(module_database_url)
    yield database
    database.close()


@pytest.fixture
def shop(database: Database) -> Shop:
    return open_shop(database, slug=f"shop-{new_code(8).lower()}")


def rule(effect: Effect = Effect.EXCLUDE, *, amount: int = 0, **when: Any) -> Rule:
    return Rule(new_id(), effect, "Stores rest", "门店不发货", Conditions(**when), amount)


NO_STORES = rule(kinds=frozenset({"store"}))
NO_WAREHOUSES = rule(kinds=frozenset({"warehouse"}))


def fresh(shop: Shop) -> Shop:
    """Return the shop as the next request sees it: after its settings have changed."""
    with shop.database.reading(shop.scope) as connection:
        return replace(shop, merchant=get_merchant(connection, merchant_id=shop.merchant.id))


def set_rules(shop: Shop, *rules: Rule, draft: bool = False) -> Shop:
    with shop.database.transaction(shop.scope) as session:
        put_sourcing_rules(session, merchant_id=shop.merchant.id, rules=rules, draft=draft)
    return fresh(shop)


def set_policy(shop: Shop, policy: Policy) -> Shop:
    with shop.database.transaction(shop.scope) as session:
        set_sourcing_policy(session, merchant_id=shop.merchant.id, policy=policy)
    return fresh(shop)


def kept(shop: Shop, order_id: UUID) -> Decision:
    with shop.database.reading(shop.scope) as connection:
        return decisions_of(connection, order_id=order_id)[-1].decision


def serving(decision: Decision) -> list[UUID]:
    return [parcel.location_id for parcel in decision.parcels]


def ordered(shop: Shop, variant: UUID, units: int = 1) -> Decision:
    return kept(shop, place(shop, fill_cart(shop, (variant, units))).order.id)


def decided(shop: Shop, variant: UUID, *, at: datetime = MONDAY_NOON, **more: Any) -> Decision:
    demand = Demand((Line(variant, 1, 500, 68800),), "CN", at, option="parcel")
    with shop.database.reading(shop.scope) as connection:
        return source_order(
            connection,
            merchant_id=shop.merchant.id,
            demand=replace(demand, **more),
            sources=online_sources(connection, variant_ids=[variant]),
        ).decision


def test_the_decision_is_kept_with_the_order_and_the_rules_decide(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9, in_store=9)
    assert serving(ordered(shop, teapot)) == [shop.warehouse]
    ruled = set_rules(shop, NO_WAREHOUSES)
    decision = ordered(ruled, teapot)
    assert serving(decision) == [shop.store]
    reason = decision.why[0]
    assert (reason.code, reason.params["name_zh"]) == ("rule-exclude", "门店不发货")
    assert decision.exact
    assert decision.latest is not None


def test_a_kept_decision_never_changes(shop: Shop) -> None:
    ordered(shop, stock_product(shop, in_warehouse=1))
    with (
        pytest.raises(DBAPIError, match=r"never changed|permission denied"),
        shop.database.transaction(shop.scope) as session,
    ):
        session.execute(text("UPDATE sourcing_decision SET minor = 0"))


def test_placing_takes_no_statement_more_for_its_rules(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9, in_store=9)
    ruled = set_rules(shop, NO_WAREHOUSES, rule(Effect.PREFER, amount=5, open_now=True))
    place(ruled, fill_cart(ruled, (teapot, 1)))
    cart = fill_cart(ruled, (teapot, 1))
    with statements_sent() as sent:
        place(ruled, cart)
    (kept_by,) = [each for each in sent if "order_source" in each or "sourcing" in each]
    assert "INSERT INTO order_source" in kept_by


def test_rules_give_way_or_the_order_is_refused_as_the_merchant_wants(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9)
    lenient = set_rules(shop, NO_WAREHOUSES)
    decision = ordered(lenient, teapot)
    assert serving(decision) == [shop.warehouse]
    assert decision.lifted == (NO_WAREHOUSES.id,)
    strict = set_policy(shop, Policy(serve_anyway=False))
    with pytest.raises(RulesLeaveNoPlaceError):
        ordered(strict, teapot)


def test_an_order_that_is_promised_is_served_whatever_the_rules_say_now(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9)
    durable = Durable(shop.database.url)
    order = paid_order(shop, durable, (teapot, 1))
    durable.close()
    set_rules(shop, NO_WAREHOUSES)
    set_policy(shop, Policy(serve_anyway=False))
    with shop.database.transaction(shop.scope) as session:
        find_goods_again(session, merchant_id=shop.merchant.id, order_id=order.id, actor_id=None)
    with shop.database.reading(shop.scope) as connection:
        rows = decisions_of(connection, order_id=order.id)
    assert [row.occasion for row in rows] == ["placed", "found_again"]
    assert serving(rows[-1].decision) == [shop.warehouse]


def test_goods_are_known_by_tag_and_category_when_a_rule_asks(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9, in_store=9)
    with shop.database.transaction(shop.scope) as session:
        session.execute(text("UPDATE product SET tags = ARRAY['fragile']"))
        parent, child = new_id(), new_id()
        for category, above, path in ((parent, None, "tea"), (child, parent, "tea/pots")):
            session.execute(
                text(
                    "INSERT INTO category (merchant_id, id, parent_id, slug, path, position, texts)"
                    " VALUES (:merchant, :id, :above, :slug, :path, 0, '{}')"
                ),
                {
                    "merchant": shop.merchant.id,
                    "id": category,
                    "above": above,
                    "slug": path.rpartition("/")[2],
                    "path": path,
                },
            )
        session.execute(
            text(
                "INSERT INTO product_category (merchant_id, id, product_id, category_id, position)"
                " SELECT merchant_id, :id, id, :category, 0 FROM product"
            ),
            {"id": new_id(), "category": child},
        )
    kinds = frozenset({"warehouse"})
    for condition, place_id in (
        ({"tags": frozenset({"fragile"})}, shop.store),
        ({"tags": frozenset({"heavy"})}, shop.warehouse),
        ({"categories": frozenset({parent})}, shop.store),
        ({"categories": frozenset({new_id()})}, shop.warehouse),
    ):
        set_rules(shop, rule(kinds=kinds, **condition))
        assert serving(decided(shop, teapot)) == [place_id]


def test_a_full_store_sends_on_a_later_day(shop: Shop) -> None:
    teapot = stock_product(shop, in_store=9)
    with shop.database.transaction(shop.scope) as session:
        set_dispatch_terms(
            session,
            merchant_id=shop.merchant.id,
            terms=DispatchTermsRow(shop.store, handling_minor=150, capacity_per_day=2),
        )
    shop = fresh(shop)
    days = [ordered(shop, teapot).latest for _ in range(3)]
    assert days[0] == days[1]
    assert days[0] is not None
    assert days[2] is not None
    assert days[2] > days[0]
    last = ordered(shop, teapot)
    assert "full-today" in [reason.code for reason in last.why]
    assert {cost.code: cost.minor for cost in last.parcels[0].costs}["handling"] == 150


def test_a_store_sends_on_days_on_which_it_is_open(shop: Shop) -> None:
    teapot = stock_product(shop, in_store=9)
    with shop.database.transaction(shop.scope) as session:
        set_store_hours(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            spans=[OpenSpan(3, time(10), time(18))],
        )
    decision = decided(shop, teapot)
    # It leaves on Wednesday, and two to four working days later it is Friday to Tuesday.
    assert str(decision.earliest) == "2026-11-27"
    assert str(decision.latest) == "2026-12-01"


def test_rates_make_the_cheaper_place_serve(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9, in_store=9)
    with shop.database.transaction(shop.scope) as session:
        for location, rates in (
            (shop.warehouse, [DispatchRateRow(base_minor=900, per_kg_minor=200)]),
            (
                shop.store,
                [
                    DispatchRateRow(base_minor=5000),
                    DispatchRateRow("parcel", "CN", 700, days=(1, 2), duty_ppm=1000),
                ],
            ),
        ):
            set_dispatch_rates(
                session, merchant_id=shop.merchant.id, location_id=location, rates=rates
            )
        terms = DispatchTermsRow(shop.warehouse, 10, 5, None, time(9))
        set_dispatch_terms(session, merchant_id=shop.merchant.id, terms=terms)
        assert dispatch_terms(session) == {shop.warehouse: terms}
        assert dispatch_rates(session)[shop.store][0].days == (1, 2)
    at_home = decided(shop, teapot)
    assert serving(at_home) == [shop.store]
    costs = {cost.code: cost.minor for cost in at_home.parcels[0].costs}
    assert costs == {"shipping": 700, "priority": 20, "duty": 69}
    assert str(at_home.latest) == "2026-11-25"
    assert at_home.runners_up[0].minor == 900 + 100 + 10 + 10 + 5
    assert serving(decided(shop, teapot, country="DE")) == [shop.warehouse]


def test_the_nearer_place_serves_where_coordinates_are_known(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9, in_store=9)
    with shop.database.transaction(shop.scope) as session:
        for each in locations(session.connection()):
            where = (23.1, 113.3) if each.id == shop.warehouse else (31.2, 121.5)
            change_location(
                session,
                merchant_id=shop.merchant.id,
                location=replace(each, latitude=where[0], longitude=where[1]),
            )
    set_policy(shop, Policy(per_100_km_minor=10))
    assert serving(decided(shop, teapot, region="江苏省")) == [shop.store]
    assert serving(decided(shop, teapot, region="广东省")) == [shop.warehouse]
    assert serving(decided(shop, teapot)) == [shop.warehouse]


def test_the_distance_is_that_of_the_globe() -> None:
    shanghai, beijing = Point(31.23, 121.47), Point(39.90, 116.41)
    assert 1060 < km_between(shanghai, beijing) < 1075
    assert km_between(beijing, beijing) == 0


def test_rules_are_read_as_they_were_written(shop: Shop) -> None:
    full = replace(
        rule(
            Effect.PENALTY,
            amount=250,
            countries=frozenset({"DE"}),
            regions=frozenset({"CA"}),
            channels=frozenset({"web"}),
            options=frozenset({"parcel"}),
            tags=frozenset({"tea"}),
            categories=frozenset({new_id()}),
            kinds=frozenset({"store"}),
            places=frozenset({shop.store}),
            open_now=False,
            grams_from=1,
            grams_below=9,
            value_from=0,
            value_below=5,
        ),
        starts_at=MONDAY_NOON,
        ends_at=MONDAY_NOON + timedelta(days=1),
        active=False,
    )
    set_rules(shop, full, NO_STORES)
    with shop.database.reading(shop.scope) as connection:
        assert sourcing_rules(connection, merchant_id=shop.merchant.id) == (full, NO_STORES)
        assert network_of(connection, merchant_id=shop.merchant.id).rules == (full, NO_STORES)
    assert conditions_from_json(conditions_as_json(full.when)) == full.when


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        (replace(NO_STORES, name=" "), "name", "name"),
        (replace(NO_STORES, name_zh="长" * 121), "name_zh", "name"),
        (rule(amount=5), "amount", "amount"),
        (rule(Effect.KEEP_BACK), "amount", "amount"),
        (rule(Effect.PENALTY, amount=-1), "amount", "amount"),
        (rule(Effect.ONLY), "places", "places"),
        (rule(countries=frozenset({"de"})), "when", "unknown"),
        (rule(kinds=frozenset({"cave"})), "when", "unknown"),
        (rule(channels=frozenset({"fax"})), "when", "unknown"),
        (rule(grams_from=9, grams_below=9), "when", "span"),
        (rule(value_from=-1), "when", "span"),
        (rule(tags=frozenset(map(str, range(251)))), "when", "too-long"),
        (replace(NO_STORES, starts_at=MONDAY_NOON, ends_at=MONDAY_NOON), "ends_at", "dates"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_by_name(
    shop: Shop, wrong: Rule, field: str, code: str
) -> None:
    with pytest.raises(SourcingRuleError) as refused:
        set_rules(shop, NO_STORES, wrong)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == (f"/rules/1/{field}", code)


def test_settings_that_cannot_be_are_refused(shop: Shop) -> None:
    merchant = shop.merchant.id
    with pytest.raises(TooManyRulesError):
        set_rules(shop, *[NO_STORES] * 101)
    with pytest.raises(SourcingPolicyError):
        set_policy(shop, Policy(split_minor=-1))
    with shop.database.transaction(shop.scope) as session:
        for terms in (
            DispatchTermsRow(shop.store, handling_minor=-1),
            DispatchTermsRow(shop.store, capacity_per_day=0),
        ):
            with pytest.raises(DispatchTermsError):
                set_dispatch_terms(session, merchant_id=merchant, terms=terms)
        for rates in (
            [DispatchRateRow(base_minor=-1)],
            [DispatchRateRow(country="Germany")],
            [DispatchRateRow(duty_ppm=10_000_001)],
            [DispatchRateRow(days=(3, 2))],
            [DispatchRateRow(), DispatchRateRow(base_minor=5)],
        ):
            with pytest.raises(DispatchTermsError):
                set_dispatch_rates(
                    session, merchant_id=merchant, location_id=shop.store, rates=rates
                )
        with pytest.raises(UnknownDeliveryOptionError):
            set_dispatch_rates(
                session,
                merchant_id=merchant,
                location_id=shop.store,
                rates=[DispatchRateRow("balloon")],
            )


def tried(shop: Shop, *rules: Rule) -> DryRun:
    with shop.database.reading(shop.scope) as connection:
        return dry_run(connection, merchant_id=shop.merchant.id, rules=rules, since=LONG_AGO)


def test_drafted_rules_are_tried_on_past_orders_before_they_count(shop: Shop) -> None:
    both = stock_product(shop, in_warehouse=9, in_store=9)
    one = stock_product(shop, in_warehouse=9)
    order = place(shop, fill_cart(shop, (both, 2))).order
    place(shop, fill_cart(shop, (one, 1)))
    set_rules(shop, NO_WAREHOUSES, draft=True)
    assert serving(ordered(fresh(shop), both)) == [shop.warehouse]
    with shop.database.reading(shop.scope) as connection:
        (draft,) = sourcing_rules(connection, merchant_id=shop.merchant.id, draft=True)
    ran = tried(shop, draft)
    assert (ran.orders, len(ran.changed), ran.left_out, ran.refused) == (3, 2, 0, 0)
    assert ran.minor == 20
    assert ran.given_way == 1
    first = ran.changed[-1]
    assert (first.number, first.minor) == (order.number, 10)
    assert first.after is not None
    assert serving(first.after) == [shop.store]
    assert first.after.why[0].code == "rule-exclude"
    with shop.database.transaction(shop.scope) as session:
        adopt_drafted_rules(session, merchant_id=shop.merchant.id)
        assert sourcing_rules(session, merchant_id=shop.merchant.id, draft=True) == ()
    assert serving(ordered(fresh(shop), both)) == [shop.store]
    assert tried(fresh(shop), draft).changed == ()


def test_a_dry_run_counts_the_orders_that_would_be_refused(shop: Shop) -> None:
    one = stock_product(shop, in_warehouse=9)
    place(shop, fill_cart(shop, (one, 1)))
    strict = set_policy(shop, Policy(serve_anyway=False))
    ran = tried(strict, NO_WAREHOUSES)
    assert (ran.refused, ran.minor, ran.changed[0].after) == (1, 0, None)


def test_a_dry_run_asks_for_the_goods_once_however_many_orders_there_are(shop: Shop) -> None:
    one = stock_product(shop, in_warehouse=9)
    for _ in range(3):
        place(shop, fill_cart(shop, (one, 1)))
    with statements_sent() as sent:
        assert tried(shop, rule(tags=frozenset({"tea"}))).orders == 3
    assert len(sent) == 3


def test_adopting_an_empty_draft_changes_nothing(shop: Shop) -> None:
    set_rules(shop, NO_STORES)
    with shop.database.transaction(shop.scope) as session:
        adopt_drafted_rules(session, merchant_id=shop.merchant.id)
        assert sourcing_rules(session, merchant_id=shop.merchant.id) == (NO_STORES,)
