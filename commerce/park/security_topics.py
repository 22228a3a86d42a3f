"""What the security log tells of, sorted by what people look for in it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """One kind of events that a reader may narrow the log to."""

    SIGN_INS = "sign-ins"
    FAILURES = "failures"
    PROOFS = "proofs"
    """Passwords, authenticator apps, passkeys and PINs: what people prove themselves with."""
    ROLES = "roles"
    ACCOUNTS = "accounts"
    KEYS = "keys"
    REST = "rest"
    """Everything else; nothing of the log is out of reach."""


TOPICS: Mapping[Topic, frozenset[str]] = MappingProxyType(
    {
        Topic.SIGN_INS: frozenset({"signed-in", "signed-in-by-passkey", "password-proved"}),
        Topic.FAILURES: frozenset(
            {
                "sign-in-refused",
                "sign-in-slowed",
                "second-step-refused",
                "access-denied",
                "pin-missed",
                "pin-pad-locked",
            }
        ),
        Topic.PROOFS: frozenset(
            {
                "reset-asked",
                "password-changed",
                "totp-added",
                "totp-removed",
                "recovery-codes-made",
                "recovery-code-used",
                "passkey-added",
                "passkey-removed",
                "pin-set",
                "pin-removed",
                "pin-pad-unlocked",
            }
        ),
        Topic.ROLES: frozenset(
            {
                "staff-invited",
                "staff-joined",
                "role-given",
                "role-withdrawn",
                "park-staff-invited",
                "park-staff-joined",
                "park-role-given",
                "park-role-withdrawn",
            }
        ),
        Topic.ACCOUNTS: frozenset({"account-disabled", "account-enabled"}),
        Topic.KEYS: frozenset({"api-key-made", "api-key-revoked"}),
        Topic.REST: frozenset(
            {
                "customer-erased",
                "customer-disclosed",
                "customer-left",
                "customer-took-file",
                "customer-readdressed",
                "till-enrolled",
                "till-rules-set",
                "return-terms-set",
                "merchant-admitted",
                "merchant-paused",
                "merchant-reopened",
                "tax-rate-added",
                "tax-rate-confirmed",
                "tax-rate-ended",
                "tax-rate-switched-off",
            }
        ),
    }
)

KNOWN = frozenset().union(*TOPICS.values())

PERSONAL = (
    TOPICS[Topic.SIGN_INS] | TOPICS[Topic.FAILURES] | TOPICS[Topic.PROOFS] | TOPICS[Topic.ACCOUNTS]
) - {"access-denied"}
"""What the park's chain tells of a person's own account: who employs them may read it."""


def topic_of(action: str) -> Topic:
    """Return what an event is about."""
    return next((topic for topic, actions in TOPICS.items() if action in actions), Topic.REST)
