"""From an order to its provider and back, over real HTTP: paid, declined, cut off, refunded."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.service import settle_payment
from commerce.checkout.service.give_back import give_back_to
from commerce.kernel.bearer import ORDER_PLACE, Opens, token_of
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.errors import ForgedWebhookError, PaymentMethodUnavailableError
from commerce.payments.gateway import Journey, RefundAnswer
from commerce.payments.providers import ProviderGateway
from commerce.payments.queries import payments_of, refund_by_id
from commerce.payments.rows import Finding, PaymentRow, PaymentState, RefundRow
from commerce.payments.service import set_up_method
from commerce.plugins.card_money import CardMoneyCalls
from commerce.plugins.host import PluginHost
from commerce.plugins.registry import Registry
from tests.integrations.conformance.bench import Bench, arrange, pay
from tests.integrations.conformance.benches import BENCHES
from tests.support.orders import fill_cart, place
from tests.support.shop import Shop, open_shop, stock_product

VAULT = Vault(b"a secret of tests, thirty-two long")


@dataclass
class Till:
    """A shop whose payments go to one provider's simulator."""

    shop: Shop
    durable: Durable
    gateway: ProviderGateway
    bench: Bench
    plugin: str

    @property
    def merchant(self) -> UUID:
        return self.shop.merchant.id

    def ordered(self) -> PaymentRow:
        teapot = stock_product(self.shop, in_warehouse=5)
        cart = fill_cart(self.shop, (teapot, 1))
        return self.payment(place(self.shop, cart, plugin=self.plugin).order.id)

    def payment(self, order_id: UUID) -> PaymentRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            (payment,) = payments_of(connection, order_id=order_id)
        return payment

    def open(self, payment: PaymentRow, *, locale: str = "en") -> str | None:
        token = token_of(VAULT, Opens.ORDER, payment.order_id)
        opened = self.gateway.open(
            merchant_id=self.merchant,
            payment=payment,
            journey=Journey(
                order_number="261122-TEST1",
                email="lin@example.com",
                locale=locale,
                return_url=f"http://shop.localhost/{locale}/order/{token}/paid",
                cancel_url=f"http://shop.localhost/{locale}/order/{token}/paid",
                webhook_url=self.bench.mailbox.url,
            ),
        )
        self.settle(payment, opened.finding)
        return opened.redirect_url

    def ask(self, payment: PaymentRow) -> OrderRow:
        known = self.payment(payment.order_id)
        return self.settle(payment, self.gateway.ask(merchant_id=self.merchant, payment=known))

    def settle(self, payment: PaymentRow, finding: Finding) -> OrderRow:
        with self.shop.database.transaction(self.shop.scope) as session:
            return settle_payment(
                session,
                durable=self.durable,
                merchant_id=self.merchant,
                payment_id=payment.id,
                finding=finding,
            ).order

    def begin_refund(self, payment: PaymentRow, minor: int) -> RefundRow:
        with self.shop.database.transaction(self.shop.scope) as session:
            refund_id = give_back_to(
                session,
                durable=self.durable,
                merchant_id=self.merchant,
                payment=payment,
                request_id=new_id(),
                amount=Money(minor, payment.currency),
                reason="came back",
                actor_id=None,
            )
            assert refund_id is not None
            refund = refund_by_id(session.connection(), refund_id=refund_id)
        assert refund is not None
        return refund

    def refund(self, payment: PaymentRow, refund: RefundRow) -> RefundAnswer:
        known = self.payment(payment.order_id)
        return self.gateway.refund(merchant_id=self.merchant, payment=known, refund=refund)


@pytest.fixture(params=sorted(BENCHES))
def till(request: pytest.FixtureRequest, database_url: str) -> Iterator[Till]:
    plugin = str(request.param)
    database = Database(database_url)
    with BENCHES[plugin]() as bench, contextlib.closing(Durable(database_url)) as durable:
        shop = open_shop(database)
        registry = Registry(payments={plugin: bench.provider}, terminals={})
        public, secret = bench.provider.manifest.split_settings(bench.settings)
        with database.transaction(shop.scope) as session:
            set_up_method(
                session,
                vault=VAULT,
                merchant_id=shop.merchant.id,
                plugin=plugin,
                enabled=True,
                position=1,
                settings=public,
                secrets=secret,
            )
        calls = CardMoneyCalls(PluginHost(database), registry)
        yield Till(shop, durable, ProviderGateway(calls, database, VAULT), bench, plugin)
    database.close()


def test_a_paid_page_places_the_order(till: Till) -> None:
    payment = till.ordered()
    page = till.open(payment)
    assert page is not None
    assert pay(page, till.bench.paying_card).status_code == 303
    assert till.ask(payment).state is OrderState.PLACED
    assert till.payment(payment.order_id).captured_minor == payment.amount_minor


def test_opening_twice_shows_the_same_page_and_charges_once(till: Till) -> None:
    payment = till.ordered()
    assert till.open(payment) == till.open(payment)
    assert till.bench.payments_made(payment.id) == 1


@pytest.mark.parametrize("fault", ["", "cut"])
def test_who_comes_back_in_another_language_is_led_to_the_same_page(till: Till, fault: str) -> None:
    payment = till.ordered()
    if fault:
        arrange(till.bench, fault)
    first = till.open(payment)
    page = till.open(payment, locale="zh")
    assert page is not None
    assert first in {page, None}
    assert till.bench.payments_made(payment.id) == 1
    back = pay(page, till.bench.paying_card).headers["Location"]
    assert back.startswith("http://shop.localhost/en/order/")


def test_a_declined_card_leaves_the_order_waiting_with_its_goods(till: Till) -> None:
    payment = till.ordered()
    page = till.open(payment)
    assert page is not None
    pay(page, till.bench.declined_card)
    assert till.ask(payment).state is OrderState.AWAITING_PAYMENT
    assert till.payment(payment.order_id).captured_minor == 0
    pay(page, till.bench.paying_card)
    assert till.ask(payment).state is OrderState.PLACED


def test_an_answer_that_got_lost_is_asked_for_and_never_charged_again(till: Till) -> None:
    payment = till.ordered()
    arrange(till.bench, "cut")
    till.open(payment)
    page = till.open(payment)
    assert till.bench.payments_made(payment.id) == 1
    assert page is not None
    pay(page, till.bench.paying_card)
    assert till.ask(payment).state is OrderState.PLACED


def test_a_webhook_names_the_payment_it_is_about(till: Till) -> None:
    payment = till.ordered()
    page = till.open(payment)
    assert page is not None
    pay(page, till.bench.paying_card)
    # A provider may have several names for one payment; ours is the one to go by. Some messages
    # speak of no payment, so it takes more than the first one.
    named: set[UUID | None] = set()
    deadline = time.monotonic() + 10
    while not named and time.monotonic() < deadline:
        for message in till.bench.mailbox.wait_for(1):
            notices = till.gateway.read_webhook(
                merchant_id=till.merchant,
                plugin=till.plugin,
                headers=message.headers,
                body=message.body,
            )
            named |= {notice.payment_id for notice in notices}
        time.sleep(0.05)
    assert named == {payment.id}


def test_a_forged_webhook_is_refused(till: Till) -> None:
    body = b'{"id": "evt_1"}'
    forged = till.bench.sign(body, moment=int(time.time()), secret="not the secret")
    with pytest.raises(ForgedWebhookError):
        till.gateway.read_webhook(
            merchant_id=till.merchant, plugin=till.plugin, headers=forged, body=body
        )


def test_money_goes_back_once_however_often_it_is_asked(till: Till) -> None:
    payment = till.ordered()
    page = till.open(payment)
    assert page is not None
    pay(page, till.bench.paying_card)
    till.ask(payment)
    refund = till.begin_refund(till.payment(payment.order_id), 1000)
    assert [till.refund(payment, refund).done for _ in range(3)] == [True, True, True]
    finding = till.gateway.ask(merchant_id=till.merchant, payment=till.payment(payment.order_id))
    assert (finding.state, finding.refunded_minor) == (PaymentState.CAPTURED, 1000)


def test_a_way_to_pay_that_is_not_set_up_is_refused(till: Till) -> None:
    with pytest.raises(PaymentMethodUnavailableError):
        till.gateway.read_webhook(merchant_id=till.merchant, plugin="nobody", headers={}, body=b"")


def test_the_way_back_is_kept_without_what_opens_the_order(till: Till) -> None:
    payment = till.ordered()
    assert till.open(payment) == till.open(payment, locale="zh"), "the same wish, token and all"
    with till.shop.database.reading(till.shop.scope) as connection:
        kept = str(connection.scalars(text("SELECT journey FROM payment")).one())
    assert f"/en/order/{ORDER_PLACE}/paid" in kept
    assert token_of(VAULT, Opens.ORDER, payment.order_id) not in kept
