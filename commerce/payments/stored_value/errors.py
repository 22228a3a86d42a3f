"""What stored value refuses."""

from commerce.kernel.errors import CommerceError


class UnknownGiftCardError(CommerceError):
    """The shop has no card with this code."""

    code = "unknown-gift-card"
    status = 422
    template = "This shop has no gift card with that code. Check it letter by letter."


class GiftCardBlockedError(CommerceError):
    """The merchant stopped the card."""

    code = "gift-card-blocked"
    status = 409
    template = "This gift card is blocked. Ask the shop about it."


class GiftCardExpiredError(CommerceError):
    """Its time is over."""

    code = "gift-card-expired"
    status = 409
    template = "This gift card has expired."


class OtherCurrencyValueError(CommerceError):
    """It is in another currency than what it should pay."""

    code = "gift-card-currency"
    status = 409
    template = "This balance is in %(currency)s and pays only what is priced in %(currency)s."


class ValueShortError(CommerceError):
    """Less is left than was to be taken."""

    code = "stored-value-short"
    status = 409
    template = "Only %(left)s is left on it. Take a smaller amount or pay the rest another way."


class WithdrawnValueSpentError(CommerceError):
    """A card cannot be taken back because some of it was spent."""

    code = "gift-card-spent"
    status = 409
    template = "A gift card of this order has been used. Refund the rest by hand."


class GiftCardTooLargeError(CommerceError):
    """The law of the merchant's country lets no card hold as much."""

    code = "gift-card-too-large"
    status = 422
    template = (
        "By law one gift card may hold at most %(most)s. "
        "Issue several cards, or give a known customer store credit."
    )
