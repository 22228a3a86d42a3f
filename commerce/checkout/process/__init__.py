"""What happens after an order was placed or money has to go back: durable, exactly once."""

from commerce.checkout.process.confirm import confirm_order
from commerce.checkout.process.refund import refund_payment

__all__ = ["confirm_order", "refund_payment"]
