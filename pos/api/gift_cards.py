"""Gift cards at the till: what is left on one, before it pays."""

from flask import Blueprint, Response, jsonify

from commerce.kernel.clock import utc_now
from commerce.payments.stored_value.errors import (
    GiftCardBlockedError,
    GiftCardExpiredError,
    UnknownGiftCardError,
)
from commerce.payments.stored_value.queries import card_by_digest
from commerce.payments.stored_value.rows import ValueAccount
from commerce.web.identity import register
from commerce.web.services import services
from pos.api.bodies import GiftCardAskedBody, read_body
from pos.api.customers import look_up
from pos.device import current_till
from pos.gift_cards import card_digest


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/gift-cards", "api_gift_cards", gift_card, methods=["POST"])


@register
def gift_card() -> Response:
    """Return what a card holds; a POST, so that no code stands in an access log.

    Raises:
        UnknownGiftCardError, GiftCardBlockedError, GiftCardExpiredError: it pays nothing.
        AskedTooOftenError: the badge looks things up faster than customers come.
    """
    till, asked = current_till(), read_body(GiftCardAskedBody)
    look_up(till, asked.badge)
    with services().database.reading(till.scope) as connection:
        card = card_by_digest(connection, digest=card_digest(till, asked.code))
    found = _able(card)
    return jsonify(
        last_four=found.last_four, balance_minor=found.balance_minor, currency=found.currency
    )


def _able(card: ValueAccount | None) -> ValueAccount:
    if card is None:
        raise UnknownGiftCardError
    if card.blocked_at is not None:
        raise GiftCardBlockedError
    if card.expires_at is not None and card.expires_at <= utc_now():
        raise GiftCardExpiredError
    return card
