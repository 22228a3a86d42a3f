"""Reads Stripe's objects; what does not have the published shape is refused as a whole.

Objects are read as plain dictionaries: they come from the network and may hold anything.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from commerce.plugins.payments import (
    CardFacts,
    PaymentSnapshot,
    RefundSnapshot,
    RefundStage,
    Stage,
)
from integrations.payments.stripe.amounts import from_stripe
from integrations.payments.stripe.wording import card_refusal, card_sentence

Thing: TypeAlias = Mapping[str, Any]

PAYMENT_REFERENCE = "quayside_payment"
REFUND_REFERENCE = "quayside_refund"

_INTENT_STAGES = {
    "requires_payment_method": Stage.ACTION_REQUIRED,
    "requires_confirmation": Stage.ACTION_REQUIRED,
    "requires_action": Stage.ACTION_REQUIRED,
    "processing": Stage.PENDING,
    "requires_capture": Stage.AUTHORISED,
    "succeeded": Stage.CAPTURED,
    "canceled": Stage.CANCELLED,
}
_PROMISED = frozenset({"requires_capture", "succeeded"})
_REFUND_STAGES = {
    "pending": RefundStage.PENDING,
    "requires_action": RefundStage.PENDING,
    "succeeded": RefundStage.DONE,
    "failed": RefundStage.FAILED,
    "canceled": RefundStage.FAILED,
}


class ShapeError(ValueError):
    """An object does not have the published shape."""


def read_session(session: Thing, *, refunds: Iterable[Thing], locale: str) -> PaymentSnapshot:
    """Return the payment that a Checkout session stands for; its intent may be expanded.

    Raises:
        ShapeError: it is no session.
    """
    try:
        currency = _text(session["currency"]).upper()
        stage, paid = _session_stage(session)
        amount = from_stripe(_whole(session["amount_total"]), currency) if paid else 0
        snapshot = PaymentSnapshot(
            handle=_text(session["id"]),
            reference=UUID(_text(session["client_reference_id"])),
            currency=currency,
            stage=stage,
            authorised_minor=amount,
            captured_minor=amount,
        )
        intent = session["payment_intent"]
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault
    if not isinstance(intent, Mapping):
        return snapshot
    inner = read_intent(intent, refunds=refunds, locale=locale, handle=snapshot.handle)
    return snapshot.merged(inner)


def read_intent(
    intent: Thing, *, refunds: Iterable[Thing], locale: str, handle: str | None = None
) -> PaymentSnapshot:
    """Return the payment that an intent stands for, under `handle` or its own id.

    Raises:
        ShapeError: it is no payment intent.
    """
    try:
        currency = _text(intent["currency"]).upper()
        captured = from_stripe(_whole(intent["amount_received"]), currency)
        promised = intent["status"] in _PROMISED
        charge = intent["latest_charge"]
        declined = _decline(intent)
        given_back = (
            from_stripe(_whole(charge["amount_refunded"]), currency)
            if isinstance(charge, Mapping)
            else 0
        )
        return PaymentSnapshot(
            handle=handle or _text(intent["id"]),
            reference=_reference(intent, PAYMENT_REFERENCE),
            currency=currency,
            stage=_INTENT_STAGES.get(intent["status"], Stage.PENDING),
            authorised_minor=from_stripe(_whole(intent["amount"]), currency) if promised else 0,
            captured_minor=captured,
            refunded_minor=given_back,
            refunds=tuple(read_refund(each) for each in refunds),
            card=_card(charge) if isinstance(charge, Mapping) else None,
            refusal=card_refusal(declined) if declined is not None else "",
            detail=card_sentence(declined, locale) if declined is not None else "",
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def read_charge(charge: Thing) -> PaymentSnapshot:
    """Return what a charge tells of its payment: what was taken and what was given back.

    Raises:
        ShapeError: it is no charge.
    """
    try:
        currency = _text(charge["currency"]).upper()
        captured = from_stripe(_whole(charge["amount_captured"]), currency)
        promised = from_stripe(_whole(charge["amount"]), currency) if charge["paid"] else 0
        return PaymentSnapshot(
            handle=_text(charge["payment_intent"]),
            reference=_reference(charge, PAYMENT_REFERENCE),
            currency=currency,
            stage=_charge_stage(captured=captured, promised=promised),
            authorised_minor=promised,
            captured_minor=captured,
            refunded_minor=from_stripe(_whole(charge["amount_refunded"]), currency),
            card=_card(charge),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def read_refund(refund: Thing) -> RefundSnapshot:
    """Return one refund.

    Raises:
        ShapeError: it is no refund.
    """
    try:
        currency = _text(refund["currency"]).upper()
        return RefundSnapshot(
            handle=_text(refund["id"]),
            reference=_reference(refund, REFUND_REFERENCE),
            amount_minor=from_stripe(_whole(refund["amount"]), currency),
            currency=currency,
            stage=_REFUND_STAGES[refund["status"]],
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def read_refunded_payment(refund: Thing) -> PaymentSnapshot:
    """Return what a refund tells of its payment: only that this refund exists.

    Raises:
        ShapeError: it is no refund.
    """
    made = read_refund(refund)
    try:
        return PaymentSnapshot(
            handle=_text(refund["payment_intent"]),
            reference=_reference(refund, PAYMENT_REFERENCE),
            currency=made.currency,
            stage=Stage.PENDING,
            refunds=(made,),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def _session_stage(session: Thing) -> tuple[Stage, bool]:
    match session["status"], session["payment_status"]:
        case "complete", "paid":
            return Stage.CAPTURED, True
        case "complete", _:
            return Stage.PENDING, False
        case "expired", _:
            return Stage.CANCELLED, False
        case _:
            return Stage.ACTION_REQUIRED, False


def _charge_stage(*, captured: int, promised: int) -> Stage:
    if captured:
        return Stage.CAPTURED
    return Stage.AUTHORISED if promised else Stage.PENDING


def _decline(intent: Thing) -> str | None:
    """Return Stripe's reason for the last decline, or None when nothing was declined."""
    error = intent.get("last_payment_error")
    if not isinstance(error, Mapping):
        return None
    return str(error.get("decline_code") or error.get("code") or "")


def _card(charge: Thing) -> CardFacts | None:
    details = charge.get("payment_method_details")
    card = details.get("card") if isinstance(details, Mapping) else None
    if not isinstance(card, Mapping):
        return None
    return CardFacts(
        brand=str(card.get("brand") or ""),
        last_four=str(card.get("last4") or ""),
        entry="online",
        authorisation_code=str(charge.get("authorization_code") or ""),
    )


def _reference(thing: Thing, name: str) -> UUID | None:
    text = (thing.get("metadata") or {}).get(name)
    return UUID(text) if text else None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ShapeError
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ShapeError
    return value
