"""What is Stripe's own: units, client confirmation, what other programs do in the account."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
import stripe
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.payments import (
    Confirmation,
    RefundPayment,
    Stage,
    WebhookMessage,
    reference_handle,
)
from commerce.plugins.results import (
    ActionRequired,
    ClientConfirmation,
    Ok,
    Refused,
    Retryable,
    Unknown,
)
from integrations.payments.stripe.amounts import UncountableError, from_stripe, to_stripe
from integrations.payments.stripe.answers import meaning
from integrations.payments.stripe.client import client_for, new_session
from integrations.payments.stripe.opening import session_expiry
from integrations.payments.stripe.plugin import StripePayments
from tests.integrations.conformance.bench import Bench, arrange, call, opened, paid, wish
from tests.integrations.conformance.benches import stripe_bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with stripe_bench() as made:
        yield made


def own_client(bench: Bench) -> stripe.StripeClient:
    key = bench.settings.secret_key.get_secret_value()
    return client_for(call(bench), new_session(), key=key, address=bench.address)


@pytest.mark.parametrize(
    ("money", "units"),
    [
        (Money(1_299, "EUR"), 1_299),
        (Money(1_299, "JPY"), 1_299),
        (Money(5_000, "KRW"), 5_000),
        (Money(1_299, "ISK"), 129_900),
        (Money(1_299, "UGX"), 129_900),
        (Money(12_990, "KWD"), 12_990),
        (Money(1_299, "HUF"), 1_299),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(money: Money, units: int) -> None:
    assert to_stripe(money) == units
    assert from_stripe(units, money.currency) == money.amount_minor


@given(
    st.integers(0, 10**9),
    st.sampled_from(["CNY", "EUR", "JPY", "ISK", "KWD", "XOF", "UGX", "CLP", "VND"]),
)
def test_amounts_come_back_whole(minor: int, currency: str) -> None:
    assert from_stripe(to_stripe(Money(minor, currency)), currency) == minor


def test_a_part_of_a_unit_is_never_rounded() -> None:
    with pytest.raises(UncountableError):
        from_stripe(129_950, "ISK")


@pytest.mark.parametrize("money", [Money(1_200, "JPY"), Money(3_500, "ISK"), Money(9_999, "KWD")])
def test_odd_currencies_are_charged_whole(bench: Bench, money: Money) -> None:
    payment = paid(bench, amount=money)

    result = bench.provider.status(call(bench), payment.handle)

    assert isinstance(result, Ok)
    assert (result.value.captured_minor, result.value.currency) == (
        money.amount_minor,
        money.currency,
    )


def test_fields_in_the_shop_confirm_a_payment_intent(bench: Bench) -> None:
    request = replace(wish(bench), confirmation=Confirmation.CLIENT)

    result = bench.provider.open(call(bench), request)

    assert isinstance(result, ActionRequired)
    assert isinstance(result.action, ClientConfirmation)
    assert result.action.publishable_key == "pk_test_local"
    assert result.action.client_secret not in repr(result)
    own_client(bench).v1.payment_intents.confirm(result.handle, {"payment_method": "pm_card_visa"})
    by_reference = bench.provider.status(call(bench), reference_handle(request.reference))
    assert isinstance(by_reference, Ok)
    assert (by_reference.value.handle, by_reference.value.stage) == (result.handle, Stage.CAPTURED)


def test_a_500_that_is_replayed_ends_the_attempt(bench: Bench) -> None:
    request, key = wish(bench), str(new_id())
    arrange(bench, "error")

    first = bench.provider.open(call(bench, key=key), request)
    second = bench.provider.open(call(bench, key=key), request)

    assert isinstance(first, Unknown)
    assert isinstance(second, Refused)
    assert second.code == "provider-fault"


def test_the_page_closes_at_the_same_moment_for_every_try(bench: Bench) -> None:
    request = wish(bench)

    assert session_expiry(request) == session_expiry(request) == request.expires_at
    soon = replace(request, expires_at=utc_now() + timedelta(minutes=5))
    assert session_expiry(soon) >= utc_now() + timedelta(minutes=39)
    assert isinstance(bench.provider.open(call(bench), soon), ActionRequired)


def test_the_payer_comes_to_a_page_in_her_language(bench: Bench) -> None:
    result = bench.provider.open(call(bench, locale="zh_Hans_CN"), wish(bench))

    assert isinstance(result, ActionRequired)
    assert "卡号" in requests.get(result.action.url, timeout=5).text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("settings", "code"), [({"secret_key": "sk_nobody_known"}, "credentials-refused")]
)
def test_wrong_keys_are_told(bench: Bench, settings: dict[str, str], code: str) -> None:
    bench.settings = bench.provider.manifest.read_settings(settings)

    result = bench.provider.open(call(bench), wish(bench))

    assert isinstance(result, Refused)
    assert result.code == code


@pytest.mark.parametrize(
    "odd", ["127.0.0.1:8421", "http://a.example/v2", "http://a.example?x=", "http://a@b.example"]
)
def test_an_installation_that_names_no_address_for_stripe_is_told_at_once(odd: str) -> None:
    with pytest.raises(ValueError, match="QUAYSIDE_STRIPE_ADDRESS"):
        StripePayments({"QUAYSIDE_STRIPE_ADDRESS": odd})


def test_what_other_programs_do_in_the_account_is_left_alone(bench: Bench) -> None:
    client = own_client(bench)
    client.v1.payment_intents.create(
        {"amount": 5, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    )

    for message in bench.mailbox.wait_for(3):
        assert bench.provider.read_webhook(call(bench), message) == Ok(())


@pytest.mark.parametrize("fault", ["foreign", "malformed", "cut", "error"])
def test_a_refund_whose_payment_could_not_be_looked_up_was_not_sent(
    bench: Bench, fault: str
) -> None:
    payment = paid(bench)
    request = RefundPayment(
        handle=payment.handle,
        payment_reference=payment.request.reference,
        reference=new_id(),
        amount=Money(1, "CNY"),
        reason="returned",
    )
    arrange(bench, fault)

    assert isinstance(bench.provider.refund(call(bench), request), Retryable)


def test_an_expired_session_is_a_cancelled_payment(bench: Bench) -> None:
    payment = opened(bench)
    own_client(bench).v1.checkout.sessions.expire(payment.handle)

    result = bench.provider.read_webhook(call(bench), bench.mailbox.wait_for(1)[-1])

    assert isinstance(result, Ok)
    assert result.value[0].payment.stage is Stage.CANCELLED


def test_without_a_webhook_secret_no_message_is_believed(bench: Bench) -> None:
    body = json.dumps({"id": "evt_1", "object": "event"}).encode()
    headers = bench.sign(body, moment=int(time.time()), secret=" ")
    bench.settings = bench.settings.model_copy(
        update={"webhook_secret": type(bench.settings.webhook_secret)("")}
    )

    result = bench.provider.read_webhook(call(bench), WebhookMessage(headers=headers, body=body))

    assert isinstance(result, Refused)


def test_nothing_of_a_request_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        paid(bench)

    said = caplog.text + "".join(capfd.readouterr())
    assert "post_data" not in said
    assert "Celadon" not in said
    assert bench.settings.secret_key.get_secret_value() not in said


@pytest.mark.parametrize(
    ("fault", "moving", "looking"),
    [
        (stripe.APIConnectionError("cut"), Unknown, Retryable),
        (stripe.RateLimitError("slow down", headers={"Retry-After": "7"}), Retryable, Retryable),
        (stripe.APIError("odd", http_status=500), Unknown, Retryable),
        (stripe.APIError("busy", http_status=409), Retryable, Retryable),
        (stripe.IdempotencyError("other", http_status=400), Refused, Refused),
        (stripe.AuthenticationError("who"), Refused, Refused),
        (stripe.PermissionError("no"), Refused, Refused),
        (stripe.InvalidRequestError("no", "amount", http_status=400), Refused, Refused),
        (stripe.CardError("no", None, "card_declined", http_status=402), Refused, Refused),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_fault_has_one_meaning(
    fault: stripe.StripeError, moving: type, looking: type
) -> None:
    assert type(meaning(fault, handle="pi_1", moves_money=True, locale="en")) is moving
    assert type(meaning(fault, handle="pi_1", moves_money=False, locale="en")) is looking


def test_codes_that_would_help_a_thief_are_told_as_a_plain_decline() -> None:
    body = {"error": {"type": "card_error", "code": "card_declined", "decline_code": "stolen_card"}}
    fault = stripe.CardError("Stolen", None, "card_declined", json_body=body, http_status=402)

    result = meaning(fault, handle="pi_1", moves_money=True, locale="en")

    assert isinstance(result, Refused)
    assert result.message == "The bank declined the card. Try another one or ask your bank."
