"""Tries a call: whatever the library raises becomes one of the six results."""

from collections.abc import Callable
from typing import TypeVar

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.results import Result, Retryable, Unknown
from integrations.payments.stripe.amounts import UncountableError
from integrations.payments.stripe.answers import meaning
from integrations.payments.stripe.reading import ShapeError
from integrations.payments.stripe.wording import refused

Value = TypeVar("Value")


def moving(call: CallContext, handle: str, work: Callable[[], Result[Value]]) -> Result[Value]:
    """Return what a call that changes something at Stripe came to."""
    try:
        return work()
    except stripe.StripeError as fault:
        return meaning(fault, handle=handle, moves_money=True, locale=call.locale)
    except UncountableError:
        return refused("amount-refused", call.locale)
    except ShapeError:
        return Unknown(handle, "unusable-answer")


def looking(call: CallContext, work: Callable[[], Result[Value]]) -> Result[Value]:
    """Return what a call that changes nothing at Stripe came to."""
    try:
        return work()
    except stripe.StripeError as fault:
        return meaning(fault, handle="", moves_money=False, locale=call.locale)
    except (ShapeError, AttributeError, TypeError):
        return Retryable("unusable-answer")
