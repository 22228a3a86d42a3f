"""What Stripe settled, at which rate, what it cost and what was lost: to the cent, whatever comes when."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.vault import Vault
from commerce.ledger.gateway import SettlementGateway
from commerce.ledger.process import collect
from commerce.ledger.queries.balances import last_checks
from commerce.ledger.queries.entries import open_items
from commerce.ledger.queries.settlement import disputes, lines_of_payout, payouts
from commerce.ledger.rows import DisputeState, PayoutState
from commerce.ledger.service import take_in
from commerce.payments.callers import Callers
from commerce.payments.rows import Finding, PaymentState
from commerce.payments.service import record_finding, set_up_method
from commerce.plugins.host import PluginHost
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok, Refused
from commerce.plugins.settlement import AskSettlement, SettlementEvent, SettlementReport
from tests.integrations.conformance.bench import Bench, arrange, call
from tests.integrations.conformance.benches import stripe_bench
from tests.support.ledger import assert_the_books_are_sound, held
from tests.support.orders import fill_cart, place
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product

VAULT = Vault(b"s" * 32)
CHARGED = 69800
"""A bowl and its delivery, in fen."""
SETTLED, FEE = 9684, 311
"""698.00 at 0.13874, and 2.9 % of it and 30 cents."""
LOST = 9772 - SETTLED
"""Our books say 0.14."""


@dataclass
class Account:
    """A shop with an account at the local Stripe endpoint."""

    shop: Shop
    bench: Bench
    gateway: SettlementGateway
    charges: dict[UUID, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return cast("str", self.bench.settings.secret_key.get_secret_value())

    def post(self, path: str, **form: Any) -> dict[str, Any]:
        answer = requests.post(
            f"{self.bench.address}/v1{path}", data=form, auth=(self.key, ""), timeout=5
        )
        assert answer.ok, answer.text
        return cast("dict[str, Any]", answer.json())

    def happens(self, what: str, **told: Any) -> None:
        """Let something happen to the account by itself."""
        told["key"] = self.key
        answer = requests.post(f"{self.bench.address}/_sandbox/{what}", json=told, timeout=5)
        assert answer.ok, answer.text

    def charge(self, method: str = "pm_card_visa") -> UUID:
        """Let somebody pay for a bowl; return the payment."""
        variant = stock_product(self.shop, name=f"Bowl {len(self.charges)}", in_warehouse=1)
        attempt = place(self.shop, fill_cart(self.shop, (variant, 1)), plugin="stripe").payment_id
        assert attempt is not None
        form = {
            "amount": CHARGED,
            "currency": "cny",
            "confirm": "true",
            "payment_method": method,
            "metadata[quayside_payment]": str(attempt),
        }
        intent = self.post("/payment_intents", **form)
        self.charges[attempt] = intent["latest_charge"]
        found = Finding(state=PaymentState.CAPTURED, handle=intent["id"], captured_minor=CHARGED)
        with self.shop.database.transaction(self.shop.scope) as session:
            at = {"merchant_id": self.shop.merchant.id}
            record_finding(session, **at, payment_id=attempt, finding=found)
        return attempt

    def dispute(self) -> str:
        """Return the provider's name of the only dispute."""
        answer = requests.get(f"{self.bench.address}/v1/disputes", auth=(self.key, ""), timeout=5)
        return cast("str", answer.json()["data"][0]["id"])

    def collect(self) -> int:
        merchant = self.shop.merchant.id
        return collect(self.shop.database, self.gateway, merchant_id=merchant, plugin="stripe")

    def report(self) -> SettlementReport:
        """Return what the provider says now."""
        day = timedelta(days=1)
        found = self.gateway.report(
            merchant_id=self.shop.merchant.id,
            plugin="stripe",
            request=AskSettlement(since=utc_now() - day, until=utc_now() + day),
        )
        assert found is not None
        return found


@pytest.fixture
def account(postgres_server: TestServer) -> Iterator[Account]:
    with own_shop(postgres_server) as shop, stripe_bench() as bench:
        registry = Registry(payments={"stripe": bench.provider}, terminals={})
        public, secret = bench.provider.manifest.split_settings(bench.settings)
        with shop.database.transaction(shop.scope) as session:
            set_up_method(
                session,
                vault=VAULT,
                merchant_id=shop.merchant.id,
                plugin="stripe",
                enabled=True,
                position=1,
                settings=public,
                secrets=secret,
            )
            state_rate(session, shop)
        callers = Callers(registry, shop.database, VAULT)
        yield Account(shop, bench, SettlementGateway(PluginHost(shop.database), callers))


def state_rate(session: Session, shop: Shop) -> None:
    session.execute(
        text("""
        INSERT INTO merchant_rate (merchant_id, id, base_currency, quote_currency, rate, valid_from,
          source, stated_at, stated_by, converts)
        VALUES (:merchant, gen_random_uuid(), 'CNY', 'USD', 0.14, now() - interval '1 year',
          'bank', now(), gen_random_uuid(), false)"""),
        {"merchant": shop.merchant.id},
    )


def test_a_payout_tells_charge_rate_fee_and_loss_to_the_cent(account: Account) -> None:
    payment = account.charge()
    assert account.collect() == 1
    account.happens("payouts")
    assert account.collect() == 1
    assert account.collect() == 0
    with account.shop.database.reading(account.shop.scope) as connection:
        (payout,) = payouts(connection, most=9)
        (line,) = lines_of_payout(connection, payout_id=payout.id, most=9)
        assert open_items(connection, providers=("stripe",), most=9) == ()
        (check,) = last_checks(connection)
    assert (payout.state, payout.amount.amount_minor) == (PayoutState.PAID, SETTLED - FEE)
    assert (payout.gross.amount_minor, payout.fees.amount_minor) == (SETTLED, FEE)
    assert (payout.result.amount_minor, payout.difference.amount_minor) == (-LOST, 0)
    assert line.charged is not None
    assert (line.charged.amount_minor, line.rate, line.book_rate) == (
        CHARGED,
        Decimal("0.13874"),
        Decimal("0.14"),
    )
    assert (check.theirs.amount_minor, check.difference.amount_minor) == (0, 0)
    assert held(account.shop, "stripe") == {"takings": -CHARGED, "exchange": CHARGED}
    assert held(account.shop, "stripe", "USD") == {
        "bank": SETTLED - FEE,
        "fees": FEE,
        "exchange": -SETTLED - LOST,
        "exchange_result": LOST,
    }
    assert account.charges[payment] == line.source
    assert_the_books_are_sound(account.shop.database)


def test_what_is_given_back_and_what_a_bank_turns_down_is_settled_too(account: Account) -> None:
    payment = account.charge()
    account.happens("settles", currency="cny")
    account.post("/refunds", payment_intent=intent_of(account, payment), amount=9800)
    found = Finding(state=PaymentState.CAPTURED, captured_minor=CHARGED, refunded_minor=9800)
    with account.shop.database.transaction(account.shop.scope) as session:
        at = {"merchant_id": account.shop.merchant.id}
        record_finding(session, **at, payment_id=payment, finding=found)
    account.happens("payouts", bank_refuses=True)
    account.collect()
    with account.shop.database.reading(account.shop.scope) as connection:
        (payout,) = payouts(connection, most=9)
        assert open_items(connection, providers=("stripe",), most=9) == ()
        checks = last_checks(connection)
    assert payout.state is PayoutState.FAILED
    assert [each.difference.amount_minor for each in checks] == [0, 0]
    assert held(account.shop, "stripe")["balance"] == -9800
    assert_the_books_are_sound(account.shop.database)


def intent_of(account: Account, payment: UUID) -> str:
    with account.shop.database.reading(account.shop.scope) as connection:
        found = connection.execute(
            text("SELECT handle FROM payment WHERE id = :id"), {"id": payment}
        )
        return cast("str", found.scalar_one())


def test_a_charge_that_is_not_settled_is_named_and_an_inquiry_moves_nothing(
    account: Account,
) -> None:
    payment = account.charge("pm_card_createInquiry")
    with account.shop.database.reading(account.shop.scope) as connection:
        (item,) = open_items(connection, providers=("stripe",), most=9)
    assert (item.payment_id, item.open.amount_minor) == (payment, CHARGED)
    account.collect()
    with account.shop.database.reading(account.shop.scope) as connection:
        (asked,) = disputes(connection, only_open=True, most=9)
    assert asked.state is DisputeState.INQUIRY
    assert asked.respond_by is not None
    assert "disputed" not in held(account.shop, "stripe")
    account.post(f"/disputes/{account.dispute()}/close")
    account.collect()
    with account.shop.database.reading(account.shop.scope) as connection:
        assert disputes(connection, only_open=True, most=9) == ()


def test_a_lost_dispute_is_a_loss_and_costs_a_fee(account: Account) -> None:
    account.charge("pm_card_createDispute")
    account.post(
        f"/disputes/{account.dispute()}", **{"evidence[uncategorized_text]": "losing_evidence"}
    )
    account.collect()
    assert held(account.shop, "stripe")["dispute_losses"] == CHARGED
    assert held(account.shop, "stripe", "USD")["fees"] == FEE + 1500
    with account.shop.database.reading(account.shop.scope) as connection:
        assert open_items(connection, providers=("stripe",), most=9) == ()
    assert_the_books_are_sound(account.shop.database)


def test_messages_about_disputes_and_payouts_are_hints_once_they_are_genuine(
    account: Account,
) -> None:
    account.charge("pm_card_createDispute")
    account.charge()
    account.happens("payouts")
    heard, provider = account.bench.mailbox, account.bench.provider
    kinds: set[str] = set()
    for message in heard.wait_for(11):
        read = provider.read_webhook(call(account.bench), message)
        assert isinstance(read, Ok)
        kinds |= {each.kind for each in read.value if isinstance(each, SettlementEvent)}
        forged = replace(message, body=message.body.replace(b"evt_", b"evt_0"))
        assert isinstance(provider.read_webhook(call(account.bench), forged), Refused)
    assert {"charge.dispute.created", "payout.created", "payout.paid"} <= kinds


def test_a_provider_that_does_not_answer_is_asked_again(account: Account) -> None:
    account.charge()
    arrange(account.bench, "cut")
    assert account.collect() == 0
    assert account.collect() == 1


def test_reports_in_any_order_and_number_end_in_the_same_books(account: Account) -> None:
    """Five moments of a disputed charge that is paid out, each told one to three times, any one late."""
    account.charge("pm_card_createDispute")
    account.charge()
    told = [account.report()]
    account.post(f"/disputes/{account.dispute()}", **{"evidence[uncategorized_text]": "because"})
    told.append(account.report())
    account.happens("payouts")
    told.append(account.report())
    account.post(
        f"/disputes/{account.dispute()}", **{"evidence[uncategorized_text]": "winning_evidence"}
    )
    told.append(account.report())
    account.happens("payouts")
    told.append(account.report())
    chance, expected = Random(7), books_after(account, told)  # noqa: S311 - which order is tried is no secret
    for order in permutations(told):
        copies = [each for each in order for _ in range(chance.choice((1, 1, 2, 3)))]
        assert books_after(account, copies) == expected
    for missing in permutations(told[:-1], 2):
        assert books_after(account, [*missing, told[-1]]) == expected


def books_after(account: Account, reports: list[SettlementReport]) -> Counter[Any]:
    """Merge reports, look at the books, and forget it all."""
    with account.shop.database.transaction(account.shop.scope) as session:
        forgotten = session.begin_nested()
        for report in reports:
            at = {"merchant_id": account.shop.merchant.id}
            take_in(session, **at, plugin="stripe", report=report)
        found = session.execute(
            text("""
            SELECT kind, debit, credit, currency, amount_minor, at::text FROM money_entry
            WHERE kind NOT LIKE 'dispute_won'
            UNION ALL SELECT kind, debit, credit, currency, amount_minor, '' FROM money_entry
            WHERE kind = 'dispute_won'
            UNION ALL SELECT 'payout', state, handle, currency, amount_minor,
              (SELECT count(*)::text FROM payout_line x WHERE x.payout_id = p.id) FROM payout p
            UNION ALL SELECT 'dispute', state, handle, currency, amount_minor, reason FROM dispute
            """)
        ).all()
        forgotten.rollback()
    return Counter(map(tuple, found))
