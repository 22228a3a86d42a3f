"""What promotions refuse, and what to do about it."""

from commerce.kernel.errors import CommerceError, NotFoundError, SettingsContradictError


class UnknownPromotionError(NotFoundError):
    """The merchant has no such promotion, or no such code."""

    code = "unknown-promotion"
    template = "There is no such promotion. It may have been removed; reload the list."


class PromotionTermsError(SettingsContradictError):
    """The terms of a promotion cannot be kept; the problem says which and why."""

    code = "promotion-terms"
    template = "The terms of the promotion cannot be kept as they are."


class CodeSpellingError(CommerceError):
    """What was given cannot be a code."""

    code = "promotion-code-spelling"
    template = "“%(given)s” cannot be a code. Use 2 to 40 letters and digits without spaces."


class CodeTakenError(CommerceError):
    """Codes are in use already, here or at another promotion."""

    code = "promotion-code-taken"
    status = 409
    template = "These codes are in use already: %(codes)s. Choose others."


class LimitBelowUsesError(CommerceError):
    """A limit is below what was used already."""

    code = "promotion-limit-below-uses"
    status = 409
    template = "It has been used %(used)s times already. Choose a limit not below that."


class PromotionUsedUpError(CommerceError):
    """Somebody else was quicker: a promotion of the cart has no use left."""

    code = "promotion-used-up"
    status = 409
    template = "A promotion in your cart has just been used up. Look at the new total, then go on."
