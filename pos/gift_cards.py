"""Gift cards by what a clerk typed or scanned."""

from commerce.payments.stored_value.codes import code_key, digest_of
from commerce.web.services import services
from pos.device import Till


def card_digest(till: Till, typed: str) -> bytes:
    """Return by which a typed gift card is found; one that is mistyped finds nothing."""
    return digest_of(services().vault, till.merchant.id, code_key(typed))
