"""The scheme of the webhook signatures of our simulators: HMAC-SHA256 over the moment and the body.

`Sandbox-Signature: t=<unix seconds>,v1=<hex>`, computed over `<t>.<body>`.
"""

import hashlib
import hmac
import time

HEADER = "Sandbox-Signature"


def signing_secret(api_key: str) -> str:
    """Return the secret that signs the webhooks of the account that `api_key` opens."""
    return hmac.new(api_key.encode(), b"sandbox webhooks", hashlib.sha256).hexdigest()


def signature(secret: str, body: bytes, *, moment: int | None = None) -> str:
    """Return the header's value for `body`, sent at `moment` (by default now)."""
    stamp = int(time.time()) if moment is None else moment
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"
