"""The first journey of a payment is its journey: what a provider was asked never changes.

A payment page is opened once per payment, and providers refuse the same wish with other contents.
A shopper may come back in another language, or from another page of the merchant's, and still is
led to the page that waits.
"""

import json
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.statements import Statement
from commerce.payments.gateway import Journey

# Who begins it and where it ends up are the order's, which keeps them; the rest is the visit's.
_VISIT = ("locale", "return_url", "cancel_url", "webhook_url")

_KEEP = Statement("""
UPDATE payment SET journey = coalesce(journey, CAST(:journey AS jsonb))
WHERE merchant_id = :merchant AND id = :payment
RETURNING journey
""")


def first_journey(
    session: Session, *, merchant_id: UUID, payment_id: UUID, journey: Journey, token: str
) -> Journey:
    """Return the journey on which a payment was opened first; `journey` if this is the first time.

    The order's `token`, which stands in the shop's addresses, is not kept with them.
    """
    wish = json.dumps({name: getattr(journey, name).replace(token, ORDER_PLACE) for name in _VISIT})
    known = _KEEP.value(session, {"merchant": merchant_id, "payment": payment_id, "journey": wish})
    if known is None:
        return journey
    return replace(
        journey, **{name: said.replace(ORDER_PLACE, token) for name, said in known.items()}
    )
