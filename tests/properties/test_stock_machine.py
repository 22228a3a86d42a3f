"""Two counters over one stock, in any order of deeds: what the books say is what is true."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, invariant, rule
from sqlalchemy import text

from commerce.cli.proofs.stock import NOTHING_RETURNS_TWICE
from commerce.inventory.errors import HoldLostError, OutOfStockError, StockBelowHeldError
from commerce.inventory.queries import holds_of, levels_of
from commerce.inventory.rows import LevelRow, MovementKind, Stage, Units
from commerce.inventory.service import (
    adjust_stock,
    count_stock,
    expire_holds,
    firm_up_holds,
    release_holds,
    reserve,
    restock,
    restock_sold_on,
    sell_at_till,
    sell_on,
    ship_held,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from tests.properties.stockroom_rules import StockroomRules
from tests.support.shop import Shop, open_shop
from tests.support.stockroom import assert_the_doctor_is_silent

UNITS = st.integers(min_value=1, max_value=4)
LEDGER = text(
    "SELECT COALESCE(sum(quantity), 0) FROM movement"
    " WHERE variant_id = :variant AND location_id = :location"
)
HELD = text(
    "SELECT COALESCE(sum(quantity), 0) FROM hold"
    " WHERE variant_id = :variant AND location_id = :location"
)


@pytest.fixture(scope="module")
def shop(module_database_url: str) -> Iterator[Shop]:
    database = Database(module_database_url)
    yield open_shop(database)
    # Goods are taken back there that nobody had bought here.
    assert_the_doctor_is_silent(database, apart_from=[NOTHING_RETURNS_TWICE])
    database.close()


def test_the_books_stay_true_whatever_both_counters_do(shop: Shop) -> None:
    class BoundMachine(StockMachine):
        pass

    BoundMachine.shop = shop
    BoundMachine.TestCase.settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    BoundMachine.TestCase().runTest()


class StockMachine(StockroomRules):
    """One variant; the model knows what is in the warehouse and who was promised what of it."""

    orders = Bundle("orders")

    def line(self, units: int) -> Units:
        return Units(self.variant, self.shop.warehouse, units)

    @property
    def merchant(self) -> UUID:
        return self.shop.merchant.id

    @rule(target=orders, units=UNITS, paid=st.booleans())
    def order_online(self, units: int, paid: bool) -> UUID:  # noqa: FBT001 - drawn by name
        order = new_id()
        stage = Stage.PLACED if paid else Stage.PAYMENT
        expires = None if paid else utc_now() + timedelta(minutes=30)
        enough = self.on_hand - self.promised >= units
        try:
            with self.shop.database.transaction(self.shop.scope) as session:
                reserve(
                    session,
                    merchant_id=self.merchant,
                    owner_id=order,
                    lines=[self.line(units)],
                    stage=stage,
                    expires_at=expires,
                )
        except OutOfStockError:
            assert not enough
        else:
            assert enough
            self.held[order] = units
        return order

    @rule(order=orders)
    def pay(self, order: UUID) -> None:
        try:
            with self.shop.database.transaction(self.shop.scope) as session:
                firm_up_holds(
                    session,
                    merchant_id=self.merchant,
                    owner_id=order,
                    stage=Stage.PLACED,
                    expected=1,
                )
        except HoldLostError:
            assert order not in self.held

    @rule(order=consumes(orders))
    def cancel(self, order: UUID) -> None:
        with self.shop.database.transaction(self.shop.scope) as session:
            freed = release_holds(session, merchant_id=self.merchant, owner_id=order)
        assert freed == self.held.pop(order, 0)

    @rule(order=consumes(orders))
    def ship(self, order: UUID) -> None:
        try:
            with self.shop.database.transaction(self.shop.scope) as session:
                ship_held(
                    session,
                    merchant_id=self.merchant,
                    owner_id=order,
                    location_id=self.shop.warehouse,
                )
        except HoldLostError:
            assert order not in self.held
        else:
            self.on_hand -= self.held.pop(order)

    @rule(units=UNITS)
    def sell_over_the_counter(self, units: int) -> None:
        with self.shop.database.transaction(self.shop.scope) as session:
            displaced = sell_at_till(
                session, merchant_id=self.merchant, sale_id=new_id(), lines=[self.line(units)]
            )
        self.on_hand = max(0, self.on_hand - units)
        for promise in displaced:
            self.held[promise.owner_id] -= promise.quantity
            if self.held[promise.owner_id] == 0:
                del self.held[promise.owner_id]

    @rule(units=UNITS, back=st.integers(min_value=0, max_value=5))
    def send_on_when_out(self, units: int, back: int) -> None:
        """Goods leave that nothing is held of; the promises of others stay, and some come back."""
        order, terms = new_id(), {"merchant_id": self.merchant}
        with self.shop.database.transaction(self.shop.scope) as session:
            sell_on(session, sale_id=order, lines=[self.line(units)], **terms)
        self.on_hand -= min(units, self.on_hand - self.promised)
        for _ in range(2):
            returned = min(back, units)
            with self.shop.database.transaction(self.shop.scope) as session:
                lines = [self.line(back)] if back else []
                restock_sold_on(session, sale_id=order, lines=lines, reason="returned", **terms)
            self.on_hand += returned
            units -= returned

    @rule(units=UNITS)
    def take_back(self, units: int) -> None:
        with self.shop.database.transaction(self.shop.scope) as session:
            restock(
                session,
                merchant_id=self.merchant,
                sale_id=new_id(),
                lines=[self.line(units)],
                reason="returned",
            )
        self.on_hand += units

    @rule(change=st.integers(min_value=-5, max_value=5).filter(bool))
    def adjust(self, change: int) -> None:
        possible = self.on_hand + change >= self.promised
        try:
            with self.shop.database.transaction(self.shop.scope) as session:
                adjust_stock(
                    session,
                    merchant_id=self.merchant,
                    variant_id=self.variant,
                    location_id=self.shop.warehouse,
                    change=change,
                    kind=MovementKind.ADJUSTED,
                    reason="found or lost",
                )
        except StockBelowHeldError:
            assert not possible
        else:
            assert possible
            self.on_hand += change

    @rule(counted=st.integers(min_value=0, max_value=12))
    def count(self, counted: int) -> None:
        try:
            with self.shop.database.transaction(self.shop.scope) as session:
                count_stock(
                    session,
                    merchant_id=self.merchant,
                    variant_id=self.variant,
                    location_id=self.shop.warehouse,
                    on_hand=counted,
                    reason="stocktake",
                )
        except StockBelowHeldError:
            assert counted < self.promised
        else:
            if self.sheet and self.sheet.difference is not None and counted != self.on_hand:
                self.sheet.overtaken = True
            self.on_hand = counted

    @rule()
    def let_time_pass(self) -> None:
        with self.shop.database.transaction(Scope.park()) as session:
            ended = expire_holds(session, now=utc_now() + timedelta(hours=1))
        for _, owner in ended:
            self.held.pop(owner, None)

    @invariant()
    def the_level_is_what_the_model_says(self) -> None:
        level = self.level()
        assert (level.on_hand, level.held) == (self.on_hand, self.promised)

    @invariant()
    def ledger_and_holds_add_up(self) -> None:
        where = {"variant": self.variant, "location": self.shop.warehouse}
        with self.shop.database.reading(self.shop.scope) as connection:
            assert connection.execute(LEDGER, where).scalar_one() == self.on_hand
            assert connection.execute(HELD, where).scalar_one() == self.promised

    @invariant()
    def every_promise_is_kept_in_full(self) -> None:
        with self.shop.database.reading(self.shop.scope) as connection:
            for owner, units in self.held.items():
                assert sum(h.quantity for h in holds_of(connection, owner_id=owner)) == units

    def level(self) -> LevelRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            levels = levels_of(connection, variant_ids=[self.variant])
        return next(each for each in levels if each.location_id == self.shop.warehouse)
