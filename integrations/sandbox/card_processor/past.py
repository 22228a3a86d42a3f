"""Payments from before the processor was first switched on: a demo's past, which nobody saw it take.

Such a payment tells everything about itself in its name, `demo_<currency>_<minor units>_<reference>`,
so whoever made up the past needs no processor at hand, and a forgotten journal loses nothing but
what was given back. The demo writes these names in `commerce/demo/seeding/past_payment.py`.
"""

import re
from uuid import UUID

from integrations.sandbox.card_processor.records import Payment, Status

_NAME = re.compile(r"demo_([A-Z]{3})_([1-9][0-9]{0,11})_([0-9a-f]{32})")


def past_payment(name: str, *, account: str) -> Payment | None:
    """Return the payment that `name` tells of, taken in full for `account`; None for other names.

    Its brand, card and webhook address are not known: what happens to it is told to whoever asks.
    """
    told = _NAME.fullmatch(name)
    if told is None:
        return None
    currency, amount = told[1], int(told[2])
    return Payment(
        id=name,
        account=account,
        reference=str(UUID(told[3])),
        amount=amount,
        currency=currency,
        order_number="",
        status=Status.CAPTURED,
        authorised=amount,
        captured=amount,
    )
