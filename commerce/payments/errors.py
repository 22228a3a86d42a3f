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
