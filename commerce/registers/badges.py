"""What a till's clerk shows with every command: a signed badge, made when the PIN was typed.

A badge is good at one register, for as long as its device stays enrolled and the PIN that it was made
for is the person's PIN. It says who, never what they may do: permissions are read anew with each
command, so a role that was taken away is gone. A manager's approval is a badge of its own kind, with a few minutes of life, for one thing alone: a
command by its name and its whole content, which is done once however often it is sent, or one kind of
reading, which changes nothing.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from commerce.kernel.errors import CommerceError
from commerce.kernel.vault import Vault
from commerce.registers.journal import canonical

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


@dataclass(frozen=True, slots=True)
class Badge:
    """Whose badge it is, and when the PIN was set with which they proved it."""

    staff_id: UUID
    pin_set_at: datetime
    allows: str = ""
    """What an approval is for: `for_command` or `for_reading`."""


def for_command(command_id: UUID, kind: str, body: dict[str, Any]) -> str:
    """Return the name of one deed: another amount or another sale is another deed."""
    text = f"{command_id.hex}\n{kind}\n{canonical(body)}"
    return f"command {hashlib.sha256(text.encode()).hexdigest()}"


def for_reading(what: str) -> str:
    """Return the name of looking at something that a clerk alone may not see."""
    return f"reading {what}"


def issue_badge(vault: Vault, *, post: Post, holder: Badge, kind: str, now: datetime) -> str:
    """Return the badge of a person who has just proved themselves at `post`."""
    claim = json.dumps(
        {
            "staff": holder.staff_id.hex,
            "kind": kind,
            "ends": int((now + _LIVES[kind]).timestamp()),
            "pin": holder.pin_set_at.astimezone(UTC).isoformat(),
            "allows": holder.allows,
        },
        sort_keys=True,
    )
    body = base64.urlsafe_b64encode(claim.encode()).decode().rstrip("=")
    return f"{body}.{_signature(vault, post, body)}"


def read_badge(vault: Vault, badge: str, *, post: Post, kind: str, now: datetime) -> Badge:
    """Return whose badge it is; the caller compares the PIN with the one of today.

    Raises:
        UnknownBadgeError: it is not good here, not of this kind, or no longer.
    """
    body, _, signature = badge.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(vault, post, body).encode()):
        raise UnknownBadgeError
    claim = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if claim["kind"] != kind or claim["ends"] <= now.timestamp() or "pin" not in claim:
        raise UnknownBadgeError
    return Badge(
        UUID(hex=claim["staff"]), datetime.fromisoformat(claim["pin"]), str(claim.get("allows", ""))
    )


def _signature(vault: Vault, post: Post, body: str) -> str:
    text = f"{post.register_id.hex}.{post.device_hash}.{body}"
    return hmac.digest(vault.derive(_PURPOSE), text.encode(), "sha256").hex()
