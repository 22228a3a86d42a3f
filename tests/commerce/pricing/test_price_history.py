"""What prices were: every change is kept, and the lowest of 30 days can be told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.kernel.channel import Channel
from commerce.kernel.clock import travelling
from commerce.kernel.database import Database, Scope
from commerce.kernel.money import Money
from commerce.pricing.queries import lowest_of_30_days
from commerce.pricing.rows import PriceEnding, PriorPrice
from commerce.pricing.service import (
    add_exchange_rate,
    create_price_list,
    open_base_list,
    remove_price,
    set_price,
)
from tests.support.park import create_merchant
from tests.support.pricing import create_product

START = datetime(2027, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


class Shelf:
    """One variant, whose price changes on days of its own calendar."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.merchant = create_merchant(database)
        (self.variant,) = create_product(database, self.merchant)

    def price(self, amount: int, *, on: float, in_list: UUID | None = None) -> None:
        with (
            travelling(day(on)),
            self.database.transaction(Scope.merchant(self.merchant)) as session,
        ):
            set_price(
                session,
                merchant_id=self.merchant,
                variant_id=self.variant,
                amount=Money(amount, "CNY"),
                price_list=in_list,
            )

    def add_list(
        self,
        code: str,
        *,
        starts: float = 0,
        ends: float | None = None,
        channel: Channel | None = None,
        on: float = 0,
    ) -> UUID:
        with (
            travelling(day(on)),
            self.database.transaction(Scope.merchant(self.merchant)) as session,
        ):
            return create_price_list(
                session,
                merchant_id=self.merchant,
                code=code,
                name=code,
                name_zh=code,
                currency="CNY",
                includes_tax=True,
                channel=channel,
                valid_from=day(starts),
                valid_to=None if ends is None else day(ends),
            ).id

    def prior(
        self, *, on: float, channel: Channel = Channel.WEB, reduced_from: float | None = None
    ) -> PriorPrice | None:
        with self.database.reading(Scope.merchant(self.merchant)) as connection:
            return lowest_of_30_days(
                connection,
                variant_ids=[self.variant],
                currency="CNY",
                channel=channel,
                at=day(on),
                reduced_from=None if reduced_from is None else day(reduced_from),
            ).get(self.variant)

    def lowest(self, *, on: float, channel: Channel = Channel.WEB) -> int | None:
        prior = self.prior(on=on, channel=channel)
        return None if prior is None else prior.amount.amount_minor

    def log(self) -> list[tuple[str, int | None, int | None, bool, datetime]]:
        with self.database.reading(Scope.merchant(self.merchant)) as connection:
            rows = connection.execute(
                text(
                    "SELECT currency, amount_minor, compare_at_minor, derived, at FROM price_change "
                    "ORDER BY at, derived, id"
                )
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    database = Database(database_url)
    yield Shelf(database)
    database.close()


def test_every_price_that_is_set_is_kept_and_none_that_stays_the_same(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    shelf.price(1000, on=1)
    shelf.price(800, on=2)
    assert shelf.log() == [
        ("CNY", 1000, None, False, day(0)),
        ("CNY", 800, None, False, day(2)),
    ]
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        shelf.database.transaction(Scope.park()) as session,
    ):
        session.execute(text("UPDATE price_change SET amount_minor = 1"))


def test_converted_prices_are_kept_and_so_is_that_a_price_was_taken_away(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    scope = Scope.merchant(shelf.merchant)
    with travelling(day(1)), shelf.database.transaction(Scope.park()) as session:
        add_exchange_rate(
            session,
            base_currency="EUR",
            quote_currency="CNY",
            rate=Decimal(8),
            valid_from=day(0),
            source="test",
        )
    with travelling(day(1)), shelf.database.transaction(scope) as session:
        base = open_base_list(session, merchant_id=shelf.merchant).id
        create_price_list(
            session,
            merchant_id=shelf.merchant,
            code="eur",
            name="Euro",
            name_zh="欧元",
            currency="EUR",
            includes_tax=True,
            derived_from=base,
            ending=PriceEnding(10, 9),
        )
    with travelling(day(2)), shelf.database.transaction(scope) as session:
        remove_price(session, merchant_id=shelf.merchant, variant_id=shelf.variant, price_list=base)
    assert shelf.log() == [
        ("CNY", 1000, None, False, day(0)),
        ("EUR", 129, None, True, day(1)),
        ("CNY", None, None, False, day(2)),
        ("EUR", None, None, True, day(2)),
    ]


def test_a_reduction_is_held_against_the_lowest_price_of_the_thirty_days_before_it(
    shelf: Shelf,
) -> None:
    shelf.price(900, on=0)
    shelf.price(1200, on=20)
    shelf.price(1000, on=45)
    shelf.price(1100, on=48)
    shelf.price(700, on=50)
    prior = shelf.prior(on=55)
    assert prior is not None
    assert (prior.amount.amount_minor, prior.present.amount_minor) == (1000, 700)
    assert (prior.before, prior.reduced, prior.known_since) == (day(50), True, day(20))
    # The same on the last day of the reduction as on its first: its own price does not count.
    assert shelf.lowest(on=50) == shelf.lowest(on=79) == 1000


def test_a_price_raised_for_a_few_days_before_does_not_make_a_reduction(shelf: Shelf) -> None:
    shelf.price(700, on=0)
    shelf.price(1200, on=40)
    shelf.price(900, on=45)
    prior = shelf.prior(on=46)
    assert prior is not None
    assert prior.amount.amount_minor == 700
    assert not prior.reduced


def test_the_price_that_still_stood_on_the_thirtieth_day_before_counts(shelf: Shelf) -> None:
    shelf.price(800, on=0)
    shelf.price(1000, on=20.5)
    shelf.price(700, on=50)
    assert shelf.lowest(on=51) == 800
    shelf.price(650, on=50.6)
    assert shelf.lowest(on=51) == 700


def test_a_sale_list_reduces_and_is_itself_a_price_that_was_applied(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    first = shelf.add_list("spring", starts=40, ends=45)
    shelf.price(800, on=30, in_list=first)
    second = shelf.add_list("may", starts=60, ends=70)
    shelf.price(900, on=30, in_list=second)
    assert shelf.lowest(on=41) == 1000
    assert shelf.lowest(on=61) == 800  # the price of the spring sale, less than thirty days ago
    assert shelf.lowest(on=61, channel=Channel.TILL) == 800


def test_a_list_of_another_channel_says_nothing_about_this_one(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    till = shelf.add_list("till", channel=Channel.TILL)
    shelf.price(500, on=10, in_list=till)
    shelf.price(900, on=40)
    assert shelf.lowest(on=41) == 1000
    # At the till the base price never counted after day 10.
    assert shelf.lowest(on=41, channel=Channel.TILL) == 1000
    assert shelf.lowest(on=9) is None


def test_what_is_new_tells_since_when_it_is_known(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    assert shelf.prior(on=5) is None
    shelf.price(800, on=7)
    prior = shelf.prior(on=8)
    assert prior is not None
    assert (prior.amount.amount_minor, prior.known_since) == (1000, day(0))


def test_a_promotion_asks_for_the_thirty_days_before_it_began(shelf: Shelf) -> None:
    shelf.price(900, on=0)
    shelf.price(1000, on=40)
    prior = shelf.prior(on=90, reduced_from=80)
    assert prior is not None
    assert (prior.amount.amount_minor, prior.before) == (1000, day(80))
    earlier = shelf.prior(on=60, reduced_from=60)
    assert earlier is not None
    assert earlier.amount.amount_minor == 900


def test_nothing_is_announced_about_a_price_that_was_reduced_long_ago(shelf: Shelf) -> None:
    shelf.price(1000, on=0)
    shelf.price(800, on=40)
    assert shelf.lowest(on=200) == 1000
    assert shelf.lowest(on=300) is None
