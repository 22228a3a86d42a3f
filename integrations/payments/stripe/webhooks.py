"""Checks Stripe's webhooks with the library and says what they tell of payments."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import PaymentEvent, PaymentSnapshot, WebhookMessage
from commerce.plugins.results import Ok, Result
from commerce.plugins.settlement import SettlementEvent
from integrations.payments.stripe.reading import (
    ShapeError,
    read_charge,
    read_intent,
    read_refunded_payment,
    read_session,
)
from integrations.payments.stripe.settings import StripeSettings
from integrations.payments.stripe.wording import refused

_TOLERANCE_SECONDS = 300
_SIGNATURE = "stripe-signature"
_ABOUT_SETTLEMENT = ("charge.dispute.", "payout.")


def read_webhook(
    call: CallContext, message: WebhookMessage
) -> Result[tuple[PaymentEvent | SettlementEvent, ...]]:
    """Return the event of a genuine message, none if it is about something else."""
    settings = call.settings_of(StripeSettings)
    headers = {name.lower(): value for name, value in message.headers.items()}
    client = stripe.StripeClient(settings.secret_key.get_secret_value())
    try:
        event = client.construct_event(
            message.body,
            headers.get(_SIGNATURE),
            settings.webhook_secret.get_secret_value(),
            tolerance=_TOLERANCE_SECONDS,
        ).to_dict()
        if event["type"].startswith(_ABOUT_SETTLEMENT):
            return Ok((_settlement_event(event),))
        read = _readers(call.locale).get(event["type"])
        if read is None or not _ours(event["data"]["object"]):
            return Ok(())
        return Ok((_event(event, read(event["data"]["object"])),))
    except (stripe.SignatureVerificationError, ShapeError):
        return refused("webhook-refused", call.locale)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return refused("webhook-refused", call.locale)


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


def _event(event: dict[str, Any], payment: PaymentSnapshot) -> PaymentEvent:
    return PaymentEvent(
        event_id=str(event["id"]),
        kind=str(event["type"]),
        payment=payment,
        occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
    )
