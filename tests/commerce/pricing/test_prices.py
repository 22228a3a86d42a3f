from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kernel.channel import Channel
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.pricing import queries, service
from commerce.pricing.errors import (
    CompareAtTooLowError,
    ExchangeRateExistsError,
    ExchangeValueError,
    NegativePriceError,
    NoExchangeRateError,
    PriceCurrencyError,
    PriceListExistsError,
    PriceListShapeError,
    RateValueError,
    SameCurrencyError,
    UnknownPriceListError,
    UnknownVariantError,
)
from commerce.pricing.process import convert_due_lists
from commerce.pricing.rows import Price, PriceChange, PriceEnding, PriceListRow
from tests.support.park import create_merchant
from tests.support.pricing import create_product


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


def set_price(
    database: Database,
    merchant: UUID,
    variant: UUID,
    amount: int,
    *,
    currency: str = "CNY",
    compare_at: int | None = None,
    price_list: UUID | None = None,
) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        service.set_price(
            session,
            merchant_id=merchant,
            variant_id=variant,
            amount=Money(amount, currency),
            compare_at=None if compare_at is None else Money(compare_at, currency),
            price_list=price_list,
        )


def open_list(
    database: Database,
    merchant: UUID,
    code: str,
    *,
    currency: str = "CNY",
    channel: Channel | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    derived_from: UUID | None = None,
    ending: PriceEnding | None = None,
) -> PriceListRow:
    with database.transaction(Scope.merchant(merchant)) as session:
        return service.create_price_list(
            session,
            merchant_id=merchant,
            code=code,
            name=code,
            name_zh=code,
            currency=currency,
            includes_tax=currency == "CNY",
            channel=channel,
            valid_from=valid_from,
            valid_to=valid_to,
            derived_from=derived_from,
            ending=ending,
        )


def base_of(database: Database, merchant: UUID) -> PriceListRow:
    with database.transaction(Scope.merchant(merchant)) as session:
        return service.open_base_list(session, merchant_id=merchant)


def publish_rate(database: Database, rate: str, *, quote: str = "USD") -> None:
    with database.transaction(Scope.park()) as session:
        service.add_exchange_rate(
            session,
            base_currency="CNY",
            quote_currency=quote,
            rate=Decimal(rate),
            valid_from=utc_now(),
            source="People's Bank of China, central parity",
        )


def price_of(
    database: Database,
    merchant: UUID,
    variant: UUID,
    *,
    currency: str = "CNY",
    channel: Channel = Channel.WEB,
    at: datetime | None = None,
) -> Price | None:
    with database.reading(Scope.merchant(merchant)) as connection:
        return queries.prices_for(
            connection,
            variant_ids=[variant],
            currency=currency,
            channel=channel,
            at=at or utc_now(),
        ).get(variant)


def amount_of(
    database: Database,
    merchant: UUID,
    variant: UUID,
    *,
    currency: str = "CNY",
    channel: Channel = Channel.WEB,
    at: datetime | None = None,
) -> int | None:
    price = price_of(database, merchant, variant, currency=currency, channel=channel, at=at)
    return None if price is None else price.amount.amount_minor


def rank_and_version(database: Database, merchant: UUID, variant: UUID) -> tuple[int | None, int]:
    with database.reading(Scope.park()) as connection:
        rank = connection.execute(
            text(
                "SELECT p.rank_price_minor FROM product p JOIN variant v ON v.product_id = p.id "
                "WHERE v.id = :variant"
            ),
            {"variant": variant},
        ).scalar_one()
        version = connection.execute(
            text("SELECT content_version FROM merchant WHERE id = :id"), {"id": merchant}
        ).scalar_one()
    return rank, version


def test_the_first_price_opens_the_base_list_in_the_merchants_currency(
    database: Database, merchant: UUID
) -> None:
    (variant,) = create_product(database, merchant)

    set_price(database, merchant, variant, 16800, compare_at=19800)

    price = price_of(database, merchant, variant)
    assert price is not None
    assert (price.amount, price.compare_at) == (Money(16800, "CNY"), Money(19800, "CNY"))
    assert price.includes_tax
    with database.reading(Scope.merchant(merchant)) as connection:
        (base,) = queries.price_lists(connection)
    assert (base.id, base.currency, base.is_base) == (price.price_list_id, "CNY", True)


def test_a_variant_without_a_price_in_a_currency_is_not_sold_in_it(
    database: Database, merchant: UUID
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)

    assert price_of(database, merchant, variant, currency="USD") is None


def test_the_till_may_have_prices_of_its_own(database: Database, merchant: UUID) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    till = open_list(database, merchant, "till", channel=Channel.TILL)
    set_price(database, merchant, variant, 15800, price_list=till.id)

    assert amount_of(database, merchant, variant, channel=Channel.TILL) == 15800
    assert amount_of(database, merchant, variant, channel=Channel.WEB) == 16800


def test_a_sale_counts_from_its_first_moment_until_its_last_and_for_every_channel(
    database: Database, merchant: UUID
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    till = open_list(database, merchant, "till", channel=Channel.TILL)
    set_price(database, merchant, variant, 15800, price_list=till.id)
    opens = datetime(2027, 11, 11, tzinfo=UTC)
    ends = opens + timedelta(days=1)
    sale = open_list(database, merchant, "11-11", valid_from=opens, valid_to=ends)
    set_price(database, merchant, variant, 9900, price_list=sale.id)
    second = timedelta(seconds=1)

    assert amount_of(database, merchant, variant, at=opens - second) == 16800
    assert amount_of(database, merchant, variant, at=opens) == 9900
    assert amount_of(database, merchant, variant, channel=Channel.TILL, at=opens) == 9900
    assert amount_of(database, merchant, variant, at=ends - second) == 9900
    assert amount_of(database, merchant, variant, at=ends) == 16800


def test_a_list_that_was_ended_counts_no_longer(database: Database, merchant: UUID) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    web = open_list(database, merchant, "web", channel=Channel.WEB)
    set_price(database, merchant, variant, 12000, price_list=web.id)

    with database.transaction(Scope.merchant(merchant)) as session:
        service.end_price_list(session, merchant_id=merchant, price_list=web.id)

    assert amount_of(database, merchant, variant) == 16800


def test_the_base_list_cannot_be_ended(database: Database, merchant: UUID) -> None:
    base = base_of(database, merchant)
    with (
        pytest.raises(UnknownPriceListError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        service.end_price_list(session, merchant_id=merchant, price_list=base.id)


def test_a_product_ranks_by_its_cheapest_variant_and_cached_pages_learn_of_it(
    database: Database, merchant: UUID
) -> None:
    small, large = create_product(database, merchant, variants=2)
    _, version = rank_and_version(database, merchant, small)

    for variant, amount, cheapest in (
        (large, 29800, 29800),
        (small, 16800, 16800),
        (small, 31000, 29800),
    ):
        set_price(database, merchant, variant, amount)
        before, (rank, version) = version, rank_and_version(database, merchant, small)
        assert rank == cheapest
        assert version > before


def test_setting_the_same_price_again_leaves_every_cached_page_as_it_is(
    database: Database, merchant: UUID
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    before = rank_and_version(database, merchant, variant)

    set_price(database, merchant, variant, 16800)

    assert rank_and_version(database, merchant, variant) == before


def test_thousands_of_prices_are_set_at_once(database: Database, merchant: UUID) -> None:
    variants = create_product(database, merchant, variants=2000)
    changes = [
        PriceChange(variant, Money(1000 + index, "CNY")) for index, variant in enumerate(variants)
    ]

    with database.transaction(Scope.merchant(merchant)) as session:
        assert service.set_prices(session, merchant_id=merchant, prices=changes) == 2000
        assert service.set_prices(session, merchant_id=merchant, prices=changes) == 0

    assert amount_of(database, merchant, variants[1999]) == 2999


def test_of_two_prices_for_one_variant_in_an_import_the_later_counts(
    database: Database, merchant: UUID
) -> None:
    (variant,) = create_product(database, merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        service.set_prices(
            session,
            merchant_id=merchant,
            prices=[
                PriceChange(variant, Money(100, "CNY")),
                PriceChange(variant, Money(200, "CNY")),
            ],
        )

    assert amount_of(database, merchant, variant) == 200


@pytest.mark.parametrize(
    ("price", "error"),
    [
        ((-1, None, "CNY"), NegativePriceError),
        ((100, 100, "CNY"), CompareAtTooLowError),
        ((100, None, "USD"), PriceCurrencyError),
    ],
)
def test_prices_that_make_no_sense_are_refused(
    database: Database,
    merchant: UUID,
    price: tuple[int, int | None, str],
    error: type[Exception],
) -> None:
    (variant,) = create_product(database, merchant)
    amount, compare_at, currency = price
    with pytest.raises(error):
        set_price(database, merchant, variant, amount, compare_at=compare_at, currency=currency)


def test_nobody_prices_another_merchants_goods(database: Database, merchant: UUID) -> None:
    rival = create_merchant(database, slug="rival")
    (variant,) = create_product(database, rival)
    rivals_list = base_of(database, rival)

    with pytest.raises(UnknownVariantError):
        set_price(database, merchant, variant, 1)
    with pytest.raises(UnknownPriceListError):
        set_price(database, merchant, variant, 1, price_list=rivals_list.id)


@pytest.fixture
def dollars(database: Database, merchant: UUID) -> PriceListRow:
    publish_rate(database, "0.14")
    return open_list(
        database,
        merchant,
        "usd",
        currency="USD",
        derived_from=base_of(database, merchant).id,
        ending=PriceEnding(step=100, minor=90),
    )


def test_a_derived_list_follows_its_source(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    (variant,) = create_product(database, merchant)

    set_price(database, merchant, variant, 16800, compare_at=20000)

    price = price_of(database, merchant, variant, currency="USD")
    assert price is not None
    assert (price.amount, price.compare_at) == (Money(2390, "USD"), Money(2790, "USD"))
    assert not price.includes_tax


def test_a_saving_too_small_for_the_ending_is_not_shown(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    (variant,) = create_product(database, merchant)

    set_price(database, merchant, variant, 16800, compare_at=16900)

    price = price_of(database, merchant, variant, currency="USD")
    assert price is not None
    assert price.compare_at is None


def test_a_price_set_by_hand_stays_until_it_is_taken_back(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    set_price(database, merchant, variant, 2500, currency="USD", price_list=dollars.id)
    set_price(database, merchant, variant, 20000)
    assert amount_of(database, merchant, variant, currency="USD") == 2500

    with database.transaction(Scope.merchant(merchant)) as session:
        service.remove_price(
            session, merchant_id=merchant, variant_id=variant, price_list=dollars.id
        )

    assert amount_of(database, merchant, variant, currency="USD") == 2790


def test_a_price_taken_out_of_the_base_list_leaves_the_derived_ones_too(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)

    with database.transaction(Scope.merchant(merchant)) as session:
        service.remove_price(
            session,
            merchant_id=merchant,
            variant_id=variant,
            price_list=base_of(database, merchant).id,
        )

    assert amount_of(database, merchant, variant) is None
    assert amount_of(database, merchant, variant, currency="USD") is None
    assert rank_and_version(database, merchant, variant)[0] is None


def test_a_new_rate_changes_prices_only_when_the_merchant_says_so(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)

    publish_rate(database, "0.16")
    assert amount_of(database, merchant, variant, currency="USD") == 2390
    with database.transaction(Scope.merchant(merchant)) as session:
        assert service.reprice(session, merchant_id=merchant, price_list=dollars.id) == 1

    assert amount_of(database, merchant, variant, currency="USD") == 2690


def test_a_list_derived_later_holds_every_price_at_once(database: Database, merchant: UUID) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)
    publish_rate(database, "0.125", quote="EUR")

    open_list(
        database,
        merchant,
        "eur",
        currency="EUR",
        derived_from=base_of(database, merchant).id,
    )

    assert amount_of(database, merchant, variant, currency="EUR") == 2100


def test_nothing_is_converted_without_a_rate(database: Database, merchant: UUID) -> None:
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 16800)

    with pytest.raises(NoExchangeRateError):
        open_list(
            database,
            merchant,
            "usd",
            currency="USD",
            derived_from=base_of(database, merchant).id,
        )


def test_lists_that_contradict_themselves_are_refused(
    database: Database, merchant: UUID, dollars: PriceListRow
) -> None:
    base, now = base_of(database, merchant), utc_now()
    attempts: Sequence[tuple[str, dict[str, object]]] = (
        ("ends before it begins", {"valid_from": now, "valid_to": now}),
        ("an ending without a source", {"ending": PriceEnding(step=100, minor=90)}),
        (
            "an ending outside its step",
            {
                "currency": "EUR",
                "derived_from": base.id,
                "ending": PriceEnding(step=100, minor=100),
            },
        ),
        ("derived from a derived list", {"currency": "EUR", "derived_from": dollars.id}),
        ("derived into the same currency", {"derived_from": base.id}),
    )
    for code, settings in attempts:
        with pytest.raises(PriceListShapeError):
            open_list(database, merchant, code, **settings)  # type: ignore[arg-type]
    with pytest.raises(PriceListExistsError):
        open_list(database, merchant, "usd", currency="USD")
    with pytest.raises(UnknownPriceListError):
        open_list(database, merchant, "eur", currency="EUR", derived_from=new_id())


def test_a_rate_is_found_in_either_direction_and_the_newest_counts(database: Database) -> None:
    publish_rate(database, "0.14")
    publish_rate(database, "0.15")

    with database.reading(Scope.park()) as connection:
        forth = queries.exchange_rate(connection, source="CNY", target="USD", at=utc_now())
        back = queries.exchange_rate(connection, source="USD", target="CNY", at=utc_now())
        with pytest.raises(NoExchangeRateError):
            queries.exchange_rate(connection, source="CNY", target="CHF", at=utc_now())

    assert (forth.rate, forth.inverted) == (Decimal("0.15"), False)
    assert (back.rate, back.inverted) == (Decimal("0.15"), True)


def test_a_merchants_own_rate_counts_instead_of_the_parks_until_it_is_taken_back(
    database: Database, merchant: UUID
) -> None:
    publish_rate(database, "0.14")

    def state(rate: str | None, valid_from: datetime, quote: str = "USD") -> None:
        with database.transaction(Scope.merchant(merchant)) as session:
            service.state_own_rate(
                session,
                merchant_id=merchant,
                base_currency="CNY",
                quote_currency=quote,
                rate=None if rate is None else Decimal(rate),
                valid_from=valid_from,
                source="Our bank",
            )

    def counting(scope: Scope, at: datetime) -> tuple[Decimal, bool]:
        with database.reading(scope) as connection:
            found = queries.exchange_rate(connection, source="CNY", target="USD", at=at)
        return found.rate, found.own

    here, now = Scope.merchant(merchant), utc_now()
    later = now + timedelta(days=30)
    state("0.15", now)
    state("0.16", now)
    state("0.17", later)
    assert counting(here, now) == (Decimal("0.16"), True)
    assert counting(here, later) == (Decimal("0.17"), True)
    assert counting(Scope.park(), now) == (Decimal("0.14"), False)
    assert counting(Scope.merchant(new_id()), now) == (Decimal("0.14"), False)
    base = base_of(database, merchant)
    (variant,) = create_product(database, merchant)
    set_price(database, merchant, variant, 10000)
    open_list(database, merchant, "usd", currency="USD", derived_from=base.id)
    assert amount_of(database, merchant, variant, currency="USD") == 1600
    state(None, utc_now())
    assert counting(here, utc_now()) == (Decimal("0.14"), False)
    with database.reading(here) as connection:
        assert [each.rate for each in queries.own_rates(connection)] == [
            Decimal("0.17"),
            None,
            Decimal("0.16"),
            Decimal("0.15"),
        ]
    for rate, quote, error in (
        ("0", "USD", ExchangeValueError),
        ("1e11", "USD", ExchangeValueError),
        ("9999999999.99999999999", "USD", ExchangeValueError),
        ("1", "CNY", SameCurrencyError),
    ):
        with pytest.raises(error):
            state(rate, now, quote)


def test_a_rate_is_published_once_and_above_zero(database: Database) -> None:
    moment = utc_now()
    with database.transaction(Scope.park()) as session:
        for rate, error in (("1.1", None), ("1.2", ExchangeRateExistsError), ("0", RateValueError)):
            arguments = {"base_currency": "EUR", "quote_currency": "USD", "valid_from": moment}
            if error is None:
                service.add_exchange_rate(
                    session,
                    rate=Decimal(rate),
                    source="ECB",
                    **arguments,  # type: ignore[arg-type]
                )
            else:
                with pytest.raises(error):
                    service.add_exchange_rate(
                        session,
                        rate=Decimal(rate),
                        source="ECB",
                        **arguments,  # type: ignore[arg-type]
                    )


def test_a_rate_for_a_later_day_converts_the_lists_when_its_day_comes(
    database: Database, merchant: UUID, tmp_path: Path
) -> None:
    publish_rate(database, "0.14")
    base = base_of(database, merchant)
    followed, by_hand = create_product(database, merchant, variants=2)
    for variant in (followed, by_hand):
        set_price(database, merchant, variant, 10000)
    dollars = open_list(database, merchant, "usd", currency="USD", derived_from=base.id)
    set_price(database, merchant, by_hand, 999, currency="USD", price_list=dollars.id)
    now = utc_now()
    for rate, days, converts in (("0.2", 10, True), ("0.3", 20, False)):
        with database.transaction(Scope.merchant(merchant)) as session:
            service.state_own_rate(
                session,
                merchant_id=merchant,
                base_currency="CNY",
                quote_currency="USD",
                rate=Decimal(rate),
                valid_from=now + timedelta(days=days),
                source="Our bank",
                converts=converts,
            )
    settings = read_settings({"QUAYSIDE_VAR": str(tmp_path), "QUAYSIDE_SECRET": "s" * 32})
    work = Work(database=database, settings=settings, parts=Parts([]))

    def after(days: float) -> tuple[int | None, int | None]:
        with travelling(now + timedelta(days=days)):
            convert_due_lists.run(work)
            return (
                amount_of(database, merchant, followed, currency="USD"),
                amount_of(database, merchant, by_hand, currency="USD"),
            )

    assert after(9.9) == (1400, 999)
    assert after(10.1) == (2000, 999), "its day has come"
    with database.transaction(Scope.merchant(merchant)) as session:
        service.set_price(
            session,
            merchant_id=merchant,
            variant_id=followed,
            amount=Money(2222, "USD"),
            price_list=dollars.id,
        )
    assert after(11) == (2222, 999), "it is done once"
    set_price(database, merchant, followed, 20000)
    assert after(21) == (2222, 999), "nobody asked to follow the later one"
