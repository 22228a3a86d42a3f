"""What each fault of the library means: the six results."""

from datetime import timedelta
from http import HTTPStatus

import requests
import stripe

from commerce.plugins.results import Refused, Retryable, Unknown
from integrations.payments.stripe.wording import declined, refused

_CODES = {
    "resource_missing": "payment-not-found",
    "charge_already_refunded": "refund-exceeds-payment",
    "amount_too_large": "amount-refused",
    "amount_too_small": "amount-refused",
    "payment_intent_unexpected_state": "not-capturable",
}
_MOST_PATIENCE = 60


def meaning(
    fault: stripe.StripeError, *, handle: str, moves_money: bool, locale: str
) -> Refused | Retryable | Unknown:
    """Return what `fault` means for a call about `handle`.

    A call that moves no money is never `Unknown`: to ask again is harmless.
    """
    result = _meaning(fault, handle=handle, locale=locale)
    if isinstance(result, Unknown) and not moves_money:
        return Retryable(result.code)
    return result


def _meaning(
    fault: stripe.StripeError, *, handle: str, locale: str
) -> Refused | Retryable | Unknown:
    if isinstance(fault, stripe.CardError):
        return declined(_decline_code(fault), locale)
    if isinstance(fault, stripe.InvalidRequestError):
        code = _CODES.get(fault.code or "", "request-refused")
        return refused(code, locale, field=fault.param)
    code = _refusal(fault)
    return refused(code, locale) if code else _unsettled(fault, handle)


def _refusal(fault: stripe.StripeError) -> str:
    """Return the code of a refusal that asking again would not change, else nothing."""
    match fault:
        case stripe.IdempotencyError():
            return "idempotency-key-reused"
        case stripe.AuthenticationError() | stripe.PermissionError():
            return "credentials-refused"
        case stripe.APIError() if _replayed(fault):
            # The first run under this key ended with a fault; the same key answers so for ever.
            return "provider-fault"
        case _:
            return ""


def _unsettled(fault: stripe.StripeError, handle: str) -> Retryable | Unknown:
    match fault:
        case stripe.APIConnectionError():
            return Retryable("unreachable") if _never_sent(fault) else Unknown(handle)
        case stripe.RateLimitError():
            return Retryable("rate-limited", _patience(fault))
        case _ if fault.http_status == HTTPStatus.CONFLICT:
            return Retryable("in-flight")
        case _:
            return Unknown(handle, "unusable-answer")


def _never_sent(fault: stripe.APIConnectionError) -> bool:
    """Whether the connection was never made, so that nothing can have happened."""
    cause = fault.__cause__
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    if not isinstance(cause, requests.ConnectionError):
        return False
    reason = getattr(cause.args[0] if cause.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}


def _patience(fault: stripe.StripeError) -> timedelta:
    text = (fault.headers or {}).get("Retry-After", "")
    seconds = int(text) if text.isascii() and text.isdigit() else 2
    return timedelta(seconds=min(seconds, _MOST_PATIENCE))


def _decline_code(fault: stripe.CardError) -> str:
    return getattr(fault.error, "decline_code", None) or fault.code or "card_declined"


def _replayed(fault: stripe.StripeError) -> bool:
    return (fault.headers or {}).get("Idempotent-Replayed") == "true"
