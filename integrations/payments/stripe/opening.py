"""Begins payments: a hosted Checkout page by default, a payment intent for fields in the shop."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import CaptureMode, OpenPayment, PaymentSnapshot
from commerce.plugins.results import ActionRequired, ClientConfirmation, Redirect, Result, Unknown
from integrations.payments.stripe.amounts import to_stripe
from integrations.payments.stripe.reading import PAYMENT_REFERENCE
from integrations.payments.stripe.settings import StripeChoices
from integrations.payments.stripe.ways import left_out

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams
    from stripe.params.checkout import SessionCreateParams

# Stripe keeps a session open for 30 minutes at least and 24 hours at most, counted by its clock
# from when the request arrives; the margins let the same request be sent again for a while.
_LEAST = timedelta(minutes=40)
_MOST = timedelta(hours=23)
_STATEMENT_LETTERS = 22


def open_session(
    client: stripe.StripeClient, call: CallContext, request: OpenPayment, *, handle: str
) -> Result[PaymentSnapshot]:
    """Create a Checkout session and send the payer there."""
    session = client.v1.checkout.sessions.create(
        _session_params(call, request), {"idempotency_key": f"open:{call.idempotency_key}"}
    )
    name, url = getattr(session, "id", None), getattr(session, "url", None)
    if not isinstance(name, str) or not isinstance(url, str):
        return Unknown(handle, "unusable-answer")
    return ActionRequired(name, Redirect(url), session_expiry(request))


def open_intent(
    client: stripe.StripeClient,
    call: CallContext,
    request: OpenPayment,
    *,
    handle: str,
    publishable_key: str,
) -> Result[PaymentSnapshot]:
    """Create a payment intent that Stripe's script in the page will confirm."""
    intent = client.v1.payment_intents.create(
        _intent_params(call, request), {"idempotency_key": f"open:{call.idempotency_key}"}
    )
    name, secret = getattr(intent, "id", None), getattr(intent, "client_secret", None)
    if not isinstance(name, str) or not isinstance(secret, str):
        return Unknown(handle, "unusable-answer")
    return ActionRequired(name, ClientConfirmation(publishable_key, secret))


def begun(reference: UUID) -> datetime:
    """Return when `reference`, a UUIDv7, was made (RFC 9562, section 5.7)."""
    return datetime.fromtimestamp((reference.int >> 80) / 1000, UTC)


def session_expiry(request: OpenPayment) -> datetime:
    """Return when the page closes; the same for every try of one request."""
    start = begun(request.reference)
    return min(max(request.expires_at, start + _LEAST), start + _MOST)


def _session_params(call: CallContext, request: OpenPayment) -> "SessionCreateParams":
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.amount.currency.lower(),
                    "unit_amount": to_stripe(request.amount),
                    "product_data": {"name": request.description or request.order_number},
                },
            }
        ],
        "success_url": request.return_url,
        "cancel_url": request.cancel_url,
        "client_reference_id": str(request.reference),
        "expires_at": int(session_expiry(request).timestamp()),
        "locale": "zh" if call.locale.lower().startswith("zh") else "en",
        "payment_intent_data": {
            "metadata": _metadata(request),
            "description": request.order_number,
            "capture_method": _capture_method(request),
        },
    }
    if request.email:
        params["customer_email"] = request.email
    if suffix := _suffix(call):
        params["payment_intent_data"]["statement_descriptor_suffix"] = suffix
    choices = call.settings_of(StripeChoices)
    if missing := left_out(choices, request.amount.currency):
        params["excluded_payment_method_types"] = list(missing)
    if not choices.link:
        params["wallet_options"] = {"link": {"display": "never"}}
    return params


def _intent_params(call: CallContext, request: OpenPayment) -> "PaymentIntentCreateParams":
    params: PaymentIntentCreateParams = {
        "amount": to_stripe(request.amount),
        "currency": request.amount.currency.lower(),
        "capture_method": _capture_method(request),
        "automatic_payment_methods": {"enabled": True},
        "description": request.order_number,
        "metadata": _metadata(request),
    }
    if request.email:
        params["receipt_email"] = request.email
    if suffix := _suffix(call):
        params["statement_descriptor_suffix"] = suffix
    if missing := left_out(call.settings_of(StripeChoices), request.amount.currency):
        params["excluded_payment_method_types"] = list(missing)
    return params


def _metadata(request: OpenPayment) -> dict[str, str]:
    return {PAYMENT_REFERENCE: str(request.reference), "order": request.order_number}


def _capture_method(request: OpenPayment) -> str:
    return "manual" if request.capture is CaptureMode.MANUAL else "automatic"


def _suffix(call: CallContext) -> str:
    return call.settings_of(StripeChoices).statement_suffix[:_STATEMENT_LETTERS]
