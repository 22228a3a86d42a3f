"""Take goods back: asked for, approved, received, looked at, paid back; or all at once at a counter.

Every verb locks the order first. Units are claimed when they are asked for, so that no unit comes back
twice; goods are booked when they are looked at; money goes back last, and never more than was taken.
"""

from commerce.checkout.returns.ask import ask_return
from commerce.checkout.returns.counter import HandedIn, TakenBack, take_return
from commerce.checkout.returns.decide import approve_return, cancel_return, refuse_return
from commerce.checkout.returns.inspect import inspect_return
from commerce.checkout.returns.receive import receive_return
from commerce.checkout.returns.returnable import Returnable, returnable_lines, shopper_may_ask
from commerce.checkout.returns.settle import close_return, refund_return

__all__ = [
    "HandedIn",
    "Returnable",
    "TakenBack",
    "approve_return",
    "ask_return",
    "cancel_return",
    "close_return",
    "inspect_return",
    "receive_return",
    "refund_return",
    "refuse_return",
    "returnable_lines",
    "shopper_may_ask",
    "take_return",
]
