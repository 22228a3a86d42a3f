"""A merchant is connected with Stripe by the park, paid directly, and told when that ends.

The whole application speaks with the local Stripe endpoint over HTTP; messages are delivered with the
signatures that Stripe's endpoint made.
"""

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.ledger.gateway import SettlementGateway
from commerce.ledger.process import collect
from commerce.park.permissions import Role
from commerce.payments.accounts import AccountGateway
from commerce.payments.gateway import Gateways, Journey
from commerce.payments.offers import offered_methods
from commerce.payments.queries import method_by_plugin, payments_of, refund_by_id
from commerce.payments.rows import Finding, PaymentRow, PaymentState
from commerce.payments.service import record_finding, request_refund
from commerce.plugins.registry import Registry
from commerce.web.services import Services
from integrations.sandbox.stripe_api.app import SIMULATOR
from integrations.sandbox.stripe_api.events import stripe_signature
from tests.integrations.conformance.bench import Mailbox, mailbox
from tests.storefront.desk import Desk
from tests.support.app import installation
from tests.support.orders import fill_cart, place
from tests.support.park import create_merchant
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product

PLUGIN = "stripe-connect"
PAGE = f"settings/payments/{PLUGIN}"


@dataclass
class Park:
    """A park with a platform account at Stripe, and a merchant at its desk."""

    desk: Desk
    address: str
    key: str
    secret: str
    box: Mailbox
    _seen: int = 0

    @property
    def shop(self) -> Shop:
        return self.desk.shop

    @property
    def services(self) -> Services:
        found: Services = self.desk.app.extensions["quayside"]
        return found

    def owner(self) -> FlaskClient:
        return self.desk.as_role(Role.OWNER)

    def connect(self, client: FlaskClient, answer: str = "all") -> str:
        """Press the button, answer at Stripe's page, come back; return what the desk says then."""
        page = client.post(f"{self.desk.root}/{PAGE}/connect")
        assert page.status_code == 200, page.text
        link = re.search(r'href="(http[^"]+/setup/c/[^"]+)"', page.text)
        assert link is not None
        assert requests.get(link[1], timeout=5).status_code == 200
        back = requests.post(link[1], data={"answer": answer}, allow_redirects=False, timeout=5)
        home = back.headers["Location"].removeprefix(self.services.settings.public_url)
        return client.get(home, follow_redirects=True).text

    @property
    def account(self) -> str:
        with self.shop.database.reading(self.shop.scope) as connection:
            method = method_by_plugin(connection, plugin=PLUGIN)
        assert method is not None
        assert method.account is not None
        return method.account

    def happens(self, what: str, *, account: str = "") -> None:
        wish = {"account": account or self.account, "happens": what}
        requests.post(f"{self.address}/_sandbox/accounts", json=wish, timeout=5).raise_for_status()

    def offers(self) -> bool:
        with self.shop.database.reading(self.shop.scope) as connection:
            offered = offered_methods(
                connection,
                registry=self.services.part(Registry),
                country=self.shop.merchant.country,
                currency="CNY",
            )
        return PLUGIN in [each.id for each in offered]

    def post(
        self, body: bytes, *, secret: str = "", to: str = f"/webhooks/{PLUGIN}"
    ) -> TestResponse:
        signature = stripe_signature(secret or self.secret, body)
        client = self.desk.app.test_client()
        return client.post(to, data=body, headers={"Stripe-Signature": signature})

    def deliver(self) -> list[int]:
        """Deliver what Stripe sent since the last time."""
        time.sleep(0.2)
        fresh, self._seen = self.box.messages[self._seen :], len(self.box.messages)
        client = self.desk.app.test_client()
        return [
            client.post(
                f"/webhooks/{PLUGIN}", data=each.body, headers=dict(each.headers)
            ).status_code
            for each in fresh
        ]

    def completed(self) -> bytes:
        """Return the message that a payment page was paid."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for each in self.box.messages:
                if b"checkout.session.completed" in each.body:
                    return each.body
            time.sleep(0.02)
        raise AssertionError("nothing came")

    def pay(self, card: str = "4242424242424242") -> PaymentRow:
        """Let a shopper order and pay; only Stripe's messages tell of it."""
        placement = place(
            self.shop,
            fill_cart(self.shop, (stock_product(self.shop, in_warehouse=9), 1)),
            plugin=PLUGIN,
        )
        waiting = self.payment(placement.order.id)
        opened = self.services.part(Gateways).payments.open(
            merchant_id=self.shop.merchant.id, payment=waiting, journey=JOURNEY
        )
        assert opened.redirect_url is not None
        self._record(waiting, opened.finding)
        requests.post(opened.redirect_url, data={"number": card}, allow_redirects=False, timeout=5)
        return waiting

    def payment(self, order_id: UUID) -> PaymentRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            (found,) = payments_of(connection, order_id=order_id)
        return found

    def at_stripe(self, path: str, account: str = "") -> list[dict[str, object]]:
        """Return what the API lists: of the park's own account, or of one under it."""
        headers = {"Stripe-Account": account} if account else {}
        found = requests.get(
            f"{self.address}/v1/{path}", auth=(self.key, ""), headers=headers, timeout=5
        )
        listed: list[dict[str, object]] = found.json()["data"]
        return listed

    def _record(self, payment: PaymentRow, finding: Finding) -> None:
        with self.shop.database.transaction(self.shop.scope) as session:
            record_finding(
                session,
                merchant_id=self.shop.merchant.id,
                payment_id=payment.id,
                finding=finding,
            )


JOURNEY = Journey(
    order_number="PR-1",
    email="lin@example.com",
    locale="en",
    return_url="http://localhost/paid",
    cancel_url="http://localhost/paid",
    webhook_url="http://localhost/webhooks",
)


@pytest.fixture
def park(postgres_server: TestServer, tmp_path: Path) -> Iterator[Park]:
    with ExitStack() as stack:
        shop = stack.enter_context(own_shop(postgres_server))
        stripe = stack.enter_context(SIMULATOR.running())
        box = stack.enter_context(mailbox())
        key = f"sk_test_{secrets.token_hex(12)}"
        endpoint = requests.post(
            f"{stripe.address}/v1/webhook_endpoints",
            data={"url": box.url, "enabled_events[]": "*", "connect": "true"},
            auth=(key, ""),
            timeout=5,
        ).json()
        app = stack.enter_context(
            installation(
                shop.database.url,
                tmp_path,
                QUAYSIDE_STRIPE_ADDRESS=stripe.address,
                QUAYSIDE_STRIPE_PLATFORM_KEY=key,
                QUAYSIDE_STRIPE_PLATFORM_WEBHOOK_SECRET=endpoint["secret"],
            )
        )
        services: Services = app.extensions["quayside"]
        desk = Desk(app, shop, services.part(Durable), tmp_path)
        yield Park(desk, stripe.address, key, endpoint["secret"], box)


def test_a_merchant_connects_and_customers_can_pay(park: Park) -> None:
    client = park.owner()
    assert "Connect with Stripe" in client.get(f"{park.desk.root}/{PAGE}").text
    page = park.connect(client)
    assert "Stripe pays you directly" in page
    assert "Connect with Stripe" not in page
    assert park.offers()


def test_who_stops_halfway_reads_what_is_missing_and_goes_on(park: Park) -> None:
    client = park.owner()
    page = park.connect(client, "later")
    assert "The bank account that is paid" in page
    assert "external_account" not in page
    assert not park.offers()
    first = park.account
    assert "does not pay out to your bank yet" in park.connect(client, "no-bank")
    assert park.account == first
    assert park.offers()
    client.get("/language/zh")
    assert "收款银行账户" in client.get(f"{park.desk.root}/{PAGE}").text


def test_pressing_twice_opens_one_account(park: Park) -> None:
    client = park.owner()
    for _ in range(2):
        assert client.post(f"{park.desk.root}/{PAGE}/connect").status_code == 200
    assert len(park.at_stripe("accounts")) == 1


def test_a_payment_is_a_direct_charge_and_its_messages_reach_the_merchant(park: Park) -> None:
    park.connect(park.owner())
    park.deliver()
    payment = park.pay()
    assert set(park.deliver()) == {204}
    paid = park.payment(payment.order_id)
    assert (paid.state, paid.captured_minor) == (PaymentState.CAPTURED, paid.amount_minor)
    assert len(park.at_stripe("payment_intents", park.account)) == 1
    assert park.at_stripe("payment_intents") == []


def test_refunds_disputes_and_payouts_are_those_of_the_merchants_account(park: Park) -> None:
    park.connect(park.owner())
    park.pay("4000000000000259")
    payment = park.pay()
    for _ in range(2):
        park.pay()
    park.deliver()
    paid = park.payment(payment.order_id)
    with park.shop.database.transaction(park.shop.scope) as session:
        refund_id = request_refund(
            session,
            merchant_id=park.shop.merchant.id,
            payment_id=paid.id,
            request_id=new_id(),
            amount=paid.amount,
            reason="returned",
            actor_id=None,
        )
    assert refund_id is not None
    with park.shop.database.reading(park.shop.scope) as connection:
        refund = refund_by_id(connection, refund_id=refund_id)
    assert refund is not None
    answer = park.services.part(Gateways).payments.refund(
        merchant_id=park.shop.merchant.id, payment=paid, refund=refund
    )
    assert answer.done
    wish = {"account": park.account}
    requests.post(f"{park.address}/_sandbox/payouts", json=wish, timeout=5).raise_for_status()
    kept = collect(
        park.shop.database,
        park.services.part(SettlementGateway),
        merchant_id=park.shop.merchant.id,
        plugin=PLUGIN,
    )
    assert kept > 0
    with park.shop.database.transaction(park.shop.scope) as session:
        told = session.execute(
            text("SELECT (SELECT count(*) FROM payout), (SELECT count(*) FROM dispute)")
        ).one()
    assert tuple(told) == (1, 1)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("deauthorized", "You disconnected this account from the park"),
        ("rejected", "Stripe has closed this account for payments"),
        ("restricted", "A proof of identity"),
        ("checked", "is checking what you gave"),
    ],
)
def test_an_account_that_takes_no_payments_is_not_offered_and_the_desk_says_why(
    park: Park, what: str, why: str
) -> None:
    client = park.owner()
    park.connect(client)
    park.deliver()
    park.happens(what)
    assert park.deliver() == [204]
    assert not park.offers()
    assert why in client.get(f"{park.desk.root}/{PAGE}").text
    assert why in client.get(f"{park.desk.root}/settings/payments").text


def test_a_lost_message_is_made_up_for_by_asking(park: Park) -> None:
    park.connect(park.owner())
    park.happens("deauthorized")
    assert park.offers()
    gateway = park.services.part(AccountGateway)
    gateway.look(park.shop.merchant.id, plugin=PLUGIN, account=park.account)
    assert not park.offers()


def test_who_disconnected_can_connect_anew(park: Park) -> None:
    client = park.owner()
    park.connect(client)
    first = park.account
    park.happens("deauthorized")
    park.deliver()
    assert "Stripe pays you directly" in park.connect(client)
    assert park.account != first
    assert park.offers()


def test_a_message_reaches_only_the_merchant_whose_account_it_names(park: Park) -> None:
    park.connect(park.owner())
    payment = park.pay()
    other = other_merchant(park.shop.database, account="acct_of_another")
    event = json.loads(park.completed())
    foreign = json.dumps(event | {"account": "acct_of_another"}).encode()
    # Genuine, and about a payment that this merchant does not have: nothing is taken in.
    assert park.post(foreign).status_code == 503
    assert park.payment(payment.order_id).captured_minor == 0
    with park.shop.database.transaction(Scope.merchant(other)) as session:
        assert session.execute(text("SELECT count(*) FROM webhook_event")).scalar_one() == 0


def test_a_forged_account_changes_nothing(park: Park) -> None:
    park.connect(park.owner())
    payment = park.pay()
    event = park.completed()
    told = json.loads(event)
    assert park.post(event, secret="whsec_forged").status_code == 400
    for account in (None, "", "acct_nobody", 7, "x\x00y"):
        body = json.dumps(told | {"account": account}).encode()
        assert park.post(body).status_code == 400
    mine = f"/webhooks/{park.shop.merchant.slug}/{PLUGIN}"
    other = json.dumps(told | {"account": "acct_of_another"}).encode()
    assert park.post(other, to=mine).status_code == 204
    assert park.payment(payment.order_id).captured_minor == 0


def test_no_two_merchants_have_one_account(park: Park) -> None:
    park.connect(park.owner())
    with pytest.raises(Exception, match="uq_payment_method_plugin_account"):
        other_merchant(park.shop.database, account=park.account)


def other_merchant(database: Database, *, account: str) -> UUID:
    """Found another merchant that has `account`, with customers paying into it."""
    shop = create_merchant(database, slug="tea-and-silk")
    standing = {
        "handle": account,
        "takes_payments": True,
        "pays_out": True,
        "due": [],
        "checking": False,
        "closed": "",
        "ours": True,
        "asked_at": "2026-01-01T00:00:00+00:00",
    }
    with database.transaction(Scope.merchant(shop)) as session:
        session.execute(
            text("""
            INSERT INTO payment_method (merchant_id, id, plugin, enabled, position, settings,
              account, standing)
            VALUES (:merchant, gen_random_uuid(), :plugin, true, 1, '{}', :account,
              CAST(:standing AS jsonb))"""),
            {
                "merchant": shop,
                "plugin": PLUGIN,
                "account": account,
                "standing": json.dumps(standing),
            },
        )
    return shop
