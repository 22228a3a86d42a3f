"""The one-time link that turns a device into a till, made at the desk and opened on the device.

Nothing is stored: the link carries a signature over the register's present device. Enrolling changes
the device, so the link is spent by its own success, and so is every other link for that register.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commerce.kernel.errors import CommerceError
from commerce.kernel.vault import Vault
from commerce.registers.rows import RegisterRow

LINK_LASTS = timedelta(minutes=30)
_PURPOSE = "till enrolment"


class SpentLinkError(CommerceError):
    """An enrolment link that was used, has run out, or was never ours."""

    code = "enrolment-link-spent"
    status = 410
    template = "This link was used or has run out. Make a new one at the desk."


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """What a link says of itself, before anybody has checked it."""

    merchant_id: UUID
    register_id: UUID
    ends: int
    signature: str


def enrolment_token(
    vault: Vault, *, merchant_id: UUID, register: RegisterRow, now: datetime
) -> str:
    """Return the last part of a one-time link for `register`; it lasts half an hour."""
    ends = int((now + LINK_LASTS).timestamp())
    signature = _signature(vault, merchant_id, register, ends)
    return f"{merchant_id.hex}.{register.id.hex}.{ends}.{signature}"


def read_link(token: str) -> LinkClaim:
    """Return what a link claims; `check_link` says whether it is true.

    Raises:
        SpentLinkError: it is no link of ours.
    """
    try:
        merchant, register, ends, signature = token.split(".")
        return LinkClaim(UUID(hex=merchant), UUID(hex=register), int(ends), signature)
    except ValueError as error:
        raise SpentLinkError from error


def check_link(vault: Vault, claim: LinkClaim, *, register: RegisterRow, now: datetime) -> None:
    """Let a link pass that is genuine, fresh and unused.

    Raises:
        SpentLinkError: it is not.
    """
    genuine = _signature(vault, claim.merchant_id, register, claim.ends)
    fresh = claim.ends > now.timestamp()
    if not fresh or not hmac.compare_digest(claim.signature.encode(), genuine.encode()):
        raise SpentLinkError


def _signature(vault: Vault, merchant_id: UUID, register: RegisterRow, ends: int) -> str:
    text = f"{merchant_id.hex}.{register.id.hex}.{ends}.{register.device_hash or ''}"
    return hmac.digest(vault.derive(_PURPOSE), text.encode(), "sha256").hex()
