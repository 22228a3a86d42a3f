"""What payments refuse."""

from commerce.kernel.errors import CommerceError


class RefundExceedsPaymentError(CommerceError):
    """More was to be given back than is left of what was taken."""

    code = "refund-exceeds-payment"
    status = 409
    template = "Only %(left)s of this payment can still be refunded. Choose a smaller amount."


class PaymentMethodUnavailableError(CommerceError):
    """The shop does not take this way to pay."""

    code = "payment-method-unavailable"
    status = 422
    template = "This shop does not take that payment method. Choose another one."


class ReaderBusyError(CommerceError):
    """The card reader asks for another sale's card."""

    code = "reader-busy"
    status = 409
    template = "This card reader is busy with another sale."


class ReaderOfflineError(CommerceError):
    """The card reader does not answer its provider."""

    code = "reader-offline"
    status = 409
    template = "This card reader is switched off."


class ReaderElsewhereError(CommerceError):
    """The card reader stands beside the tills of another store."""

    code = "reader-elsewhere"
    status = 409
    template = "This card reader belongs to another store. Choose another one."


class TooLittleCashError(CommerceError):
    """The cash handed over does not cover what it shall pay."""

    code = "too-little-cash"
    status = 422
    template = "The cash does not cover the amount. Take more or split the payment."


class ForgedWebhookError(CommerceError):
    """A message that claims to come from a provider and does not prove it."""

    code = "forged-webhook"
    status = 400
    template = "The signature of this message does not match. Check the signing secret."
