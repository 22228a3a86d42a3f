"""The past of the tills: shifts opened in the morning, sales, Z reports at night."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from commerce.demo.content import PastOrder
from commerce.demo.content.past_orders import SHANGHAI
from commerce.demo.seeding.agenda import Agenda
from commerce.demo.seeding.cast import Cast
from commerce.demo.seeding.past_payment import paid_in_full
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money, total
from commerce.payments.queries import payments_of
from commerce.payments.service import record_finding
from commerce.registers.pricing import price_basket
from commerce.registers.queries import open_shift_of
from commerce.registers.report import shift_report
from commerce.registers.rows import (
    BasketLine,
    CardTender,
    CashTender,
    Counter,
    Discount,
    SaleCommand,
    Tender,
)
from commerce.registers.service import (
    close_shift,
    complete_if_paid,
    move_cash,
    open_shift,
    start_sale,
    void_sale,
)
from commerce.registers.tenders import cash_rules

READER = "sandbox-reader"
_FLOAT_MINOR = 50_000
_BEFORE_THE_FIRST, _AFTER_THE_LAST = timedelta(minutes=25), timedelta(minutes=35)
_NOTE_MINOR = 10_000
_FULL_DRAWER_MINOR = 150_000
_MISCOUNTS_MINOR = (0, 0, 0, 0, 0, 0, 0, -50, 100, -200)
_VOID_SHARE, _SCRATCHED_SHARE = 0.06, 0.04
_SCRATCHED = Discount(reason="Scratched box", basis_points=1000)


@dataclass(slots=True)
class TillPast:
    """Sells at one merchant's tills what the recipe says, day by day."""

    cast: Cast
    agenda: Agenda
    chance: Random
    _days: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)

    def plan(self, orders: list[PastOrder]) -> None:
        """Put the sales on the agenda, and around each register's day its opening and its Z."""
        for order in orders:
            series = str(order.register)
            day = f"{order.placed_at.astimezone(SHANGHAI):%Y-%m-%d}"
            self._days.setdefault((series, day), []).append(order.placed_at)
            self.agenda.plan(order.placed_at, partial(self._sell, order))
        clerks = {str(order.register): str(order.clerk) for order in orders}
        for (series, _), moments in self._days.items():
            register_id, clerk_id = self.cast.registers[series], self.cast.staff[clerks[series]]
            self._plan_day(register_id, clerk_id, min(moments), max(moments))

    def _plan_day(self, register_id: UUID, clerk_id: UUID, first: datetime, last: datetime) -> None:
        self.agenda.plan(first - _BEFORE_THE_FIRST, lambda: self._open(register_id, clerk_id))
        # A day whose evening has not come yet is closed for the handover to whoever tries the till.
        closing = min(last + _AFTER_THE_LAST, self.agenda.until)
        self.agenda.plan(closing, lambda: self._close(register_id, clerk_id))

    def _open(self, register_id: UUID, clerk_id: UUID) -> None:
        open_shift(
            self.cast.session,
            merchant_id=self.cast.merchant.id,
            register_id=register_id,
            cash_float=Money(_FLOAT_MINOR, self.cast.merchant.currency),
            actor_id=clerk_id,
        )

    def _close(self, register_id: UUID, clerk_id: UUID) -> None:
        """Take what is too much to the safe, count, and close."""
        expected = self._expected(register_id)
        if expected > _FULL_DRAWER_MINOR:
            taken = (expected - _FLOAT_MINOR) // _NOTE_MINOR * _NOTE_MINOR
            move_cash(
                self.cast.session,
                merchant_id=self.cast.merchant.id,
                register_id=register_id,
                amount_minor=-taken,
                reason="To the safe",
                actor_id=clerk_id,
            )
            expected -= taken
        counted = expected + self.chance.choice(_MISCOUNTS_MINOR)
        close_shift(
            self.cast.session,
            merchant_id=self.cast.merchant.id,
            register_id=register_id,
            counted=Money(counted, self.cast.merchant.currency),
            actor_id=clerk_id,
        )

    def _expected(self, register_id: UUID) -> int:
        connection = self.cast.session.connection()
        shift = open_shift_of(connection, register_id=register_id)
        if shift is None:
            raise LookupError(register_id)
        report = shift_report(connection, shift=shift, counted=None, at=utc_now())
        return int(report["expected_minor"])

    def _sell(self, order: PastOrder) -> None:
        merchant = self.cast.merchant
        command = self._command(order)
        start_sale(
            self.cast.session,
            merchant=merchant,
            command=command,
            clerk_id=self.cast.staff[str(order.clerk)],
        )
        if order.tender == "card":
            self._tap_card(command.id)
        complete_if_paid(self.cast.session, merchant_id=merchant.id, sale_id=command.id)
        if order.tender == "cash" and self.chance.random() < _VOID_SHARE:
            self._void(command.id, self.cast.staff[str(order.clerk)])

    def _command(self, order: PastOrder) -> SaleCommand:
        lines = tuple(self._line(line.sku, line.quantity) for line in order.lines)
        merchant = self.cast.merchant
        counter = Counter(merchant, merchant.country, order.currency, "zh", order.placed_at)
        priced = price_basket(self.cast.session.connection(), counter, lines)
        due = total((line.total for line in priced.lines), currency=order.currency).amount_minor
        return SaleCommand(
            id=new_id(),
            register_id=self.cast.registers[str(order.register)],
            currency=order.currency,
            locale="zh",
            lines=lines,
            tenders=(self._tender(order, due),),
            total_minor=due,
        )

    def _tender(self, order: PastOrder, due: int) -> Tender:
        """Return how it was paid; a sum that no coins make is rounded as the till rounds it."""
        if order.tender == "card":
            return CardTender(due, READER)
        rules = cash_rules(self.cast.session.connection(), currency=order.currency)
        rounding = rules.rounding(Money(due, order.currency)).amount_minor
        notes = -(-(due + rounding) // _NOTE_MINOR) * _NOTE_MINOR
        return CashTender(due, notes, rounding)

    def _line(self, sku: str, quantity: int) -> BasketLine:
        scratched = self.chance.random() < _SCRATCHED_SHARE
        return BasketLine(
            self.cast.variants[sku], quantity, discount=_SCRATCHED if scratched else None
        )

    def _tap_card(self, sale_id: UUID) -> None:
        for payment in payments_of(self.cast.session.connection(), order_id=sale_id):
            record_finding(
                self.cast.session,
                merchant_id=self.cast.merchant.id,
                payment_id=payment.id,
                finding=paid_in_full(payment),
            )

    def _void(self, sale_id: UUID, clerk_id: UUID) -> None:
        void_sale(
            self.cast.session,
            durable=self.cast.durable,
            merchant_id=self.cast.merchant.id,
            sale_id=sale_id,
            reason="Customer changed their mind",
            actor_id=clerk_id,
        )
