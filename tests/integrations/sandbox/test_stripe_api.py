"""The local Stripe endpoint, spoken to by the official library over real HTTP."""

import secrets
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import stripe

from integrations.payments.stripe.client import quieten
from integrations.sandbox.serving import Running
from integrations.sandbox.stripe_api.app import SIMULATOR
from integrations.sandbox.stripe_api.forms import decode


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    quieten()
    with SIMULATOR.running() as running:
        yield running


@pytest.fixture
def client(endpoint: Running) -> stripe.StripeClient:
    return new_client(endpoint)


def new_client(endpoint: Running) -> stripe.StripeClient:
    return stripe.StripeClient(
        f"sk_test_{secrets.token_hex(8)}",
        base_addresses={"api": endpoint.address},
        http_client=stripe.RequestsClient(timeout=5),
        max_network_retries=0,
    )


def an_intent(client: stripe.StripeClient, **facts: object) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {"amount": 2_000, "currency": "eur", "metadata": {"order": "PR-1"}, **facts}  # type: ignore[typeddict-item]
    )


def captured(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return an_intent(client, confirm=True, payment_method="pm_card_visa")


def with_key(key: str) -> stripe.RequestOptions:
    return {"idempotency_key": key}


def test_nested_parameters_become_dictionaries_and_lists() -> None:
    assert decode(
        [
            ("line_items[0][price_data][currency]", "eur"),
            ("line_items[1][quantity]", "2"),
            ("expand[]", "charge"),
            ("metadata[order]", "PR-1"),
            ("mode", "payment"),
        ]
    ) == {
        "line_items": [{"price_data": {"currency": "eur"}}, {"quantity": "2"}],
        "expand": ["charge"],
        "metadata": {"order": "PR-1"},
        "mode": "payment",
    }


def test_objects_are_named_as_stripe_names_them(client: stripe.StripeClient) -> None:
    intent = captured(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})

    assert intent.id.startswith("pi_")
    assert str(intent.latest_charge).startswith("ch_")
    assert refund.id.startswith("re_")
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert client.v1.events.list().data[0].id.startswith("evt_")


def test_an_intent_is_created_confirmed_and_shown(client: stripe.StripeClient) -> None:
    intent = an_intent(client)
    assert intent.status == "requires_payment_method"

    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    found = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (found.status, found.amount_received) == ("succeeded", 2_000)
    assert isinstance(found.latest_charge, stripe.Charge)
    assert found.latest_charge.metadata["order"] == "PR-1"


def test_manual_capture_takes_a_part_and_releases_the_rest(client: stripe.StripeClient) -> None:
    intent = an_intent(client, capture_method="manual", confirm=True, payment_method="pm_card_visa")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 2_000)

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2_001})
    taken = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1_500})

    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 1_500, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id)


def test_a_declined_card_is_a_card_error_with_its_reason(client: stripe.StripeClient) -> None:
    intent = an_intent(client)

    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"}
        )

    assert refusal.value.http_status == 402
    assert refusal.value.code == "card_declined"
    assert refusal.value.error is not None
    assert refusal.value.error.decline_code == "insufficient_funds"
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_a_challenge_waits_for_the_holder(client: stripe.StripeClient) -> None:
    intent = an_intent(
        client,
        confirm=True,
        payment_method="pm_card_authenticationRequired",
        return_url="http://shop.localhost/back",
    )
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    page = str(intent.next_action.redirect_to_url.url)

    answer = requests.post(page, data={"answer": "yes"}, allow_redirects=False, timeout=5)

    assert answer.headers["Location"] == "http://shop.localhost/back"
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_refunds_stop_at_what_was_captured(client: stripe.StripeClient) -> None:
    intent = captured(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1_200})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 801})
    client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id})

    assert refusal.value.code == "charge_already_refunded"
    given = client.v1.refunds.list({"payment_intent": intent.id})
    assert sum(refund.amount for refund in given.data) == 2_000


def test_the_same_key_replays_and_other_parameters_are_refused(
    client: stripe.StripeClient,
) -> None:
    first = client.v1.payment_intents.create({"amount": 10, "currency": "eur"}, with_key("k"))
    again = client.v1.payment_intents.create({"amount": 10, "currency": "eur"}, with_key("k"))

    assert first.id == again.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({"amount": 11, "currency": "eur"}, with_key("k"))


def test_card_errors_are_replayed_and_validation_errors_are_not(
    client: stripe.StripeClient,
) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(
                {
                    "amount": 10,
                    "currency": "eur",
                    "confirm": True,
                    "payment_method": "pm_card_visa_chargeDeclined",
                },
                with_key("declined"),
            )
    assert len(client.v1.payment_intents.list().data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 0, "currency": "eur"}, with_key("invalid"))
    client.v1.payment_intents.create({"amount": 5, "currency": "eur"}, with_key("invalid"))


def test_a_500_is_remembered_under_its_key(client: stripe.StripeClient, endpoint: Running) -> None:
    requests.post(f"{endpoint.address}/_sandbox/faults", json={"fault": "error"}, timeout=5)

    for _ in range(2):
        with pytest.raises(stripe.APIError) as trouble:
            client.v1.payment_intents.create({"amount": 9, "currency": "eur"}, with_key("e"))
    assert trouble.value.http_status == 500
    assert client.v1.payment_intents.list().data == []


def test_a_key_whose_request_still_runs_is_in_conflict(
    client: stripe.StripeClient, endpoint: Running
) -> None:
    outcomes: list[object] = []
    together = threading.Barrier(8)

    def create() -> None:
        together.wait(5)
        try:
            made = client.v1.payment_intents.create({"amount": 7, "currency": "eur"}, with_key("c"))
            outcomes.append(made.id)
        except stripe.APIError as fault:
            outcomes.append(fault.http_status)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({outcome for outcome in outcomes if outcome != 409}) == 1
    assert len(client.v1.payment_intents.list().data) == 1


def test_lists_are_paged_newest_first(client: stripe.StripeClient) -> None:
    made = [an_intent(client).id for _ in range(5)]

    page = client.v1.payment_intents.list({"limit": 2})

    assert page.has_more
    assert [intent.id for intent in page.auto_paging_iter()] == made[::-1]


def test_accounts_do_not_see_one_another(client: stripe.StripeClient, endpoint: Running) -> None:
    intent = an_intent(client)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        new_client(endpoint).v1.payment_intents.retrieve(intent.id)
    assert refusal.value.http_status == 404


def test_a_wrong_key_is_refused(endpoint: Running) -> None:
    stranger = stripe.StripeClient("nonsense", base_addresses={"api": endpoint.address})

    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.payment_intents.list()


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lives_from_half_an_hour_to_a_day(
    client: stripe.StripeClient, minutes: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="at least 30 minutes"):
        client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "success_url": "http://shop.localhost/thanks",
                "expires_at": int(time.time()) + minutes * 60,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": 5,
                            "product_data": {"name": "Tea"},
                        },
                    }
                ],
            }
        )
