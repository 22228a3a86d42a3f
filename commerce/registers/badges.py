"""What a till's clerk shows with every command: a signed badge, made when the PIN was typed.

A badge is good at one register and for as long as its device stays enrolled. It says who, never what
they may do: permissions are read anew with each command, so a role that was taken away is gone. A
manager's approval is a badge with a purpose of its own and a few minutes of life.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commerce.kernel.errors import CommerceError
from commerce.kernel.vault import Vault

CLERK = "clerk"
APPROVAL = "approval"

_LIVES = {CLERK: timedelta(hours=72), APPROVAL: timedelta(minutes=10)}
_PURPOSE = "till badges"


class UnknownBadgeError(CommerceError):
    """A badge of another register or device, one that has run out, or none of ours."""

    code = "clerk-unknown"
    status = 401
    template = "Type your PIN again: the till no longer knows who is selling."


@dataclass(frozen=True, slots=True)
class Post:
    """A register with the device that stands for it: what a badge is good at."""

    register_id: UUID
    device_hash: str


def issue_badge(vault: Vault, *, post: Post, staff_id: UUID, kind: str, now: datetime) -> str:
    """Return the badge of a person who has just proved themselves at `post`."""
    ends = int((now + _LIVES[kind]).timestamp())
    claim = json.dumps({"staff": staff_id.hex, "kind": kind, "ends": ends}, sort_keys=True)
    body = base64.urlsafe_b64encode(claim.encode()).decode().rstrip("=")
    return f"{body}.{_signature(vault, post, body)}"


def read_badge(vault: Vault, badge: str, *, post: Post, kind: str, now: datetime) -> UUID:
    """Return whose badge it is.

    Raises:
        UnknownBadgeError: it is not good here, not of this kind, or no longer.
    """
    body, _, signature = badge.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(vault, post, body).encode()):
        raise UnknownBadgeError
    claim = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if claim["kind"] != kind or claim["ends"] <= now.timestamp():
        raise UnknownBadgeError
    return UUID(hex=claim["staff"])


def _signature(vault: Vault, post: Post, body: str) -> str:
    text = f"{post.register_id.hex}.{post.device_hash}.{body}"
    return hmac.digest(vault.derive(_PURPOSE), text.encode(), "sha256").hex()
