from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import ProgrammingError

from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.park.errors import UnknownCountryError
from commerce.pricing import queries, service
from commerce.pricing.errors import (
    RateValueError,
    RegionCodeError,
    TaxRateEndError,
    TaxRateExistsError,
    TaxRateOverlapError,
    TaxRateWithoutEndError,
    TaxSourceError,
    UnknownTaxClassError,
)
from commerce.pricing.rows import TaxRateState, TaxRounding, TaxSource
from commerce.pricing.taxation import Supply, TaxableLine, TaxedSale, TaxGround
from tests.support.park import create_merchant
from tests.support.pricing import state_tax_rate


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


def sell(
    database: Database,
    merchant: UUID,
    *,
    country: str = "CN",
    origin: str = "CN",
    region: str | None = None,
    on: date = date(2026, 11, 22),
    tax_class: str = "standard",
    amounts: tuple[int, ...] = (10000,),
    supply: Supply = Supply.DELIVERED,
) -> TaxedSale:
    with database.reading(Scope.merchant(merchant)) as connection:
        return queries.tax_for_lines(
            connection,
            lines=[
                TaxableLine(new_id(), Money(amount, "CNY"), tax_class, includes_tax=False)
                for amount in amounts
            ],
            country=country,
            region=region,
            origin=origin,
            currency="CNY",
            on=on,
            supply=supply,
        )


def register(database: Database, merchant: UUID, country: str, region: str | None = None) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        service.register_for_tax(
            session,
            merchant_id=merchant,
            country=country,
            region=region,
            number="123",
            valid_from=date(2026, 1, 1),
        )


def test_a_sale_at_home_bears_the_rate_of_its_day(database: Database, merchant: UUID) -> None:
    state_tax_rate(database, rate="0.16", valid_from=date(2018, 5, 1))
    state_tax_rate(database, rate="0.13", valid_from=date(2019, 4, 1))

    assert sell(database, merchant, on=date(2019, 3, 31)).tax == Money(1600, "CNY")
    (line,) = sell(database, merchant, on=date(2019, 4, 1)).lines
    assert line.tax == Money(1300, "CNY")
    assert [(r.rate, r.source, r.country) for r in line.reasons] == [
        (Decimal("0.13"), "CN standard 0.13", "CN")
    ]


def test_a_rate_that_has_ended_is_not_charged(database: Database, merchant: UUID) -> None:
    state_tax_rate(database, valid_to=date(2026, 11, 22))

    assert sell(database, merchant, on=date(2026, 11, 21)).tax == Money(1300, "CNY")
    (line,) = sell(database, merchant, on=date(2026, 11, 22)).lines
    assert [reason.ground for reason in line.reasons] == [TaxGround.NO_RATE]


def test_a_rate_nobody_has_confirmed_is_not_charged(database: Database, merchant: UUID) -> None:
    rate = state_tax_rate(database, sure=False)
    assert not sell(database, merchant).tax

    with database.transaction(Scope.park()) as session:
        service.confirm_tax_rate(session, rate_id=rate, source="Announcement 39 of 2019")
        with pytest.raises(NotFoundError):
            service.confirm_tax_rate(session, rate_id=new_id(), source="nowhere")

    (line,) = sell(database, merchant).lines
    assert [reason.source for reason in line.reasons] == ["Announcement 39 of 2019"]


def test_goods_sent_abroad_bear_no_tax_until_the_merchant_is_registered_there(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, country="DE", rate="0.19")

    (exported,) = sell(database, merchant, country="DE").lines
    assert [reason.ground for reason in exported.reasons] == [TaxGround.EXPORT]

    register(database, merchant, "DE")
    assert sell(database, merchant, country="DE").tax == Money(1900, "CNY")
    assert not sell(database, merchant, country="DE", on=date(2025, 12, 31)).tax


def test_goods_that_stay_in_the_union_are_taxed_at_home_until_the_merchant_is_registered_there(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, country="DE", rate="0.19")
    state_tax_rate(database, country="AT", rate="0.2")

    def charged(**where: Any) -> list[tuple[str, TaxGround, Decimal]]:
        (line,) = sell(database, merchant, origin="DE", **where).lines
        return [(reason.country, reason.ground, reason.rate) for reason in line.reasons]

    at_home = [("DE", TaxGround.CHARGED, Decimal("0.19"))]
    assert charged(country="AT") == at_home
    assert charged(country="AT", region="9") == at_home
    assert charged(country="ES", region="M") == at_home

    register(database, merchant, "AT")
    assert charged(country="AT") == [("AT", TaxGround.CHARGED, Decimal("0.2"))]


@pytest.mark.parametrize(
    ("origin", "country", "region"),
    [("DE", "CH", None), ("DE", "ES", "GC"), ("CN", "AT", None), ("CH", "DE", None)],
)
def test_goods_that_enter_or_leave_the_union_are_exports(
    database: Database, merchant: UUID, origin: str, country: str, region: str | None
) -> None:
    state_tax_rate(database, country=origin, rate="0.19")
    sold = sell(database, merchant, origin=origin, country=country, region=region)
    assert [reason.ground for reason in sold.lines[0].reasons] == [TaxGround.EXPORT]


def test_the_registration_of_another_merchant_is_none_of_ours(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, country="DE", rate="0.19")
    register(database, create_merchant(database, slug="rival"), "DE")

    assert not sell(database, merchant, country="DE").tax


def test_a_province_adds_its_tax_and_replaces_one_of_the_same_name(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, country="CA", rate="0.05", component="gst")
    state_tax_rate(database, country="CA", region="BC", rate="0.07", component="pst")
    state_tax_rate(database, country="CA", region="NS", rate="0.14", component="gst")
    register(database, merchant, "CA")

    def rates(region: str | None) -> list[tuple[str, Decimal]]:
        (line,) = sell(database, merchant, country="CA", region=region).lines
        return [(reason.component, reason.rate) for reason in line.reasons]

    assert rates(None) == [("gst", Decimal("0.05"))]
    assert rates("BC") == [("gst", Decimal("0.05")), ("pst", Decimal("0.07"))]
    assert rates("NS") == [("gst", Decimal("0.14"))]


def test_a_state_is_charged_only_where_the_merchant_is_registered(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, country="US", region="CA", rate="0.0725", component="sales")
    state_tax_rate(database, country="US", region="NY", rate="0.04", component="sales")
    register(database, merchant, "US", "CA")

    assert sell(database, merchant, country="US", region="CA").tax == Money(725, "CNY")
    assert not sell(database, merchant, country="US", region="NY").tax


def test_goods_of_a_reduced_class_bear_the_reduced_rate(database: Database, merchant: UUID) -> None:
    state_tax_rate(database)
    state_tax_rate(database, tax_class="food", rate="0.09")

    assert sell(database, merchant, tax_class="food").tax == Money(900, "CNY")
    assert sell(database, merchant, tax_class="toys").tax == Money(1300, "CNY")


def test_a_merchant_may_have_tax_rounded_on_the_total(database: Database, merchant: UUID) -> None:
    state_tax_rate(database)
    assert sell(database, merchant, amounts=(4,) * 10).tax == Money(10, "CNY")

    with database.transaction(Scope.merchant(merchant)) as session:
        service.set_rounding(
            session,
            merchant_id=merchant,
            currency="CNY",
            cash_step_minor=10,
            tax=TaxRounding.TOTAL,
        )

    assert sell(database, merchant, amounts=(4,) * 10).tax == Money(5, "CNY")
    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.rounding_of(connection, currency="CNY").cash_step_minor == 10
        assert queries.rounding_of(connection, currency="CHF").cash_step_minor == 5


def test_merchants_read_rates_and_never_write_them(database: Database, merchant: UUID) -> None:
    state_tax_rate(database)
    with database.reading(Scope.merchant(merchant)) as connection:
        assert len(queries.tax_rates(connection, country="CN")) == 1
        assert queries.tax_rates(connection, country="DE") == ()
        classes = [row.code for row in queries.tax_classes(connection)]
        assert classes == ["exempt", "none", "standard"]

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        service.define_tax_class(session, code="mine", name="Mine", name_zh="我的")


def test_exempt_goods_bear_no_tax_and_say_by_which_law(database: Database, merchant: UUID) -> None:
    state_tax_rate(database, rate="0.13")
    (line,) = sell(database, merchant, tax_class="exempt").lines
    assert line.tax == Money.zero("CNY")
    assert [(r.ground, r.rate, r.source) for r in line.reasons] == [
        (TaxGround.EXEMPT, Decimal(0), "")
    ]
    state_tax_rate(database, rate="0", tax_class="exempt")
    (line,) = sell(database, merchant, tax_class="exempt").lines
    assert line.tax == Money.zero("CNY")
    assert [(r.ground, r.source) for r in line.reasons] == [(TaxGround.EXEMPT, "CN exempt 0")]


def test_what_a_store_hands_over_counts_under_the_class_of_cleared_goods(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, rate="0.13")
    state_tax_rate(database, rate="0.091", tax_class="retail-import")
    with database.transaction(Scope.park()) as session:
        service.define_tax_class(
            session,
            code="retail-import",
            name="Retail import",
            name_zh="跨境零售进口",
            over_counter="standard",
        )
    parcel = sell(database, merchant, tax_class="retail-import")
    assert parcel.tax == Money(910, "CNY")
    handed = sell(database, merchant, tax_class="retail-import", supply=Supply.OVER_COUNTER)
    assert handed.tax == Money(1300, "CNY")
    assert handed.lines[0].reasons[0].source == "CN standard 0.13"
    plain = sell(database, merchant, supply=Supply.OVER_COUNTER)
    assert plain.tax == Money(1300, "CNY")


@pytest.mark.parametrize("rate", ["-0.01", "10", "0.0000001", "NaN"])
def test_what_is_no_rate_is_refused(database: Database, rate: str) -> None:
    with pytest.raises(RateValueError):
        state_tax_rate(database, rate=rate)


def test_a_rate_is_stated_once_per_day_and_for_a_known_class(database: Database) -> None:
    state_tax_rate(database)
    with pytest.raises(TaxRateExistsError):
        state_tax_rate(database, rate="0.14")
    with pytest.raises(UnknownTaxClassError), database.transaction(Scope.park()) as session:
        service.add_tax_rate(
            session,
            country="CN",
            tax_class="unheard-of",
            rate=Decimal("0.13"),
            valid_from=date(2019, 4, 1),
            source="nowhere",
        )


def test_a_merchant_sees_where_it_is_registered(database: Database, merchant: UUID) -> None:
    register(database, merchant, "DE")
    with database.reading(Scope.merchant(merchant)) as connection:
        (registration,) = queries.tax_registrations(connection)

    assert (registration.country, registration.number) == ("DE", "123")


def test_a_cut_for_half_a_year_counts_instead_and_gives_way_again(
    database: Database, merchant: UUID
) -> None:
    state_tax_rate(database, rate="0.19", valid_from=date(2020, 1, 1))
    state_tax_rate(database, rate="0.16", valid_from=date(2026, 7, 1), valid_to=date(2027, 1, 1))

    taxes = [
        sell(database, merchant, on=day).tax.amount_minor
        for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert taxes == [1900, 1600, 1600, 1900]


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        (date(2026, 7, 1), None, TaxRateExistsError),
        (date(2026, 8, 1), None, TaxRateOverlapError),
        (date(2026, 8, 1), date(2026, 9, 1), TaxRateOverlapError),
        (date(2026, 6, 1), date(2026, 7, 2), TaxRateOverlapError),
        (date(2018, 1, 1), date(2020, 2, 1), TaxRateWithoutEndError),
        (date(2018, 1, 1), date(2018, 1, 1), TaxRateEndError),
        (date(2018, 1, 1), date(2020, 1, 1), None),
        (date(2027, 1, 1), None, None),
    ],
)
def test_two_rates_do_not_share_a_day_where_neither_gives_way(
    database: Database, first: date, last: date | None, error: type[Exception] | None
) -> None:
    state_tax_rate(database, rate="0.19", valid_from=date(2020, 1, 1))
    state_tax_rate(database, rate="0.16", valid_from=date(2026, 7, 1), valid_to=date(2027, 1, 1))
    state_tax_rate(database, region="BJ", rate="0.01", valid_from=first, valid_to=None)
    if error is None:
        state_tax_rate(database, rate="0.2", valid_from=first, valid_to=last)
        return
    with pytest.raises(error):
        state_tax_rate(database, rate="0.2", valid_from=first, valid_to=last)


def test_a_rate_found_wrong_is_told_from_one_that_nobody_checked_and_makes_room(
    database: Database, merchant: UUID
) -> None:
    unchecked = state_tax_rate(database, country="NL", sure=False)
    wrong = state_tax_rate(database, rate="0.31")
    somebody, day = new_id(), date(2026, 11, 22)
    with database.transaction(Scope.park()) as session:
        service.switch_off_tax_rate(session, rate_id=wrong, reason="Thirteen", actor_id=somebody)
    right = state_tax_rate(database, rate="0.13")

    with database.reading(Scope.park()) as connection:
        known = {rate.id: rate for rate in queries.tax_rates(connection)}
    assert known[unchecked].state(day) is TaxRateState.UNCHECKED
    assert known[wrong].state(day) is TaxRateState.SWITCHED_OFF
    assert (known[wrong].switched_off_by, known[wrong].switched_off_why) == (somebody, "Thirteen")
    assert known[right].state(day) is TaxRateState.CHARGED
    assert sell(database, merchant).tax == Money(1300, "CNY")
    with pytest.raises(TaxRateExistsError), database.transaction(Scope.park()) as session:
        service.confirm_tax_rate(session, rate_id=wrong, source="The law")


def test_a_rate_ends_on_a_day_and_gives_way_to_a_newer_one(
    database: Database, merchant: UUID
) -> None:
    old = state_tax_rate(database, rate="0.16", valid_from=date(2018, 5, 1))
    newer = state_tax_rate(database, rate="0.13", valid_from=date(2019, 4, 1))
    with database.transaction(Scope.park()) as session:
        service.end_tax_rate(session, rate_id=newer, on=date(2027, 1, 1))

    with database.reading(Scope.park()) as connection:
        known = {rate.id: rate for rate in queries.tax_rates(connection)}
    assert known[newer].state(date(2026, 12, 31)) is TaxRateState.CHARGED
    assert known[newer].state(date(2027, 1, 1)) is TaxRateState.ENDED
    assert known[newer].state(date(2019, 3, 31)) is TaxRateState.COMING
    assert known[old].until == date(2019, 4, 1), "it does not come back when the newer one ends"
    assert sell(database, merchant, on=date(2027, 1, 1)).by_rate[0].ground is TaxGround.NO_RATE
    for day in (date(2019, 4, 1), date(2027, 1, 2)):
        with pytest.raises(TaxRateEndError), database.transaction(Scope.park()) as session:
            service.end_tax_rate(session, rate_id=newer, on=day)
    with pytest.raises(NotFoundError), database.transaction(Scope.park()) as session:
        service.end_tax_rate(session, rate_id=new_id(), on=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("place", "source", "error"),
    [
        (("XX", None), "The law", UnknownCountryError),
        (("cn", None), "The law", UnknownCountryError),
        (("CA", "British Columbia"), "The law", RegionCodeError),
        (("CA", "BC"), " ", TaxSourceError),
        (("CA", "BC"), TaxSource(title="The law", url="javascript:alert(1)"), TaxSourceError),
    ],
)
def test_a_rate_names_a_place_and_where_it_is_written(
    database: Database,
    place: tuple[str, str | None],
    source: str | TaxSource,
    error: type[Exception],
) -> None:
    state_tax_rate(database)
    with pytest.raises(error), database.transaction(Scope.park()) as session:
        service.add_tax_rate(
            session,
            country=place[0],
            region=place[1],
            tax_class="standard",
            rate=Decimal("0.05"),
            valid_from=date(2026, 1, 1),
            source=source,
        )
