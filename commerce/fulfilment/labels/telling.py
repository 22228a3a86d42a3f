"""What the timeline of an order keeps of a label."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.labels.rows import LabelRow
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell


def tell_of_label(
    session: Session,
    merchant_id: UUID,
    label: LabelRow,
    kind: EventKind,
    actor: Actor,
    **facts: Any,
) -> UUID:
    """Append to the timeline what happened to a label, and return the event's id."""
    known: dict[str, Any] = {**label.waybill.facts, **facts}
    return tell(
        session,
        merchant_id=merchant_id,
        order_id=label.order_id,
        kind=kind,
        actor=actor,
        fulfilment=str(label.fulfilment_id),
        label=str(label.id),
        **known,
    )
