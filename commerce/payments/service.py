"""What happens to payments. Amounts only ever grow, so messages may come twice, late or out of order."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.kernel.vault import Vault
from commerce.payments.errors import RefundExceedsPaymentError, TooLittleCashError
from commerce.payments.models import Payment, PaymentMethod, Refund, WebhookEvent
from commerce.payments.rows import Finding, PaymentState, Tender

_INSERT = Insertion(Payment)

# What a provider says it gave back holds the refunds that we asked for, also those whose answer is
# still on its way; only what goes beyond them was given back elsewhere.
#
# What a provider took outranks everything it says later: a "failed" that arrives after the
# capture, because messages overtake one another, must never turn a paid order into an unpaid one.
_RECORD = Statement("""
UPDATE payment p SET
  handle = COALESCE(p.handle, CAST(:handle AS text)),
  authorised_minor = greatest(p.authorised_minor, :authorised, :captured),
  captured_minor = greatest(p.captured_minor, :captured),
  refunded_minor = p.refunded_minor - p.elsewhere_refunded_minor + before.elsewhere,
  elsewhere_refunded_minor = before.elsewhere,
  state = CASE
    WHEN greatest(p.captured_minor, :captured) > 0 THEN 'captured'
    WHEN greatest(p.authorised_minor, :authorised) > 0 AND :state <> 'cancelled' THEN 'authorised'
    WHEN p.state IN ('failed', 'cancelled') AND :state IN ('started', 'pending', 'action_required',
                                                           'unknown') THEN p.state
    ELSE :state
  END,
  -- Nobody needs to know why an earlier try was refused once the money is there.
  refusal = CASE WHEN greatest(p.captured_minor, :captured) > 0 THEN ''
                 WHEN CAST(:refusal AS text) = '' AND CAST(:detail AS text) = '' THEN p.refusal
                 ELSE :refusal END,
  detail = CASE WHEN greatest(p.captured_minor, :captured) > 0 THEN ''
                WHEN CAST(:detail AS text) = '' THEN p.detail ELSE :detail END,
  settled_at = CASE
    WHEN greatest(p.captured_minor, :captured) > 0 OR :state IN ('failed', 'cancelled')
    THEN COALESCE(p.settled_at, :now) ELSE p.settled_at
  END
FROM (
  SELECT merchant_id, id, captured_minor, greatest(
      elsewhere_refunded_minor,
      least(:refunded, greatest(captured_minor, :captured) - credited_minor)
        - (refunded_minor - elsewhere_refunded_minor - credited_minor) - refunding_minor
    ) AS elsewhere
  FROM payment
  WHERE merchant_id = :merchant AND id = :payment FOR NO KEY UPDATE
) AS before
WHERE p.merchant_id = before.merchant_id AND p.id = before.id
RETURNING before.captured_minor AS captured_before, p.captured_minor AS captured_now
""")

_REQUEST_REFUND = Statement("""
UPDATE payment SET refunding_minor = refunding_minor + :amount
WHERE merchant_id = :merchant AND id = :payment
  AND captured_minor - refunded_minor - refunding_minor >= :amount
RETURNING currency
""")

_REFUNDABLE = Statement("""
SELECT captured_minor - refunded_minor - refunding_minor AS left_minor, currency
FROM payment WHERE merchant_id = :merchant AND id = :payment
""")

_SETTLE_REFUND = Statement("""
WITH settled AS (
  UPDATE refund SET state = CAST(:state AS text), handle = COALESCE(:handle, handle),
    refusal = :refusal, detail = :detail, settled_at = :now
  WHERE merchant_id = :merchant AND id = :refund AND state = 'requested'
  RETURNING payment_id, amount_minor,
    CASE WHEN account_id IS NOT NULL AND :state = 'done' THEN amount_minor ELSE 0 END AS credited
)
UPDATE payment p SET
  credited_minor = p.credited_minor + s.credited,
  refunding_minor = p.refunding_minor - s.amount_minor,
  refunded_minor = p.refunded_minor + CASE WHEN :state = 'done' THEN s.amount_minor ELSE 0 END
FROM settled s
WHERE p.merchant_id = :merchant AND p.id = s.payment_id
RETURNING p.id
""")

_CLAIM_EVENT = (
    upsert(WebhookEvent)
    .on_conflict_do_nothing(index_elements=["merchant_id", "plugin", "event_id"])
    .returning(WebhookEvent.id)
)


def start_payment(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    plugin: str,
    tender: Tender,
    amount: Money,
) -> UUID:
    """Write down the intent to take `amount` before any provider is asked; return its id.

    The id is the provider's idempotency key: however often the call is made, it charges once.
    """
    payment_id = new_id()
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": payment_id,
            "order_id": order_id,
            "tender": tender.value,
            "plugin": plugin,
            "currency": amount.currency,
            "amount_minor": amount.amount_minor,
            "state": PaymentState.STARTED.value,
            "created_at": utc_now(),
        },
    )
    return payment_id


def record_finding(
    session: Session, *, merchant_id: UUID, payment_id: UUID, finding: Finding
) -> int:
    """Merge what the provider says now; return how many minor units were newly captured.

    Merging is idempotent and order does not matter: captured, authorised and refunded never fall.

    Raises:
        NotFoundError: the merchant has no such payment.
    """
    row = _RECORD.one_or_none(
        session,
        {
            "merchant": merchant_id,
            "payment": payment_id,
            "handle": finding.handle,
            "authorised": finding.authorised_minor,
            "captured": finding.captured_minor,
            "refunded": finding.refunded_minor,
            "state": finding.state.value,
            "refusal": finding.refusal,
            "detail": finding.detail,
            "now": utc_now(),
        },
    )
    if row is None:
        raise NotFoundError
    return int(row.captured_now - row.captured_before)


def take_cash(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    amount: Money,
    tendered: Money,
    rounding_minor: int = 0,
) -> Money:
    """Record cash over the counter and return the change that is due.

    The order is paid by `amount`; the drawer holds `rounding_minor` more, or less below zero.

    Raises:
        TooLittleCashError: `tendered` does not cover `amount` as it is rounded.
    """
    change = tendered - amount - Money(rounding_minor, amount.currency)
    if change < Money.zero(amount.currency):
        raise TooLittleCashError
    now = utc_now()
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "order_id": order_id,
            "tender": Tender.CASH.value,
            "plugin": "cash",
            "currency": amount.currency,
            "amount_minor": amount.amount_minor,
            "authorised_minor": amount.amount_minor,
            "captured_minor": amount.amount_minor,
            "tendered_minor": tendered.amount_minor,
            "rounding_minor": rounding_minor,
            "state": PaymentState.CAPTURED.value,
            "created_at": now,
            "settled_at": now,
        },
    )
    return change


def request_refund(
    session: Session,
    *,
    merchant_id: UUID,
    payment_id: UUID,
    request_id: UUID,
    amount: Money,
    reason: str,
    actor_id: UUID | None,
    rounding_minor: int = 0,
    account_id: UUID | None = None,
) -> UUID | None:
    """Set money aside to be given back; return the refund's id, or None for a repeated request.

    With `account_id` it goes to that gift card or store credit, and no provider is asked.

    Raises:
        RefundExceedsPaymentError: more than is left of what was captured.
        NotFoundError: the merchant has no such payment.
    """
    refund_id = session.execute(
        upsert(Refund)
        .on_conflict_do_nothing(index_elements=["merchant_id", "request_id"])
        .returning(Refund.id),
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "payment_id": payment_id,
            "request_id": request_id,
            "amount_minor": amount.amount_minor,
            "currency": amount.currency,
            "rounding_minor": rounding_minor,
            "reason": reason,
            "account_id": account_id,
            "actor_id": actor_id,
            "created_at": utc_now(),
        },
    ).scalar_one_or_none()
    if refund_id is None:
        return None
    where = {"merchant": merchant_id, "payment": payment_id}
    if not _REQUEST_REFUND.run(session, {**where, "amount": amount.amount_minor}):
        left = _REFUNDABLE.one_or_none(session, where)
        if left is None:
            raise NotFoundError
        raise RefundExceedsPaymentError(left=Money(int(left.left_minor), left.currency))
    return refund_id


def settle_refund(
    session: Session,
    *,
    merchant_id: UUID,
    refund_id: UUID,
    done: bool,
    handle: str | None = None,
    detail: str = "",
    refusal: str = "",
) -> bool:
    """Record how a refund ended; False when it had ended before."""
    settled = _SETTLE_REFUND.run(
        session,
        {
            "merchant": merchant_id,
            "refund": refund_id,
            "state": "done" if done else "failed",
            "handle": handle,
            "refusal": refusal,
            "detail": detail,
            "now": utc_now(),
        },
    )
    return settled > 0


def keep_webhook(
    session: Session, *, merchant_id: UUID, plugin: str, event_id: str, kind: str, handle: str
) -> bool:
    """Put a genuine provider message into the inbox; False when it was there already.

    The caller takes it in within the same transaction, so a kept message is an applied one.
    """
    now = utc_now()
    kept = session.execute(
        _CLAIM_EVENT,
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "plugin": plugin,
            "event_id": event_id,
            "kind": kind,
            "handle": handle,
            "received_at": now,
            "applied_at": now,
        },
    )
    return kept.one_or_none() is not None


def set_up_method(
    session: Session,
    *,
    vault: Vault,
    merchant_id: UUID,
    plugin: str,
    enabled: bool,
    position: int,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Switch a way to pay on or off; secrets are sealed and an empty mapping keeps the old ones."""
    context = method_context(merchant_id, plugin)
    sealed = vault.seal(json.dumps(dict(secrets)), context=context) if secrets else None
    statement = upsert(PaymentMethod).values(
        merchant_id=merchant_id,
        id=new_id(),
        plugin=plugin,
        enabled=enabled,
        position=position,
        settings=dict(settings),
        sealed=sealed,
    )
    changes = {"enabled": enabled, "position": position, "settings": dict(settings)}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "plugin"],
            set_=changes if sealed is None else {**changes, "sealed": sealed},
        )
    )


def method_context(merchant_id: UUID, plugin: str) -> str:
    """Return the place that a method's sealed secrets belong to."""
    return f"payment_method|{merchant_id}|{plugin}"
