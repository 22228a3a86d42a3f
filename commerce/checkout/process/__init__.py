"""What happens after an order was placed or money has to go back: durable, exactly once."""

from commerce.checkout.process.confirm import announce_refund, confirm_order, tell_refund
from commerce.checkout.process.refund import refund_payment

__all__ = ["announce_refund", "confirm_order", "refund_payment", "tell_refund"]
