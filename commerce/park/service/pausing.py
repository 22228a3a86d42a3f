"""Pause a merchant and reopen it: the park's own word on whether something new may be sold.

What was ordered before is still paid, sent, collected and taken back, and everybody who works
there sees everything as before.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.park.content import bump_content_version
from commerce.park.errors import PauseReasonError, UnknownMerchantError
from commerce.park.models import Merchant
from commerce.park.service.security_log import note_security_event

_LONGEST_REASON = 300


def pause_merchant(
    session: Session, *, merchant_id: UUID, reason: str, actor_id: UUID, now: datetime
) -> None:
    """Let a merchant sell nothing new; one that is paused already gets the new reason. Needs `Scope.park()`.

    Raises:
        PauseReasonError: there is no reason, or a story.
        UnknownMerchantError: no such merchant.
    """
    why = reason.strip()
    if not 1 <= len(why) <= _LONGEST_REASON:
        raise PauseReasonError
    merchant = _locked(session, merchant_id)
    merchant.paused_at, merchant.pause_reason = merchant.paused_at or now, why
    _tell(session, merchant, "merchant-paused", actor_id)


def reopen_merchant(session: Session, *, merchant_id: UUID, actor_id: UUID) -> None:
    """Let a merchant sell again; one that sells is left alone. Needs `Scope.park()`.

    Raises:
        UnknownMerchantError: no such merchant.
    """
    merchant = _locked(session, merchant_id)
    if merchant.paused_at is None:
        return
    merchant.paused_at, merchant.pause_reason = None, ""
    _tell(session, merchant, "merchant-reopened", actor_id)


def _locked(session: Session, merchant_id: UUID) -> Merchant:
    merchant = session.scalar(select(Merchant).where(Merchant.id == merchant_id).with_for_update())
    if merchant is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    return merchant


def _tell(session: Session, merchant: Merchant, action: str, actor_id: UUID) -> None:
    session.flush()
    bump_content_version(session, merchant_id=merchant.id)
    note_security_event(
        session,
        merchant_id=None,
        action=action,
        actor_id=actor_id,
        facts={"slug": merchant.slug, "reason": merchant.pause_reason},
    )
