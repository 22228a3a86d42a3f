"""What happens after an order was placed or money has to go back: durable, exactly once."""

from commerce.checkout.process.confirm import (
    announce_cancellation,
    announce_departure,
    announce_ready,
    announce_refund,
    announce_reminder,
    confirm_order,
    remind_pickup,
    tell_cancelled,
    tell_departure,
    tell_ready,
    tell_refund,
)
from commerce.checkout.process.refund import refund_payment

__all__ = [
    "announce_cancellation",
    "announce_departure",
    "announce_ready",
    "announce_refund",
    "announce_reminder",
    "confirm_order",
    "refund_payment",
    "remind_pickup",
    "tell_cancelled",
    "tell_departure",
    "tell_ready",
    "tell_refund",
]
