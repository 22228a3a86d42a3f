"""Whether a webhook comes from the simulator that holds the merchant's account, and lately."""

import hashlib
import hmac

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import WebhookMessage
from integrations.simulated.account import AccountSettings

WEBHOOK_SECONDS = 300
_SIGNATURE = "sandbox-signature"
_MOST_DIGITS = 12


def is_genuine(call: CallContext, message: WebhookMessage) -> bool:
    """Return whether the signature (HMAC-SHA256) is right and at most 300 s old."""
    key = call.settings_of(AccountSettings).api_key.get_secret_value()
    headers = {name.lower(): value for name, value in message.headers.items()}
    parts = dict(part.partition("=")[::2] for part in headers.get(_SIGNATURE, "").split(","))
    stamp = parts.get("t", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _MOST_DIGITS:
        return False
    secret = hmac.new(key.encode(), b"sandbox webhooks", hashlib.sha256).hexdigest()
    signed = f"{stamp}.".encode() + message.body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    fresh = abs(call.now.timestamp() - int(stamp)) <= WEBHOOK_SECONDS
    return hmac.compare_digest(expected.encode(), parts.get("v1", "").encode()) and fresh
