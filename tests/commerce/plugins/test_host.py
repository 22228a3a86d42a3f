"""The host: calls are written down first, made once, bounded, and never raise."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from commerce.kernel.channel import Channel
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.breaker import Breaker
from commerce.plugins.bulkhead import Bulkhead
from commerce.plugins.calls import CallContext
from commerce.plugins.card_money import CardMoneyCalls
from commerce.plugins.errors import CallConflictError, NothingSentError, PluginMissingError
from commerce.plugins.host import Caller, PluginHost
from commerce.plugins.manifest import Manifest, PluginKind, PluginSettings
from commerce.plugins.payments import (
    CancelPayment,
    CapturePayment,
    OpenPayment,
    PaymentEvent,
    PaymentSnapshot,
    RefundPayment,
    RefundSnapshot,
    RefundStage,
    Stage,
    WebhookMessage,
    reference_handle,
)
from commerce.plugins.registry import Registry
from commerce.plugins.results import (
    ActionRequired,
    ClientConfirmation,
    Ok,
    Redirect,
    Refused,
    Result,
    Retryable,
    Unknown,
)
from commerce.plugins.settlement import SettlementEvent
from commerce.plugins.wording import Wording
from tests.support.park import create_merchant
from tests.support.postgres import driver_address


class Keys(PluginSettings):
    key: SecretStr = SecretStr("sk_do_not_show")


@dataclass
class FakeProvider:
    """A provider whose answers are told to it, and which counts what it was asked."""

    manifest: Manifest = field(
        default_factory=lambda: Manifest(
            id="fake",
            version="1.0.0",
            kinds=frozenset({PluginKind.PAYMENT}),
            name=Wording("Fake", "假"),
            settings=Keys,
        )
    )
    opens: Callable[[CallContext], Result[PaymentSnapshot]] = lambda _call: Retryable("x")
    knows: Callable[[], Result[PaymentSnapshot]] = lambda: Refused("payment-not-found", "no")
    refunds: Callable[[CallContext], Result[RefundSnapshot]] = lambda _call: Retryable("x")
    asked: list[str] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)

    def open(self, call: CallContext, request: OpenPayment) -> Result[PaymentSnapshot]:
        self.asked.append("open")
        self.attempts.append(call.attempt)
        return self.opens(call)

    def status(self, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
        self.asked.append("status")
        return self.knows()

    def refund(self, call: CallContext, request: RefundPayment) -> Result[RefundSnapshot]:
        self.asked.append("refund")
        return self.refunds(call)

    def capture(self, call: CallContext, request: CapturePayment) -> Result[PaymentSnapshot]:
        return self.opens(call)

    def cancel(self, call: CallContext, request: CancelPayment) -> Result[PaymentSnapshot]:
        return self.opens(call)

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[PaymentEvent | SettlementEvent, ...]]:
        raise RuntimeError(message.body)


@dataclass
class Shop:
    database: Database
    merchant_id: UUID
    provider: FakeProvider
    host: PluginHost

    @property
    def calls(self) -> CardMoneyCalls:
        return CardMoneyCalls(self.host, Registry({"fake": self.provider}, {}))

    @property
    def caller(self) -> Caller:
        return Caller(
            merchant_id=self.merchant_id,
            channel=Channel.WEB,
            locale="en",
            settings=Keys(),
            patience=2.0,
        )

    def open(
        self, key: str, request: OpenPayment, caller: Caller | None = None
    ) -> Result[PaymentSnapshot]:
        return self.calls.open(caller or self.caller, plugin="fake", request=request, key=key)

    def recorded(self) -> list[tuple[str, int]]:
        with self.database.reading(Scope.merchant(self.merchant_id)) as connection:
            rows = connection.execute(text("SELECT state, attempt FROM provider_call ORDER BY id"))
            return [(row.state, row.attempt) for row in rows]


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    database = Database(database_url)
    yield Shop(database, create_merchant(database), FakeProvider(), PluginHost(database))
    database.close()


def a_payment(amount: int = 100) -> OpenPayment:
    return OpenPayment(
        reference=new_id(),
        amount=Money(amount, "CNY"),
        order_number="PR-1",
        description="Tea",
        return_url="http://shop.localhost/thanks",
        cancel_url="http://shop.localhost/cart",
        webhook_url="http://shop.localhost/hook",
        expires_at=datetime(2026, 11, 30, tzinfo=UTC),
    )


def a_snapshot(refunds: tuple[RefundSnapshot, ...] = ()) -> PaymentSnapshot:
    return PaymentSnapshot(
        handle="pay_1",
        reference=UUID(int=1),
        currency="CNY",
        stage=Stage.CAPTURED,
        authorised_minor=100,
        captured_minor=100,
        refunds=refunds,
    )


def test_a_result_is_given_again_without_asking_the_provider(shop: Shop) -> None:
    answer = ActionRequired("pay_1", Redirect("http://bank.localhost/pay"))
    shop.provider.opens = lambda _: answer
    request = a_payment()

    first, second = shop.open("k", request), shop.open("k", request)

    assert first == second == answer
    assert shop.provider.asked == ["open"]
    assert shop.recorded() == [("waiting", 1)]


def test_a_snapshot_survives_the_record(shop: Shop) -> None:
    refund = RefundSnapshot(
        handle="r", reference=new_id(), amount_minor=5, currency="CNY", stage=RefundStage.DONE
    )
    answer = Ok(a_snapshot(refunds=(refund,)))
    shop.provider.opens = lambda _: answer
    request = a_payment()

    assert shop.open("k", request) == shop.open("k", request) == answer
    assert shop.provider.asked == ["open"]


def test_the_intent_is_written_before_the_provider_is_asked_and_no_transaction_is_open(
    shop: Shop, database_url: str
) -> None:
    seen: list[object] = []

    def look(_call: CallContext) -> Result[PaymentSnapshot]:
        with psycopg.connect(driver_address(database_url)) as other:
            seen.append(other.execute("SELECT state FROM provider_call").fetchall())
            seen.append(
                other.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND state LIKE 'idle in transaction%'"
                ).fetchall()
            )
        return Refused("no", "No.")

    shop.provider.opens = look
    shop.open("k", a_payment())

    assert seen == [[("started",)], [(0,)]]
    assert shop.recorded() == [("refused", 1)]


def test_one_key_for_two_requests_is_a_conflict(shop: Shop) -> None:
    shop.provider.opens = lambda _: Refused("no", "No.")
    shop.open("k", a_payment())

    with pytest.raises(CallConflictError):
        shop.open("k", a_payment())
    assert shop.provider.asked == ["open"]


def test_merchants_do_not_share_keys(shop: Shop) -> None:
    shop.provider.opens = lambda _: Refused("no", "No.")
    other = create_merchant(shop.database, slug="harbour-imports")

    shop.open("k", a_payment())
    shop.open("k", a_payment(), replace(shop.caller, merchant_id=other))

    assert shop.provider.asked == ["open", "open"]


def test_a_retryable_call_is_made_again_under_its_key(shop: Shop) -> None:
    request = a_payment()
    assert shop.open("k", request) == Retryable("x")
    shop.provider.opens = lambda _: Ok(a_snapshot())

    assert shop.open("k", request) == Ok(a_snapshot())
    assert shop.provider.attempts == [1, 2]
    assert shop.recorded() == [("done", 2)]


def test_an_unknown_call_is_asked_for_and_not_sent_again(shop: Shop) -> None:
    request = a_payment()
    shop.provider.opens = lambda _: Unknown(reference_handle(request.reference))
    shop.open("k", request)
    shop.provider.knows = lambda: Ok(a_snapshot())

    assert shop.open("k", request) == Ok(a_snapshot())
    assert shop.provider.asked == ["open", "status"]
    assert shop.recorded() == [("done", 2)]


def test_an_unknown_call_that_never_arrived_is_sent_again(shop: Shop) -> None:
    request = a_payment()
    shop.provider.opens = lambda _: Unknown(reference_handle(request.reference))
    shop.open("k", request)
    shop.provider.opens = lambda _: Ok(a_snapshot())

    assert shop.open("k", request) == Ok(a_snapshot())
    assert shop.provider.asked == ["open", "status", "open"]


def test_what_cannot_be_asked_for_stays_unknown(shop: Shop) -> None:
    request = a_payment()
    handle = reference_handle(request.reference)
    shop.provider.opens = lambda _: Unknown(handle)
    shop.provider.knows = lambda: Retryable("unreachable")

    assert shop.open("k", request) == Unknown(handle)
    assert shop.open("k", request) == Unknown(handle)
    assert shop.provider.asked == ["open", "status"]
    assert shop.recorded() == [("unknown", 2)]


def test_a_refund_of_unknown_outcome_is_found_by_its_reference(shop: Shop) -> None:
    request = RefundPayment(
        handle="pay_1",
        payment_reference=new_id(),
        reference=new_id(),
        amount=Money(40, "CNY"),
        reason="returned",
    )
    made = RefundSnapshot(
        handle="r1",
        reference=request.reference,
        amount_minor=40,
        currency="CNY",
        stage=RefundStage.DONE,
    )
    another = replace(made, handle="r0", reference=new_id())
    shop.provider.refunds = lambda _: Unknown("pay_1")
    shop.calls.refund(shop.caller, plugin="fake", request=request, key="r")
    shop.provider.knows = lambda: Ok(a_snapshot(refunds=(another, made)))

    result = shop.calls.refund(shop.caller, plugin="fake", request=request, key="r")

    assert result == Ok(made)
    assert shop.provider.asked == ["refund", "status"]


def test_a_plugin_that_raises_leaves_the_outcome_unknown(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(_call: CallContext) -> Result[PaymentSnapshot]:
        raise ValueError("card 4242424242424242 of sk_do_not_show")

    shop.provider.opens = fall
    request = a_payment()

    result = shop.open("k", request)

    assert result == Unknown(reference_handle(request.reference), "plugin-fault")
    assert "ValueError at" in caplog.text
    assert "424242" not in caplog.text
    assert "sk_do_not_show" not in caplog.text


def test_a_plugin_that_says_nothing_was_sent_is_retryable(shop: Shop) -> None:
    def give_up(_call: CallContext) -> Result[PaymentSnapshot]:
        raise NothingSentError

    shop.provider.opens = give_up
    assert shop.open("k", a_payment()) == Retryable("nothing-sent")


def test_nonsense_is_unknown(shop: Shop) -> None:
    shop.provider.opens = lambda _: {"status": "paid"}  # type: ignore[assignment, return-value]

    result = shop.open("k", a_payment())

    assert isinstance(result, Unknown)
    assert result.code == "plugin-nonsense"


def test_a_plugin_that_hangs_does_not_hold_the_caller_beyond_the_deadline(shop: Shop) -> None:
    release = threading.Event()

    def hang(_call: CallContext) -> Result[PaymentSnapshot]:
        release.wait(5)
        return Ok(a_snapshot())

    shop.provider.opens = hang
    began = time.monotonic()

    result = shop.open("k", a_payment(), replace(shop.caller, patience=0.3))

    assert isinstance(result, Unknown)
    assert time.monotonic() - began < 1.5
    release.set()


def test_hanging_calls_fill_their_own_bulkhead_only(shop: Shop) -> None:
    release, hanging = threading.Event(), threading.Barrier(3)
    shop.host = PluginHost(shop.database, bulkhead=Bulkhead(places=2))

    def hang(_call: CallContext) -> Result[PaymentSnapshot]:
        hanging.wait(5)
        release.wait(5)
        return Ok(a_snapshot())

    shop.provider.opens = hang
    threads = [
        threading.Thread(target=shop.open, args=(key, a_payment())) for key in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    hanging.wait(5)

    assert shop.open("three", a_payment()) == Retryable("busy", timedelta(seconds=1))
    other = shop.host.ask(shop.caller, plugin="other", work=lambda _: Ok("fine"))
    assert other == Ok("fine")
    release.set()
    for thread in threads:
        thread.join()


def test_two_who_make_the_same_wish_at_once_ask_once(shop: Shop) -> None:
    together = threading.Barrier(2)
    answers: list[Result[PaymentSnapshot]] = []
    request = a_payment()

    def slowly(_call: CallContext) -> Result[PaymentSnapshot]:
        time.sleep(0.3)
        return Ok(a_snapshot())

    def ask() -> None:
        together.wait(5)
        answers.append(shop.open("k", request))

    shop.provider.opens = slowly
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shop.provider.asked == ["open"]
    assert answers == [Ok(a_snapshot())] * 2


def test_a_call_whose_process_died_is_asked_for(shop: Shop) -> None:
    request = a_payment()
    shop.provider.opens = lambda _: Retryable("x")
    shop.open("k", request)
    with shop.database.transaction(Scope.merchant(shop.merchant_id)) as session:
        session.execute(
            text(
                "UPDATE provider_call SET state = 'started', finished_at = NULL, result = NULL, "
                "started_at = now() - interval '1 minute'"
            )
        )
    shop.provider.knows = lambda: Ok(a_snapshot())

    assert shop.open("k", request) == Ok(a_snapshot())
    assert shop.provider.asked == ["open", "status"]


def test_an_answer_that_was_overtaken_is_not_written_over_the_later_one(shop: Shop) -> None:
    release, request = threading.Event(), a_payment()

    def hang(_call: CallContext) -> Result[PaymentSnapshot]:
        release.wait(5)
        return Refused("late", "Too late.")

    shop.provider.opens = hang
    impatient = replace(shop.caller, patience=0.1)
    assert isinstance(shop.open("k", request, impatient), Unknown)
    shop.provider.knows = lambda: Ok(a_snapshot())
    shop.open("k", request)
    release.set()

    assert shop.open("k", request) == Ok(a_snapshot())


def test_a_client_secret_is_never_written_down(shop: Shop, database_url: str) -> None:
    answer = ActionRequired("pi_1", ClientConfirmation("pk_test_1", "pi_1_secret_2"))
    shop.provider.opens = lambda _: answer
    request = a_payment()

    assert shop.open("k", request) == shop.open("k", request) == answer
    with psycopg.connect(driver_address(database_url)) as other:
        kept = other.execute("SELECT provider_call::text FROM provider_call").fetchall()
    assert "secret" not in str(kept)
    assert "sk_do_not_show" not in str(kept)


def test_the_circuit_of_one_merchant_opens_and_closes_by_itself(shop: Shop) -> None:
    now = [0.0]
    shop.host = PluginHost(
        shop.database, breaker=Breaker(threshold=2, rest=30, clock=lambda: now[0])
    )
    shop.provider.opens = lambda _: Retryable("unreachable")
    other = create_merchant(shop.database, slug="harbour-imports")
    shop.open("1", a_payment())
    shop.open("2", a_payment())

    assert shop.open("3", a_payment()) == Retryable("circuit-open", timedelta(seconds=30))
    elsewhere = shop.open("3", a_payment(), replace(shop.caller, merchant_id=other))
    assert elsewhere == Retryable("unreachable")
    now[0] = 31.0
    shop.provider.opens = lambda _: Ok(a_snapshot())
    assert shop.open("4", a_payment()) == Ok(a_snapshot())
    assert shop.open("5", a_payment()) == Ok(a_snapshot())


def test_a_refusal_does_not_open_the_circuit(shop: Shop) -> None:
    shop.host = PluginHost(shop.database, breaker=Breaker(threshold=1))
    shop.provider.opens = lambda _: Refused("declined", "No.")
    shop.open("1", a_payment())

    assert shop.open("2", a_payment()) == Refused("declined", "No.")


def test_asking_is_never_unknown(shop: Shop) -> None:
    def fall() -> Result[PaymentSnapshot]:
        raise ValueError

    shop.provider.knows = fall
    result = shop.calls.status(shop.caller, plugin="fake", handle="pay_1")

    assert result == Retryable("plugin-fault")
    assert shop.recorded() == []


def test_a_webhook_that_a_plugin_chokes_on_opens_no_circuit(shop: Shop) -> None:
    shop.host = PluginHost(shop.database, breaker=Breaker(threshold=1))
    shop.provider.knows = lambda: Ok(a_snapshot())

    result = shop.calls.read_webhook(
        shop.caller, plugin="fake", message=WebhookMessage(headers={}, body=b"\xff")
    )

    assert result == Retryable("plugin-fault")
    asked = shop.calls.status(shop.caller, plugin="fake", handle="pay_1")
    assert asked == Ok(a_snapshot())


def test_a_missing_plugin_is_named(shop: Shop) -> None:
    with pytest.raises(PluginMissingError, match="“nobody” is not installed"):
        shop.calls.status(shop.caller, plugin="nobody", handle="x")
