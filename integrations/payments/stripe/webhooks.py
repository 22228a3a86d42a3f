"""Checks Stripe's webhooks with the library and says what they tell of payments."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import (
    AccountEvent,
    PaymentEvent,
    PaymentSnapshot,
    ProviderEvent,
    WebhookMessage,
)
from commerce.plugins.results import Ok, Result
from commerce.plugins.settlement import SettlementEvent
from integrations.payments.stripe.reading import (
    ShapeError,
    read_charge,
    read_intent,
    read_refunded_payment,
    read_session,
)
from integrations.payments.stripe.wording import refused

_TOLERANCE_SECONDS = 300
_SIGNATURE = "stripe-signature"
_ABOUT_SETTLEMENT = ("charge.dispute.", "payout.")
_ABOUT_ACCOUNTS = frozenset({"account.updated", "account.application.deauthorized"})


def read_webhook(
    call: CallContext, message: WebhookMessage, *, secret: str
) -> Result[tuple[ProviderEvent, ...]]:
    """Return the event of a genuine message, none if it is about something else.

    An event of another account than the merchant's is none of the merchant's, whoever signed it.
    """
    try:
        event = genuine_event(message, secret)
        if (event.get("account") or "") != call.account:
            return Ok(())
        return Ok(tuple(_told(event, call.locale)))
    except (stripe.SignatureVerificationError, ShapeError):
        return refused("webhook-refused", call.locale)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return refused("webhook-refused", call.locale)


def _told(event: dict[str, Any], locale: str) -> Iterator[ProviderEvent]:
    kind, thing = event["type"], event["data"]["object"]
    if kind in _ABOUT_ACCOUNTS:
        yield _account_event(event)
    elif kind.startswith(_ABOUT_SETTLEMENT):
        yield _settlement_event(event)
    elif (read := _readers(locale).get(kind)) is not None and _ours(thing):
        yield _event(event, read(thing))


def genuine_event(message: WebhookMessage, secret: str) -> dict[str, Any]:
    """Return the event of a message that `secret` signed a moment ago.

    Raises:
        stripe.SignatureVerificationError: it proves nothing.
        ValueError: it is no event, or there is no secret.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    signature = headers.get(_SIGNATURE, "")
    if not secret:
        raise ValueError("there is no secret")
    # The library wants a key beside the secret; reading a message needs none.
    event = stripe.StripeClient("sk_of_nobody").construct_event(
        message.body, signature, secret, tolerance=_TOLERANCE_SECONDS
    )
    return event.to_dict()


def _readers(locale: str) -> dict[str, Callable[[dict[str, Any]], PaymentSnapshot]]:
    def session(thing: dict[str, Any]) -> PaymentSnapshot:
        return read_session(thing, refunds=(), locale=locale)

    def intent(thing: dict[str, Any]) -> PaymentSnapshot:
        return read_intent(thing, refunds=(), locale=locale)

    return {
        "checkout.session.completed": session,
        "checkout.session.async_payment_succeeded": session,
        "checkout.session.expired": session,
        "payment_intent.requires_action": intent,
        "payment_intent.processing": intent,
        "payment_intent.amount_capturable_updated": intent,
        "payment_intent.succeeded": intent,
        "payment_intent.payment_failed": intent,
        "payment_intent.canceled": intent,
        "charge.succeeded": read_charge,
        "charge.captured": read_charge,
        "charge.refunded": read_charge,
        "refund.created": read_refunded_payment,
        "refund.updated": read_refunded_payment,
        "refund.failed": read_refunded_payment,
    }


def _ours(thing: dict[str, Any]) -> bool:
    """Whether this project made the payment; an account may serve other programs too."""
    metadata = thing.get("metadata") or {}
    return any(name.startswith("quayside_") for name in metadata) or (
        thing.get("object") == "checkout.session" and bool(thing.get("client_reference_id"))
    )


def _settlement_event(event: dict[str, Any]) -> SettlementEvent:
    return SettlementEvent(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        handle=str(event["data"]["object"]["id"]),
        occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
    )


def _account_event(event: dict[str, Any]) -> AccountEvent:
    return AccountEvent(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        handle=str(event["account"]),
        occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
    )


def _event(event: dict[str, Any], payment: PaymentSnapshot) -> PaymentEvent:
    return PaymentEvent(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        payment=payment,
        occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
    )
