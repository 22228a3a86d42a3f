"""Reads the sandbox's JSON; what does not have the agreed shape is refused as a whole."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from commerce.plugins.payments import (
    CardFacts,
    PaymentEvent,
    PaymentSnapshot,
    RefundSnapshot,
    RefundStage,
    Stage,
)
from integrations.payments.sandbox_card.wording import code_of, spoken
from integrations.simulated.shapes import ShapeError, plain_text, some_text, whole_number

_STAGES = {
    "requires_card": Stage.ACTION_REQUIRED,
    "requires_confirmation": Stage.ACTION_REQUIRED,
    "authorised": Stage.AUTHORISED,
    "captured": Stage.CAPTURED,
    "cancelled": Stage.CANCELLED,
    "failed": Stage.FAILED,
}


def read_payment(body: dict[str, Any], *, locale: str) -> PaymentSnapshot:
    """Return the payment in `body`.

    Raises:
        ShapeError: it holds no payment.
    """
    try:
        currency = some_text(body["currency"])
        return PaymentSnapshot(
            handle=some_text(body["id"]),
            reference=UUID(body["reference"]),
            currency=currency,
            stage=_STAGES[body["status"]],
            authorised_minor=whole_number(body["authorised"]),
            captured_minor=whole_number(body["captured"]),
            refunded_minor=whole_number(body["refunded"]),
            refunds=tuple(read_refund(each, currency=currency) for each in body["refunds"]),
            card=_card(body["card"]),
            refusal=code_of(plain_text(body["decline"])),
            detail=spoken(plain_text(body["decline"]), locale),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ShapeError from fault


def read_refund(body: dict[str, Any], *, currency: str) -> RefundSnapshot:
    """Return the refund in `body`.

    Raises:
        ShapeError: it holds no refund.
    """
    try:
        return RefundSnapshot(
            handle=some_text(body["id"]),
            reference=UUID(body["reference"]),
            amount_minor=whole_number(body["amount"]),
            currency=currency,
            stage=RefundStage.DONE,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ShapeError from fault


def read_event(body: Any, *, locale: str) -> PaymentEvent:
    """Return the event in `body`.

    Raises:
        ShapeError: it holds no event.
    """
    try:
        return PaymentEvent(
            event_id=some_text(body["id"]),
            kind=some_text(body["type"]),
            payment=read_payment(body["payment"], locale=locale),
            occurred_at=datetime.fromtimestamp(float(body["created"]), UTC),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as fault:
        raise ShapeError from fault


def page_address(body: dict[str, Any]) -> tuple[str, datetime | None]:
    """Return where the payer goes, and until when.

    Raises:
        ShapeError: the payment has no page.
    """
    try:
        expires = whole_number(body["expires_at"])
        return some_text(body["page_url"]), datetime.fromtimestamp(
            expires, UTC
        ) if expires else None
    except (KeyError, TypeError, ValueError, OverflowError) as fault:
        raise ShapeError from fault


def _card(facts: dict[str, Any] | None) -> CardFacts | None:
    if facts is None:
        return None
    return CardFacts(
        brand=plain_text(facts["brand"]),
        last_four=plain_text(facts["last_four"]),
        entry=plain_text(facts["entry"]),
        authorisation_code=plain_text(facts["authorisation_code"]),
    )
