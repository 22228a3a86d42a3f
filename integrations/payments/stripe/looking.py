"""Asks Stripe how a payment stands, by its name or by our reference."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import PaymentSnapshot, reference_of
from commerce.plugins.results import Ok, Result
from integrations.payments.stripe.opening import begun
from integrations.payments.stripe.reading import (
    PAYMENT_REFERENCE,
    ShapeError,
    read_intent,
    read_session,
)
from integrations.payments.stripe.wording import refused

_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_LISTED = 1000
_MOST_REFUNDS = 100
_CHARGE = "latest_charge"
_NAME = re.compile(r"(?:cs|pi)_\w{1,200}", re.ASCII)


def snapshot_of(
    client: stripe.StripeClient, call: CallContext, handle: str
) -> Result[PaymentSnapshot]:
    """Return how the payment stands, with every refund.

    Raises:
        stripe.StripeError: Stripe could not be asked.
        ShapeError: it answered something else.
    """
    reference = reference_of(handle)
    found = handle if reference is None else _find(client, reference)
    if found is None or not _NAME.fullmatch(found):
        return refused("payment-not-found", call.locale)
    return Ok(_named(client, found, call.locale))


def intent_of(client: stripe.StripeClient, handle: str) -> str | None:
    """Return the payment intent behind a handle, or None while nobody has paid on its page.

    Raises:
        stripe.StripeError: Stripe could not be asked.
        ShapeError: it answered something else.
    """
    if not handle.startswith("cs_"):
        return handle
    session = _plain(client.v1.checkout.sessions.retrieve(handle))
    if session.get("id") != handle or "payment_intent" not in session:
        raise ShapeError
    intent = session["payment_intent"]
    if intent is not None and not isinstance(intent, str):
        raise ShapeError
    return intent


def _named(client: stripe.StripeClient, handle: str, locale: str) -> PaymentSnapshot:
    if handle.startswith("cs_"):
        expand = ["payment_intent", f"payment_intent.{_CHARGE}"]
        session = _plain(client.v1.checkout.sessions.retrieve(handle, {"expand": expand}))
        refunds = _refunds(client, session.get("payment_intent"))
        return read_session(session, refunds=refunds, locale=locale)
    intent = _plain(client.v1.payment_intents.retrieve(handle, {"expand": [_CHARGE]}))
    return read_intent(intent, refunds=_refunds(client, intent), locale=locale)


def _refunds(client: stripe.StripeClient, intent: Any) -> list[dict[str, Any]]:
    charge = intent.get(_CHARGE) if isinstance(intent, dict) else None
    if not isinstance(charge, dict) or not charge.get("amount_refunded"):
        return []
    name = str(intent.get("id"))
    page = client.v1.refunds.list({"payment_intent": name, "limit": _MOST_REFUNDS})
    return [_plain(each) for each in page.data]


def _find(client: stripe.StripeClient, reference: UUID) -> str | None:
    """Return the handle of the payment that we asked for under `reference`.

    Lists, unlike Stripe's search, show what was written a moment ago. Our reference is a UUIDv7, so
    it tells from when on to look.
    """
    since = int((begun(reference) - _CLOCKS_DIFFER).timestamp())
    for session in _sessions(client, since):
        if session.get("client_reference_id") == str(reference):
            return str(session.get("id"))
    for intent in _intents(client, since):
        if (intent.get("metadata") or {}).get(PAYMENT_REFERENCE) == str(reference):
            return str(intent.get("id"))
    return None


def _sessions(client: stripe.StripeClient, since: int) -> Iterator[dict[str, Any]]:
    pages = client.v1.checkout.sessions.list({"created": {"gte": since}, "limit": 100})
    return map(_plain, islice(pages.auto_paging_iter(), _MOST_LISTED))


def _intents(client: stripe.StripeClient, since: int) -> Iterator[dict[str, Any]]:
    pages = client.v1.payment_intents.list({"created": {"gte": since}, "limit": 100})
    return map(_plain, islice(pages.auto_paging_iter(), _MOST_LISTED))


def _plain(thing: stripe.StripeObject) -> dict[str, Any]:
    return thing.to_dict()
