from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from commerce.fulfilment import queries, service
from commerce.fulfilment.errors import (
    CountryGroupedTwiceError,
    DeliveryShapeError,
    OpeningHoursError,
    UnknownCountryGroupError,
)
from commerce.fulfilment.rows import (
    DeliveryKind,
    DeliveryOption,
    DeliveryPrice,
    DeliverySetting,
    OpenSpan,
)
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.support.park import create_merchant

MONDAY_MORNING = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)

EXPRESS = DeliverySetting(
    code="express",
    kind=DeliveryKind.PARCEL,
    name="Express to your door",
    name_zh="快递到家",
    group="home",
    min_days=1,
    max_days=2,
    prices=(
        DeliveryPrice(Money(1200, "CNY"), Money(20000, "CNY"), up_to_grams=1000),
        DeliveryPrice(Money(3000, "CNY"), up_to_grams=20000),
    ),
)
WORLD = replace(
    EXPRESS,
    code="world",
    group="rest",
    min_days=5,
    max_days=9,
    prices=(DeliveryPrice(Money(2000, "USD")),),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    merchant = create_merchant(database)
    group(database, merchant, "home", "CN", "HK")
    group(database, merchant, "rest", "*")
    return merchant


def group(database: Database, merchant: UUID, code: str, *countries: str) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        service.put_country_group(
            session,
            merchant_id=merchant,
            code=code,
            name=code,
            name_zh=code,
            countries=countries,
        )


def put(database: Database, merchant: UUID, *options: DeliverySetting) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        for option in options:
            service.put_delivery_option(session, merchant_id=merchant, option=option)


def open_store(database: Database, merchant: UUID, *, hours: bool = True) -> UUID:
    store = new_id()
    with database.transaction(Scope.merchant(merchant)) as session:
        session.execute(
            text(
                "INSERT INTO location (merchant_id, id, code, kind, name, name_zh, address, "
                "address_zh, country, phone, sells_online, priority, active) VALUES (:merchant, "
                ":id, :code, 'store', 'Store', '门店', '', '', 'CN', '', true, 1, true)"
            ),
            {"merchant": merchant, "id": store, "code": str(store)},
        )
        if hours:
            service.set_store_hours(
                session,
                merchant_id=merchant,
                location_id=store,
                spans=[OpenSpan(day, time(10), time(21)) for day in range(1, 8)],
            )
    return store


def pickup(store: UUID) -> DeliverySetting:
    return DeliverySetting(
        code=f"pickup-{store}",
        kind=DeliveryKind.PICKUP,
        name="Pick up at the store",
        name_zh="到店自提",
        location_id=store,
        prepare_minutes=90,
    )


def offered(
    database: Database,
    merchant: UUID,
    *,
    country: str = "CN",
    subtotal: Money | None = None,
    grams: int = 500,
    kinds: Sequence[DeliveryKind] = tuple(DeliveryKind),
) -> list[DeliveryOption]:
    with database.reading(Scope.merchant(merchant)) as connection:
        return list(
            queries.options_for(
                connection,
                country=country,
                subtotal=subtotal or Money(10000, "CNY"),
                weight_grams=grams,
                kinds=kinds,
                at=MONDAY_MORNING,
            )
        )


def test_a_parcel_has_a_price_and_two_dates(database: Database, merchant: UUID) -> None:
    put(database, merchant, EXPRESS)

    (option,) = offered(database, merchant)

    assert (option.key, option.kind, option.price) == ("express", "parcel", Money(1200, "CNY"))
    assert (option.earliest, option.latest) == (date(2026, 11, 24), date(2026, 11, 25))
    assert (option.name_in("en"), option.name_in("zh")) == ("Express to your door", "快递到家")


@pytest.mark.parametrize(
    ("subtotal", "grams", "price"),
    [(19999, 1000, 1200), (20000, 1000, 0), (19999, 1001, 3000), (90000, 20000, 3000)],
)
def test_the_price_depends_on_weight_and_goods_total(
    database: Database, merchant: UUID, subtotal: int, grams: int, price: int
) -> None:
    put(database, merchant, EXPRESS)

    (option,) = offered(database, merchant, subtotal=Money(subtotal, "CNY"), grams=grams)

    assert option.price == Money(price, "CNY")


def test_what_is_free_still_says_what_it_would_have_cost(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS)

    (option,) = offered(database, merchant, subtotal=Money(20000, "CNY"))

    assert (option.price.amount_minor, option.full_price, option.free_from) == (
        0,
        Money(1200, "CNY"),
        Money(20000, "CNY"),
    )


def test_an_order_too_heavy_for_every_step_is_not_offered_the_option(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS)

    assert offered(database, merchant, grams=20001) == []


def test_a_parcel_without_a_price_in_the_currency_is_not_offered(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS)

    assert offered(database, merchant, subtotal=Money(1000, "EUR")) == []


def test_a_country_of_its_own_group_does_not_get_the_terms_of_the_rest(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS, WORLD)

    def keys(country: str, currency: str) -> list[str]:
        options = offered(database, merchant, country=country, subtotal=Money(100, currency))
        return [option.key for option in options]

    assert keys("HK", "CNY") == ["express"]
    assert keys("HK", "USD") == []
    assert keys("BR", "USD") == ["world"]


def test_an_option_that_is_switched_off_or_of_another_kind_is_not_offered(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, replace(EXPRESS, active=False))
    assert offered(database, merchant) == []
    put(database, merchant, EXPRESS)
    assert offered(database, merchant, kinds=[DeliveryKind.SERVICE]) == []


def test_nothing_leaves_on_a_closed_day(database: Database, merchant: UUID) -> None:
    put(database, merchant, EXPRESS)
    with database.transaction(Scope.merchant(merchant)) as session:
        service.close_on(session, merchant_id=merchant, day=date(2026, 11, 24), reason="Stocktake")
    assert offered(database, merchant)[0].earliest == date(2026, 11, 25)

    with database.transaction(Scope.merchant(merchant)) as session:
        service.open_on(session, merchant_id=merchant, day=date(2026, 11, 24))

    assert offered(database, merchant)[0].earliest == date(2026, 11, 24)


def test_a_pickup_costs_nothing_and_is_ready_after_the_store_has_opened(
    database: Database, merchant: UUID
) -> None:
    store = open_store(database, merchant)
    put(database, merchant, pickup(store))

    (option,) = offered(database, merchant, country="BR", subtotal=Money(100, "EUR"))

    assert (option.kind, option.price, option.location_id) == ("pickup", Money(0, "EUR"), store)
    assert option.ready_at == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # 11:30 in Shanghai
    assert option.earliest == date(2026, 11, 23)


def test_a_store_without_hours_offers_no_pickup(database: Database, merchant: UUID) -> None:
    put(database, merchant, pickup(open_store(database, merchant, hours=False)))

    assert offered(database, merchant) == []


def test_a_store_tells_when_it_is_open(database: Database, merchant: UUID) -> None:
    store = open_store(database, merchant)
    put(database, merchant, pickup(store))
    with database.transaction(Scope.merchant(merchant)) as session:
        service.close_on(
            session, merchant_id=merchant, day=date(2026, 11, 23), location_id=store, reason="Fair"
        )

    with database.reading(Scope.merchant(merchant)) as connection:
        noon = MONDAY_MORNING.replace(hour=4)
        tuesday = datetime(2026, 11, 24, 2, tzinfo=UTC)
        assert not queries.open_now(connection, location_id=store, at=noon)
        assert queries.open_now(connection, location_id=store, at=tuesday)
        assert queries.next_opening(connection, location_id=store, at=noon) == tuesday
        ready = queries.pickup_ready(connection, location_id=store, at=noon)
        assert ready == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
        assert queries.pickup_ready(connection, location_id=new_id(), at=noon) is None
        (closed,) = queries.closed_days(connection, since=date(2026, 11, 1))
        assert (closed.location_id, closed.reason) == (store, "Fair")

    with database.transaction(Scope.merchant(merchant)) as session:
        service.open_differently_on(
            session,
            merchant_id=merchant,
            day=date(2026, 11, 23),
            location_id=store,
            opens=time(13),
            closes=time(15),
        )
        with pytest.raises(OpeningHoursError):
            service.open_differently_on(
                session,
                merchant_id=merchant,
                day=date(2026, 11, 23),
                location_id=store,
                opens=time(15),
                closes=time(13),
            )
    with database.reading(Scope.merchant(merchant)) as connection:
        assert not queries.open_now(connection, location_id=store, at=noon)
        ready = queries.pickup_ready(connection, location_id=store, at=noon)
        assert ready == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_what_was_set_is_read_back_as_it_was_set(database: Database, merchant: UUID) -> None:
    put(database, merchant, WORLD, EXPRESS)
    changed = replace(EXPRESS, name="Express", prices=EXPRESS.prices[:1])
    put(database, merchant, changed)

    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.delivery_settings(connection) == (changed, WORLD)
        assert [(g.code, g.countries) for g in queries.country_groups(connection)] == [
            ("home", ("CN", "HK")),
            ("rest", ("*",)),
        ]


def test_a_country_moves_only_when_its_old_group_lets_it_go(
    database: Database, merchant: UUID
) -> None:
    with pytest.raises(CountryGroupedTwiceError, match="HK"):
        group(database, merchant, "asia", "HK", "SG")

    group(database, merchant, "home", "CN")
    group(database, merchant, "asia", "HK", "SG")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": DeliveryKind.PICKUP},
        {"location_id": UUID(int=1)},
        {"group": None},
        {"prices": ()},
        {"min_days": 3},
        {"working_days": ()},
        {"working_days": (0,)},
        {"prices": (*EXPRESS.prices, *EXPRESS.prices)},
        {"prices": (DeliveryPrice(Money(-1, "CNY")),)},
        {"prices": (DeliveryPrice(Money(1, "CNY"), Money(1, "USD")),)},
        {"prices": (DeliveryPrice(Money(1, "CNY"), up_to_grams=0),)},
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    database: Database, merchant: UUID, changes: dict[str, object]
) -> None:
    with pytest.raises(DeliveryShapeError):
        put(database, merchant, replace(EXPRESS, **changes))  # type: ignore[arg-type]


def test_an_option_for_an_unknown_group_is_refused(database: Database, merchant: UUID) -> None:
    with pytest.raises(UnknownCountryGroupError):
        put(database, merchant, replace(EXPRESS, group="moon"))


@pytest.mark.parametrize(
    "spans",
    [
        [OpenSpan(1, time(10), time(10))],
        [OpenSpan(1, time(10), time(14)), OpenSpan(1, time(13), time(18))],
    ],
)
def test_hours_that_overlap_or_run_backwards_are_refused(
    database: Database, merchant: UUID, spans: list[OpenSpan]
) -> None:
    store = open_store(database, merchant)
    with (
        pytest.raises(OpeningHoursError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        service.set_store_hours(session, merchant_id=merchant, location_id=store, spans=spans)


def test_one_merchant_does_not_deliver_on_another_ones_terms(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS)

    assert offered(database, create_merchant(database, slug="rival")) == []


def test_what_serves_some_regions_is_offered_there_alone(
    database: Database, merchant: UUID
) -> None:
    put(database, merchant, EXPRESS)
    put(database, merchant, replace(EXPRESS, code="next-day", regions=("江苏省", "浙江省")))

    def keys(region: str | None) -> list[str]:
        with database.reading(Scope.merchant(merchant)) as connection:
            found = queries.options_for(
                connection,
                country="CN",
                region=region,
                subtotal=Money(10000, "CNY"),
                weight_grams=500,
                kinds=tuple(DeliveryKind),
                at=MONDAY_MORNING,
            )
        return [option.key for option in found]

    assert keys("江苏省") == ["express", "next-day"]
    assert keys("新疆维吾尔自治区") == ["express"]
    assert keys(None) == ["express"]
