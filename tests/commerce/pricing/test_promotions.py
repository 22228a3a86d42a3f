"""Promotions as a merchant keeps them: described, limited, used, given back, for groups of people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.customers.errors import GroupExistsError, GroupFaultError, UnknownGroupError
from commerce.customers.queries import (
    customer_groups,
    export_customer,
    get_customer,
    groups_of,
    members_of,
)
from commerce.customers.service import (
    add_to_group,
    change_group,
    erase_customer,
    open_group,
    remember_customer,
    remove_group,
    take_from_group,
)
from commerce.kernel.channel import Channel
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.ids import new_id
from commerce.orders.rows import LineDraft, OrderDraft
from commerce.orders.service import open_order
from commerce.pricing.promotions.codes import code_key
from commerce.pricing.promotions.errors import (
    CodeSpellingError,
    CodeTakenError,
    LimitBelowUsesError,
    PromotionTermsError,
    PromotionUsedUpError,
    UnknownPromotionError,
)
from commerce.pricing.promotions.queries import (
    Applying,
    codes_of,
    promotion_card,
    promotion_cards,
    promotions_for,
    uses_of_order,
)
from commerce.pricing.promotions.results import Use
from commerce.pricing.promotions.rows import (
    Amount,
    Bundle,
    BuyGet,
    Conditions,
    Effect,
    Part,
    Percentage,
    PromotionDraft,
    Selection,
    Shipping,
    Stacking,
    Why,
)
from commerce.pricing.promotions.service import (
    add_codes,
    change_promotion,
    create_promotion,
    draw_codes,
    forget_uses_by,
    give_back_uses,
    switch_code,
    switch_promotion,
    use_promotions,
)
from tests.support.postgres import TestServer
from tests.support.promotions import tagged
from tests.support.shop import Shop, own_shop, stock_product

LIN, WEI = "lin@example.com", "wei@example.com"


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        yield made


def draft(effect: Effect | None = None, **terms: Any) -> PromotionDraft:
    asked = {name: terms.pop(name) for name in list(terms) if name in Conditions.__slots__}
    return PromotionDraft(
        name="Autumn tea",
        name_zh="秋茶节",
        effect=effect or Percentage(1000),
        conditions=Conditions(**asked),
        **terms,
    )


def create(shop: Shop, effect: Effect | None = None, **terms: Any) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return create_promotion(session, merchant_id=shop.merchant.id, draft=draft(effect, **terms))


def give_codes(shop: Shop, promotion: UUID, *codes: str, **limits: Any) -> dict[str, UUID]:
    with shop.database.transaction(shop.scope) as session:
        add_codes(
            session, merchant_id=shop.merchant.id, promotion_id=promotion, codes=codes, **limits
        )
        return {each.code: each.id for each in codes_of(session, promotion_id=promotion)}


def order(shop: Shop) -> UUID:
    """Write an order; what promotions need of it is only that it exists."""
    line = LineDraft(
        variant_id=None,
        sku="X",
        name="Tea",
        quantity=1,
        unit_price_minor=1000,
        net_minor=1000,
        tax_minor=0,
        tax_rate=Decimal(0),
    )
    order_id = new_id()
    with shop.database.transaction(shop.scope) as session:
        open_order(
            session,
            merchant_id=shop.merchant.id,
            order_id=order_id,
            placed=False,
            draft=OrderDraft(
                source_id=new_id(),
                channel=Channel.WEB,
                currency="CNY",
                prices_include_tax=True,
                locale="en",
                lines=(line,),
            ),
        )
    return order_id


def use(
    shop: Shop,
    *promotions: UUID,
    order_id: UUID | None = None,
    code: str | None = None,
    code_ids: dict[str, UUID] | None = None,
    email: str = LIN,
) -> UUID:
    order_id = order_id or order(shop)
    with shop.database.transaction(shop.scope) as session:
        use_promotions(
            session,
            merchant_id=shop.merchant.id,
            order_id=order_id,
            uses=[Use(each, code, 100) for each in promotions],
            code_ids=code_ids or {},
            email=email,
        )
    return order_id


def give_back(shop: Shop, order_id: UUID, email: str = LIN) -> int:
    with shop.database.transaction(shop.scope) as session:
        return give_back_uses(session, merchant_id=shop.merchant.id, order_id=order_id, email=email)


def applying(
    shop: Shop,
    *,
    codes: Sequence[str] = (),
    products: Sequence[UUID] = (),
    customer: UUID | None = None,
    email: str = "",
    at: datetime | None = None,
) -> Applying:
    with shop.database.reading(shop.scope) as connection:
        return promotions_for(
            connection,
            merchant_id=shop.merchant.id,
            product_ids=products,
            at=at or utc_now(),
            codes=codes,
            customer_id=customer,
            email=email,
        )


def barred(shop: Shop, **asked: Any) -> list[Why | None]:
    """Why each promotion is no more for this buyer, or else the code that was typed for it."""
    found = applying(shop, **asked).promotions
    return [each.barred or next(iter(each.closed.values()), None) for each in found]


def used(shop: Shop, promotion: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        return promotion_card(connection, promotion_id=promotion).used


def counter(shop: Shop, table: str) -> list[int]:
    with shop.database.reading(shop.scope) as connection:
        return list(connection.scalars(text(f"SELECT used FROM {table} ORDER BY id")))


@pytest.mark.parametrize(
    "effect",
    [
        Percentage(1500),
        Amount({"CNY": 5000, "EUR": 700}, each=True),
        Bundle((Part(tagged("pot"), 1), Part(Selection(), 4)), {"CNY": 0}),
        BuyGet(2, 1, 5000, goods=tagged("cup"), most=3),
        BuyGet(1, 1),
        Shipping(5000, {"CNY": 2000}),
    ],
    ids=lambda effect: effect.kind.value,
)
def test_a_promotion_reads_as_it_was_described(shop: Shop, effect: Effect) -> None:
    described = draft(
        effect,
        goods=Selection(frozenset({new_id()}), frozenset({new_id()}), frozenset({"茶", "a'b"})),
        but_not=tagged("sale"),
        stacking=Stacking.EXCLUSIVE,
        position=3,
        limit_total=10,
        limit_per_customer=2,
        minimum_quantity=2,
        minimum_amounts={"CNY": 20000},
        groups=frozenset({new_id()}),
        channels=frozenset({Channel.WEB, Channel.TILL}),
        countries=frozenset({"CN", "DE"}),
        valid_from=datetime(2026, 11, 1, tzinfo=UTC),
        valid_to=datetime(2027, 11, 1, tzinfo=UTC),
    )
    with shop.database.transaction(shop.scope) as session:
        promotion = create_promotion(session, merchant_id=shop.merchant.id, draft=described)
        (card,) = promotion_cards(session)
    assert (card.id, card.draft, card.used, card.taken_off) == (promotion, described, 0, {})
    (found,) = applying(shop, email=LIN, at=datetime(2026, 12, 1, tzinfo=UTC)).promotions
    assert (found.effect, found.goods, found.conditions) == (
        effect,
        described.goods,
        described.conditions,
    )
    assert (found.name, found.name_zh, found.barred, found.codes) == (
        "Autumn tea",
        "秋茶节",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("described", "pointer"),
    [
        (replace(draft(), name_zh=" "), "/name"),
        (draft(Percentage(10001)), "/effect"),
        (draft(Shipping(0)), "/effect"),
        (draft(Shipping(at_most={"CNY": 0})), "/effect"),
        (draft(Amount({})), "/effect"),
        (draft(Amount({"CNY": 0})), "/effect"),
        (draft(BuyGet(0, 1)), "/effect"),
        (draft(BuyGet(1, 1000)), "/effect"),
        (draft(Bundle((), {"CNY": 1})), "/effect"),
        (draft(Bundle((Part(Selection(), 1),), {})), "/effect"),
        (draft(minimum_quantity=-1), "/minimum"),
        (draft(minimum_amounts={"CNY": -1}), "/minimum"),
        (draft(limit_total=0), "/limit_total"),
        (draft(countries=frozenset({"China"})), "/countries"),
        (draft(position=10**20), "/position"),
        (
            draft(
                valid_from=datetime(2027, 1, 1, tzinfo=UTC),
                valid_to=datetime(2027, 1, 1, tzinfo=UTC),
            ),
            "/valid_to",
        ),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_with_the_field_at_fault(
    described: PromotionDraft, pointer: str
) -> None:
    with pytest.raises(PromotionTermsError) as refused:
        create_promotion(None, merchant_id=new_id(), draft=described)  # type: ignore[arg-type]
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_promotion_counts_while_it_is_on_and_valid(shop: Shop) -> None:
    now = utc_now()
    promotion = create(shop, valid_from=now, valid_to=now + timedelta(days=1))
    assert barred(shop, at=now - timedelta(seconds=1)) == []
    assert barred(shop, at=now) == [None]
    assert barred(shop, at=now + timedelta(days=1)) == []
    with shop.database.transaction(shop.scope) as session:
        switch_promotion(session, merchant_id=shop.merchant.id, promotion_id=promotion, on=False)
    assert barred(shop, at=now) == []
    with shop.database.transaction(shop.scope) as session:
        switch_promotion(session, merchant_id=shop.merchant.id, promotion_id=promotion, on=True)
    assert barred(shop, at=now) == [None]
    with (
        pytest.raises(UnknownPromotionError),
        shop.database.transaction(shop.scope) as session,
    ):
        switch_promotion(session, merchant_id=shop.merchant.id, promotion_id=new_id(), on=False)


def test_goods_come_with_their_tags_and_with_all_categories_above_them(shop: Shop) -> None:
    variant = stock_product(shop)
    tea, cups, apart = new_id(), new_id(), new_id()
    with shop.database.transaction(shop.scope) as session:
        product = session.execute(
            text("SELECT product_id FROM variant WHERE id = :id"), {"id": variant}
        ).scalar_one()
        for branch, parent, path in (
            (tea, None, "tea"),
            (cups, tea, "tea/cups"),
            (apart, None, "tea-towels"),
        ):
            session.execute(
                text(
                    "INSERT INTO category (merchant_id, id, parent_id, slug, path, position, texts) "
                    "VALUES (:m, :id, :parent, :slug, :path, 0, '{}')"
                ),
                {
                    "m": shop.merchant.id,
                    "id": branch,
                    "parent": parent,
                    "slug": path.split("/")[-1],
                    "path": path,
                },
            )
        session.execute(
            text(
                "INSERT INTO product_category (merchant_id, id, product_id, category_id, position) "
                "VALUES (:m, :id, :product, :category, 0)"
            ),
            {"m": shop.merchant.id, "id": new_id(), "product": product, "category": cups},
        )
        session.execute(text("UPDATE product SET tags = ARRAY['gift', 'new']"))
    assert applying(shop, products=[product]).goods == {}
    create(shop)
    (named,) = applying(shop, products=[product, new_id()]).goods.values()
    assert named.tags == {"gift", "new"}
    assert named.categories == {tea, cups}


def test_a_code_is_spelled_as_it_is_read_aloud() -> None:
    assert code_key(" tea 10 ") == code_key("\uff34\uff25\uff21\uff11\uff10") == "TEA10"
    assert code_key("双十一-8折") == "双十一-8折"
    assert [code_key(each) for each in ("", "x", "a\x00b", "x" * 41)] == [""] * 4


def test_a_promotion_with_codes_comes_along_only_for_who_typed_one(shop: Shop) -> None:
    promotion = create(shop, needs_code=True)
    codes = give_codes(shop, promotion, "tea10", "Tea 20")
    assert set(codes) == {"TEA10", "TEA20"}
    assert applying(shop).promotions == ()
    found = applying(shop, codes=["TEA10", "NONE"])
    assert [each.codes for each in found.promotions] == [frozenset({"TEA10"})]
    assert found.code_ids == {"TEA10": codes["TEA10"]}
    with shop.database.transaction(shop.scope) as session:
        switch_code(session, merchant_id=shop.merchant.id, code_id=codes["TEA10"], on=False)
    (found_off,) = applying(shop, codes=["TEA10"]).promotions
    assert (found_off.codes, found_off.closed) == (frozenset(), {"TEA10": Why.CODE_OVER})
    (found_both,) = applying(shop, codes=["TEA10", "TEA20"]).promotions
    assert (found_both.codes, found_both.closed) == (
        frozenset({"TEA20"}),
        {"TEA10": Why.CODE_OVER},
    )


def test_a_code_ends_with_its_last_moment_and_with_its_promotion(shop: Shop) -> None:
    now = utc_now()
    promotion = create(shop, needs_code=True)
    give_codes(shop, promotion, "SOON", valid_to=now + timedelta(hours=1))
    assert barred(shop, codes=["SOON"], at=now) == [None]
    assert barred(shop, codes=["SOON"], at=now + timedelta(hours=1)) == [Why.CODE_OVER]
    with shop.database.transaction(shop.scope) as session:
        switch_promotion(session, merchant_id=shop.merchant.id, promotion_id=promotion, on=False)
    assert barred(shop, codes=["SOON"], at=now) == [Why.OVER]


def test_codes_are_unique_in_a_shop_and_nothing_of_a_list_with_a_taken_one_is_kept(
    shop: Shop,
) -> None:
    promotion = create(shop, needs_code=True)
    give_codes(shop, promotion, "TAKEN")
    with pytest.raises(CodeTakenError, match="TAKEN"):
        give_codes(shop, create(shop, needs_code=True), "FREE", "taken")
    with pytest.raises(CodeSpellingError):
        give_codes(shop, promotion, "x")
    with pytest.raises(UnknownPromotionError):
        give_codes(shop, new_id(), "FREE")
    with pytest.raises(PromotionTermsError):
        give_codes(shop, promotion, "FREE", limit_total=0)
    assert list(give_codes(shop, promotion, "FREE")) == ["FREE", "TAKEN"]


def test_drawn_codes_are_many_and_each_is_good_once(shop: Shop) -> None:
    promotion = create(shop, needs_code=True)
    with shop.database.transaction(shop.scope) as session:
        drawn = draw_codes(
            session, merchant_id=shop.merchant.id, promotion_id=promotion, count=300, prefix="TEA-"
        )
        first = codes_of(session, promotion_id=promotion, most=2)
        further = codes_of(session, promotion_id=promotion, after=first[-1].code, most=1000)
    assert len(set(drawn)) == 300
    assert all(code.startswith("TEA-") and code_key(code) == code for code in drawn)
    assert sorted(drawn) == [each.code for each in (*first, *further)]
    assert {each.limit_total for each in first} == {1}


def test_a_promotion_is_used_up_at_its_limit_and_free_again_when_a_use_is_given_back(
    shop: Shop,
) -> None:
    promotion = create(shop, limit_total=2)
    first = use(shop, promotion)
    assert barred(shop) == [None]
    use(shop, promotion)
    assert barred(shop) == [Why.USED_UP]
    with pytest.raises(PromotionUsedUpError):
        use(shop, promotion)
    assert used(shop, promotion) == 2
    assert give_back(shop, first) == 1
    assert give_back(shop, first) == 0
    assert (used(shop, promotion), counter(shop, "promotion")) == (1, [1])
    use(shop, promotion)
    assert barred(shop) == [Why.USED_UP]


def test_a_customer_uses_a_promotion_as_often_as_it_says_under_one_address(shop: Shop) -> None:
    promotion = create(shop, limit_per_customer=1)
    assert barred(shop) == [Why.WHO_IS_IT]
    with pytest.raises(PromotionUsedUpError):
        use(shop, promotion, email="")
    first = use(shop, promotion, email=LIN)
    assert barred(shop, email=" LIN@example.com") == [Why.USED_BY_CUSTOMER]
    assert barred(shop, email=WEI) == [None]
    with pytest.raises(PromotionUsedUpError):
        use(shop, promotion, email=LIN)
    use(shop, promotion, email=WEI)
    assert give_back(shop, first, LIN) == 1
    assert barred(shop, email=LIN) == [None]
    assert barred(shop, email=WEI) == [Why.USED_BY_CUSTOMER]


def test_a_code_has_limits_of_its_own(shop: Shop) -> None:
    promotion = create(shop, needs_code=True, limit_total=9)
    codes = give_codes(shop, promotion, "ONCE", limit_total=1)
    codes |= give_codes(shop, promotion, "EACH", limit_per_customer=1)
    once = use(shop, promotion, code="ONCE", code_ids=codes)
    assert barred(shop, codes=["ONCE"], email=LIN) == [Why.USED_UP]
    use(shop, promotion, code="EACH", code_ids=codes)
    assert barred(shop, codes=["EACH"], email=LIN) == [Why.USED_BY_CUSTOMER]
    assert barred(shop, codes=["EACH"], email=WEI) == [None]
    assert barred(shop, codes=["EACH"]) == [Why.WHO_IS_IT]
    for code in ("ONCE", "EACH"):
        with pytest.raises(PromotionUsedUpError):
            use(shop, promotion, code=code, code_ids=codes)
    assert counter(shop, "promotion") == [2]
    give_back(shop, once)
    assert barred(shop, codes=["ONCE"], email=LIN) == [None]
    with shop.database.reading(shop.scope) as connection:
        assert {each.code: each.used for each in codes_of(connection, promotion_id=promotion)} == {
            "ONCE": 0,
            "EACH": 1,
        }


def test_an_order_keeps_what_it_made_use_of_and_the_desk_sees_the_sum(shop: Shop) -> None:
    promotion, other = create(shop, needs_code=True), create(shop)
    codes = give_codes(shop, promotion, "TEA")
    placed = use(shop, promotion, code="TEA", code_ids=codes)
    use(shop, other, order_id=placed)
    use(shop, other)
    with shop.database.reading(shop.scope) as connection:
        uses = uses_of_order(connection, order_id=placed)
        cards = {each.id: each for each in promotion_cards(connection)}
    assert [
        (each.promotion_id, each.code, each.amount_minor, each.given_back) for each in uses
    ] == [
        (promotion, "TEA", 100, False),
        (other, None, 100, False),
    ]
    assert (cards[other].used, cards[other].taken_off) == (2, {"CNY": 200})
    assert cards[promotion].codes == 1
    # Nobody waits for the row of a promotion without a limit.
    assert counter(shop, "promotion") == [0, 0]
    assert give_back(shop, placed) == 2
    with shop.database.reading(shop.scope) as connection:
        assert all(each.given_back for each in uses_of_order(connection, order_id=placed))


def test_a_limit_that_comes_later_counts_the_uses_that_stand(shop: Shop) -> None:
    promotion = create(shop)
    use(shop, promotion)
    given_back = use(shop, promotion)
    use(shop, promotion)
    give_back(shop, given_back)

    def change(limit: int | None, which: UUID = promotion) -> None:
        with shop.database.transaction(shop.scope) as session:
            change_promotion(
                session,
                merchant_id=shop.merchant.id,
                promotion_id=which,
                draft=draft(limit_total=limit),
            )

    with pytest.raises(LimitBelowUsesError):
        change(1)
    change(2)
    assert barred(shop) == [Why.USED_UP]
    change(None)
    use(shop, promotion)
    change(4)
    assert counter(shop, "promotion") == [3]
    with pytest.raises(UnknownPromotionError):
        change(1, new_id())


def test_who_is_forgotten_leaves_no_counter_behind(shop: Shop) -> None:
    promotion = create(shop, limit_per_customer=1)
    use(shop, promotion, email=LIN)
    use(shop, promotion, email=WEI)
    with shop.database.transaction(shop.scope) as session:
        forget_uses_by(session, merchant_id=shop.merchant.id, email=LIN)
        forget_uses_by(session, merchant_id=shop.merchant.id, email="")
    assert counter(shop, "promotion_tally") == [1]
    assert used(shop, promotion) == 2


@pytest.mark.race
@pytest.mark.parametrize("limited", ["promotion", "code", "customer"])
def test_of_fifty_who_want_the_one_use_at_the_same_moment_one_gets_it(
    shop: Shop, limited: str
) -> None:
    promotion = create(
        shop,
        needs_code=True,
        limit_total=1 if limited == "promotion" else None,
        limit_per_customer=1 if limited == "customer" else None,
    )
    codes = give_codes(shop, promotion, "LAST", limit_total=1 if limited == "code" else None)
    orders = [order(shop) for _ in range(50)]
    outcomes = race(
        [
            lambda each=each: use(shop, promotion, order_id=each, code="LAST", code_ids=codes)
            for each in orders
        ]
    )
    assert sorted(outcomes) == ["refused"] * 49 + ["used"]
    assert used(shop, promotion) == 1
    with shop.database.reading(shop.scope) as connection:
        (winner,) = connection.scalars(text("SELECT order_id FROM promotion_use")).all()
    give_back(shop, winner)
    assert race([lambda: use(shop, promotion, code="LAST", code_ids=codes)] * 4).count("used") == 1


@pytest.mark.race
def test_orders_that_share_promotions_in_any_order_do_not_deadlock(shop: Shop) -> None:
    promotions = [create(shop, limit_total=1000, limit_per_customer=1000) for _ in range(4)]
    orders = [order(shop) for _ in range(40)]
    attempts = [
        lambda each=each, turn=turn: use(
            shop, *promotions[turn % 4 :], *promotions[: turn % 4], order_id=each
        )
        for turn, each in enumerate(orders)
    ]
    assert race(attempts) == ["used"] * 40
    assert counter(shop, "promotion") == [40] * 4


def race(attempts: Sequence[Any]) -> list[str]:
    """Let everybody try at once, on connections of their own; return how it went."""
    gate, outcomes = Barrier(len(attempts)), []

    def run(attempt: Any) -> None:
        gate.wait()
        try:
            attempt()
        except PromotionUsedUpError:
            outcomes.append("refused")
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            outcomes.append(repr(error))
        else:
            outcomes.append("used")

    threads = [Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def open_club(shop: Shop, code: str = "tea-club") -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return open_group(
            session, merchant_id=shop.merchant.id, code=code, name="Tea club", name_zh="茶友会"
        )


def know(shop: Shop, email: str) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return remember_customer(session, merchant_id=shop.merchant.id, email=email).id


def test_people_are_put_into_groups_and_their_promotions_know_it(shop: Shop) -> None:
    club, lin, wei = open_club(shop), know(shop, LIN), know(shop, WEI)
    mine = {"merchant_id": shop.merchant.id, "group_id": club}
    with shop.database.transaction(shop.scope) as session:
        assert add_to_group(session, **mine, customer_ids=[lin, wei, lin], added_by=None) == 2
        assert add_to_group(session, **mine, customer_ids=[lin], added_by=None) == 0
        assert [each.members for each in customer_groups(session)] == [2]
        assert [each.id for each in members_of(session, group_id=club, most=1)] == [wei]
        assert [each.id for each in members_of(session, group_id=club, before=wei)] == [lin]
        assert export_customer(session.connection(), customer_id=lin)["groups"] == [
            {"code": "tea-club", "name": "Tea club", "name_zh": "茶友会"}
        ]
    create(shop, groups=frozenset({club}))
    assert applying(shop, customer=lin).groups == {club}
    assert applying(shop).groups == frozenset()
    with shop.database.transaction(shop.scope) as session:
        assert take_from_group(session, **mine, customer_ids=[lin]) == 1
        assert groups_of(session, customer_id=lin) == ()
        erase_customer(session, merchant_id=shop.merchant.id, customer_id=wei, now=utc_now())
        assert get_customer(session, customer_id=wei).erased_at is not None
        assert members_of(session, group_id=club) == ()


def test_a_group_has_a_code_of_its_own_and_goes_with_its_memberships(shop: Shop) -> None:
    club, trade = open_club(shop), open_club(shop, "trade")
    lin = know(shop, LIN)
    with pytest.raises(GroupExistsError):
        open_club(shop)
    with pytest.raises(GroupFaultError):
        open_club(shop, "Tea Club")
    with shop.database.transaction(shop.scope) as session:
        add_to_group(
            session,
            merchant_id=shop.merchant.id,
            group_id=club,
            customer_ids=[lin],
            added_by=None,
        )
        names = {"merchant_id": shop.merchant.id, "name": "Trade", "name_zh": "同业"}
        change_group(session, group_id=trade, code="the-trade", **names)
        with pytest.raises(GroupExistsError):
            change_group(session, group_id=trade, code="tea-club", **names)
        with pytest.raises(UnknownGroupError):
            change_group(session, group_id=new_id(), code="other", **names)
        remove_group(session, merchant_id=shop.merchant.id, group_id=club)
        assert [each.code for each in customer_groups(session)] == ["the-trade"]
        with pytest.raises(UnknownGroupError):
            remove_group(session, merchant_id=shop.merchant.id, group_id=club)
        with pytest.raises(UnknownGroupError):
            add_to_group(
                session,
                merchant_id=shop.merchant.id,
                group_id=club,
                customer_ids=[lin],
                added_by=None,
            )


def test_a_promotion_that_is_described_without_a_first_moment_counts_from_now_on(
    shop: Shop,
) -> None:
    then = datetime(2027, 1, 1, tzinfo=UTC)
    with travelling(then):
        create(shop)
    assert barred(shop, at=then - timedelta(seconds=1)) == []
    assert barred(shop, at=then) == [None]
