"""The conformance kit: what every payment plugin must do, over real HTTP."""

import functools
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests

from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.payments import (
    CancelPayment,
    CaptureMode,
    CapturePayment,
    PaymentEvent,
    PaymentSnapshot,
    RefundPayment,
    Stage,
    WebhookMessage,
    reference_handle,
)
from commerce.plugins.results import ActionRequired, Ok, Refused, Retryable, Unknown
from tests.integrations.conformance.bench import (
    Bench,
    Opened,
    answer_challenge,
    arrange,
    arrange_post,
    call,
    hostile,
    opened,
    paid,
    pay,
    wish,
)
from tests.integrations.conformance.benches import BENCHES


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with BENCHES[request.param]() as made:
        yield made


def snapshot(bench: Bench, handle: str) -> PaymentSnapshot:
    result = bench.provider.status(call(bench), handle)
    assert isinstance(result, Ok), result
    return result.value


def refund_of(payment: Opened, minor: int) -> RefundPayment:
    return RefundPayment(
        handle=payment.handle,
        payment_reference=payment.request.reference,
        reference=new_id(),
        amount=Money(minor, payment.request.amount.currency),
        reason="returned",
    )


def events_of(bench: Bench, messages: list[WebhookMessage]) -> list[PaymentEvent]:
    found: list[PaymentEvent] = []
    for message in messages:
        result = bench.provider.read_webhook(call(bench), message)
        assert isinstance(result, Ok), result
        found.extend(result.value)
    return found


def told_again(bench: Bench) -> list[PaymentEvent]:
    """Wait until an event has come a second time; some providers write several about one payment."""
    told: list[PaymentEvent] = []
    for count in range(2, 13):
        told = events_of(bench, bench.mailbox.wait_for(count)[:count])
        if len({event.event_id for event in told}) < len(told):
            break
    return told


def test_a_paid_page_is_a_captured_payment(bench: Bench) -> None:
    payment = opened(bench)
    assert snapshot(bench, payment.handle).stage is Stage.ACTION_REQUIRED

    answer = pay(payment.url, bench.paying_card)

    assert answer.headers["Location"].startswith("http://shop.localhost/thanks")
    now = snapshot(bench, payment.handle)
    assert (now.stage, now.captured_minor, now.currency) == (Stage.CAPTURED, 12_800, "CNY")
    assert now.reference == payment.request.reference
    assert now.card is not None
    assert now.card.last_four == "4242"


def test_a_declined_card_can_be_replaced_on_the_same_page(bench: Bench) -> None:
    payment = opened(bench)

    declined = pay(payment.url, bench.declined_card)

    assert declined.status_code == 402
    assert 'role="alert"' in declined.text
    before = snapshot(bench, payment.handle)
    assert (before.stage, before.captured_minor) == (Stage.ACTION_REQUIRED, 0)
    assert "not enough money" in before.detail
    # The code is kept, and whoever reads it later is told in their own language.
    told = bench.provider.manifest.refusals[before.refusal]
    assert (told.spoken("en"), told.zh) == (before.detail, "卡内余额不足，请换一张卡。")
    pay(payment.url, bench.paying_card)
    assert snapshot(bench, payment.handle).stage is Stage.CAPTURED


def test_a_holder_who_confirms_pays_and_one_who_does_not_may_try_again(bench: Bench) -> None:
    payment = opened(bench)

    refused = answer_challenge(pay(payment.url, bench.challenge_card), bench, "no")
    assert "thanks" not in refused.headers.get("Location", "")
    assert snapshot(bench, payment.handle).captured_minor == 0

    confirmed = answer_challenge(pay(payment.url, bench.challenge_card), bench, "yes")
    assert confirmed.headers["Location"].startswith("http://shop.localhost/thanks")
    assert snapshot(bench, payment.handle).stage is Stage.CAPTURED


def test_an_unheard_of_card_is_never_taken(bench: Bench) -> None:
    payment = opened(bench)

    assert pay(payment.url, "5555555555554444").status_code == 422
    assert snapshot(bench, payment.handle).captured_minor == 0


@pytest.mark.parametrize("fault", ["cut", "slow", "malformed", "foreign"])
def test_a_silent_opening_is_unknown_and_found_by_our_reference(bench: Bench, fault: str) -> None:
    request, key = wish(bench), str(new_id())
    arrange(bench, fault)

    result = bench.provider.open(call(bench, key=key, seconds=0.6), request)

    assert isinstance(result, Unknown)
    assert result.handle == reference_handle(request.reference)
    found = snapshot(bench, result.handle)
    assert found.reference == request.reference
    again = bench.provider.open(call(bench, key=key), request)
    assert isinstance(again, ActionRequired)
    assert again.handle == found.handle
    assert bench.payments_made(request.reference) == 1


def test_an_opening_that_got_lost_is_unknown_and_not_found(bench: Bench) -> None:
    request = wish(bench)
    arrange(bench, "lost")

    result = bench.provider.open(call(bench), request)

    assert isinstance(result, Unknown)
    asked = bench.provider.status(call(bench), result.handle)
    assert isinstance(asked, Refused)
    assert asked.code == "payment-not-found"


def test_the_same_key_opens_one_payment(bench: Bench) -> None:
    request, key = wish(bench), str(new_id())

    first = bench.provider.open(call(bench, key=key), request)
    second = bench.provider.open(call(bench, key=key), request)

    assert isinstance(first, ActionRequired)
    assert first == second
    assert bench.payments_made(request.reference) == 1


def test_the_same_key_for_another_amount_is_refused(bench: Bench) -> None:
    request, key = wish(bench), str(new_id())
    bench.provider.open(call(bench, key=key), request)

    other = bench.provider.open(call(bench, key=key), wish(bench, amount=Money(99, "CNY")))

    assert isinstance(other, Refused)
    assert other.code == "idempotency-key-reused"


@pytest.mark.parametrize("fault", ["cut", "slow", "malformed", "foreign"])
def test_a_silent_refund_is_unknown_and_gives_back_once(bench: Bench, fault: str) -> None:
    payment, key = paid(bench), str(new_id())
    request = refund_of(payment, 5_000)
    snapshot(bench, payment.handle)
    _arrange_for_refund(bench, fault)

    result = bench.provider.refund(call(bench, key=key, seconds=0.6), request)

    assert isinstance(result, Unknown)
    known = snapshot(bench, payment.handle)
    assert known.refunded_minor == 5_000
    assert [refund.reference for refund in known.refunds] == [request.reference]
    again = bench.provider.refund(call(bench, key=key), request)
    assert isinstance(again, Ok)
    assert snapshot(bench, payment.handle).refunded_minor == 5_000


def _arrange_for_refund(bench: Bench, fault: str) -> None:
    """Let the fault meet the refund itself: Stripe's plugin looks the intent up before it."""
    if bench.provider.manifest.id == "stripe":
        requests.post(
            f"{bench.address}/_sandbox/faults", json={"fault": "none"}, timeout=5
        ).raise_for_status()
    arrange(bench, fault)


def test_refunds_never_exceed_what_was_captured(bench: Bench) -> None:
    payment = paid(bench)

    first = bench.provider.refund(call(bench), refund_of(payment, 12_000))
    too_much = bench.provider.refund(call(bench), refund_of(payment, 801))
    rest = bench.provider.refund(call(bench), refund_of(payment, 800))
    none_left = bench.provider.refund(call(bench), refund_of(payment, 1))

    assert isinstance(first, Ok)
    assert isinstance(too_much, Refused)
    assert too_much.code == "refund-exceeds-payment"
    assert isinstance(rest, Ok)
    assert isinstance(none_left, Refused)
    assert none_left.code == "refund-exceeds-payment"
    now = snapshot(bench, payment.handle)
    assert now.refunded_minor == now.captured_minor == 12_800
    assert len(now.refunds) == 2


def test_an_unpaid_payment_has_nothing_to_refund(bench: Bench) -> None:
    result = bench.provider.refund(call(bench), refund_of(opened(bench), 1))

    assert isinstance(result, Refused)


def test_manual_capture_takes_no_more_than_was_authorised(bench: Bench) -> None:
    payment = paid(bench, capture=CaptureMode.MANUAL)
    before = snapshot(bench, payment.handle)
    assert (before.stage, before.authorised_minor, before.captured_minor) == (
        Stage.AUTHORISED,
        12_800,
        0,
    )

    too_much = bench.provider.capture(
        call(bench), CapturePayment(handle=payment.handle, amount=Money(12_801, "CNY"))
    )
    taken = bench.provider.capture(
        call(bench), CapturePayment(handle=payment.handle, amount=Money(10_000, "CNY"))
    )

    assert isinstance(too_much, Refused)
    assert too_much.code == "amount-exceeds-authorisation"
    assert isinstance(taken, Ok)
    assert (taken.value.stage, taken.value.captured_minor) == (Stage.CAPTURED, 10_000)
    assert snapshot(bench, payment.handle).captured_minor == 10_000


def test_an_authorised_payment_can_be_let_go_and_a_captured_one_cannot(bench: Bench) -> None:
    authorised, captured = paid(bench, capture=CaptureMode.MANUAL), paid(bench)

    gone = bench.provider.cancel(call(bench), CancelPayment(handle=authorised.handle))
    kept = bench.provider.cancel(call(bench), CancelPayment(handle=captured.handle))

    assert isinstance(gone, Ok)
    assert gone.value.stage is Stage.CANCELLED
    assert isinstance(kept, Refused)
    assert kept.code == "already-captured"
    assert snapshot(bench, captured.handle).captured_minor == 12_800


def test_nobody_pays_on_the_page_of_a_cancelled_payment(bench: Bench) -> None:
    payment = opened(bench)

    first = bench.provider.cancel(call(bench), CancelPayment(handle=payment.handle))
    second = bench.provider.cancel(call(bench), CancelPayment(handle=payment.handle))
    pay(payment.url, bench.paying_card)

    assert isinstance(first, Ok)
    assert isinstance(second, Ok)
    now = snapshot(bench, payment.handle)
    assert (now.stage, now.captured_minor) == (Stage.CANCELLED, 0)


def test_trouble_before_the_work_is_done_is_told_apart(bench: Bench) -> None:
    request = wish(bench)
    arrange(bench, "rate-limit")
    assert isinstance(bench.provider.open(call(bench), request), Retryable)
    arrange(bench, "error")
    assert isinstance(bench.provider.open(call(bench), request), Unknown)
    assert bench.payments_made(request.reference) == 0


@pytest.mark.parametrize("fault", ["cut", "malformed", "foreign", "error", "rate-limit", "lost"])
def test_asking_is_retryable_whatever_goes_wrong(bench: Bench, fault: str) -> None:
    payment = paid(bench)
    arrange(bench, fault)

    assert isinstance(bench.provider.status(call(bench), payment.handle), Retryable)
    assert snapshot(bench, payment.handle).stage is Stage.CAPTURED


def test_a_provider_that_is_down_is_retryable(bench: Bench) -> None:
    result = bench.at("http://127.0.0.1:9").open(call(bench), wish(bench))

    assert result == Retryable("unreachable")


@pytest.mark.parametrize("odd", ["nobody", "../../v1/payments", "cs_test_nobody", "pi_nobody"])
def test_an_unknown_handle_is_not_found(bench: Bench, odd: str) -> None:
    result = bench.provider.status(call(bench), odd)

    assert isinstance(result, Refused)


def test_refusals_are_told_in_the_language_of_the_call(bench: Bench) -> None:
    payment = paid(bench)
    request = refund_of(payment, 99_999)

    english = bench.provider.refund(call(bench), request)
    chinese = bench.provider.refund(call(bench, locale="zh"), request)

    assert isinstance(english, Refused)
    assert isinstance(chinese, Refused)
    assert english.message.isascii()
    assert "退款" in chinese.message


def test_webhooks_in_any_order_and_number_tell_the_same(bench: Bench) -> None:
    payment = opened(bench, capture=CaptureMode.MANUAL)
    pay(payment.url, bench.declined_card)
    pay(payment.url, bench.paying_card)
    bench.provider.capture(
        call(bench), CapturePayment(handle=payment.handle, amount=Money(12_800, "CNY"))
    )
    bench.provider.refund(call(bench), refund_of(payment, 800))
    expected = 4 if bench.provider.manifest.id == "sandbox-card" else 9
    told = events_of(bench, bench.mailbox.wait_for(expected))
    telling = told[-4:]
    assert len({event.event_id for event in telling}) == 4

    ends = {
        repr(functools.reduce(PaymentSnapshot.merged, [event.payment for event in order]))
        for shuffled in itertools.permutations(telling)
        for order in (shuffled, (*shuffled, *telling), (shuffled[-1], *shuffled))
    }

    assert len(ends) == 1
    whole = functools.reduce(PaymentSnapshot.merged, [event.payment for event in told])
    assert (whole.stage, whole.captured_minor, whole.refunded_minor) == (
        Stage.CAPTURED,
        12_800,
        800,
    )
    assert whole.reference == payment.request.reference


def test_every_event_names_our_reference(bench: Bench) -> None:
    payment = paid(bench)
    bench.provider.refund(call(bench), refund_of(payment, 800))
    told = events_of(bench, bench.mailbox.wait_for(3))

    assert told
    assert {event.payment.reference for event in told} == {payment.request.reference}


def test_copies_of_a_webhook_have_one_name(bench: Bench) -> None:
    arrange_post(bench, copies=3, reordered=True)
    paid(bench)
    told = told_again(bench)

    by_name = {event.event_id: event for event in told}
    assert len(by_name) < len(told)
    assert all(by_name[event.event_id] == event for event in told)


def test_a_webhook_comes_again_until_it_is_taken(bench: Bench) -> None:
    bench.mailbox.refusals = 1
    paid(bench)

    told = events_of(bench, bench.mailbox.wait_for(2))

    assert Stage.CAPTURED in {event.payment.stage for event in told}


def test_forged_stale_and_foreign_webhooks_are_refused(bench: Bench) -> None:
    paid(bench)
    message = bench.mailbox.wait_for(1)[0]

    for why, forged in hostile(bench, message).items():
        result = bench.provider.read_webhook(call(bench), forged)
        assert isinstance(result, Refused), why
        assert result.code == "webhook-refused", why
    late = bench.sign(message.body, moment=int(time.time()) - 299)
    fresh = WebhookMessage(headers=late, body=message.body)
    assert isinstance(bench.provider.read_webhook(call(bench), fresh), Ok)


def test_secrets_never_show(bench: Bench) -> None:
    secrets_of = [
        getattr(bench.settings, name).get_secret_value() for name in bench.provider.manifest.secrets
    ]
    made = call(bench)

    assert secrets_of
    for secret in secrets_of:
        assert secret not in repr(made)
        assert secret not in repr(bench.settings)
        assert secret not in json.dumps(bench.provider.manifest.settings_schema)


def test_a_page_left_while_it_worked_still_reports(bench: Bench) -> None:
    payment = opened(bench)
    with suppress(requests.RequestException):
        requests.post(
            payment.url, data={"number": bench.paying_card}, timeout=0.001, allow_redirects=False
        )
        pay(payment.url, bench.paying_card)
    pay(payment.url, bench.paying_card)

    expected = 2 if bench.provider.manifest.id == "sandbox-card" else 4
    told = events_of(bench, bench.mailbox.wait_for(expected))
    assert max(event.payment.captured_minor for event in told) == 12_800
    assert snapshot(bench, payment.handle).captured_minor == 12_800
