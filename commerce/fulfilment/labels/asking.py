"""Ask for a label, and write down what its carrier answered.

A label's row is taken first in every transaction here, so that whatever is told of it is told once.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.errors import LabelStandsError, NotPackedError, ParcelWeightError
from commerce.fulfilment.label_models import ParcelLabel
from commerce.fulfilment.labels.contents import HEAVIEST_GRAMS, LIGHTEST_GRAMS
from commerce.fulfilment.labels.rows import LABEL_COLUMNS, LabelRow, label_row
from commerce.fulfilment.labels.telling import tell_of_label
from commerce.fulfilment.rows import FulfilmentState
from commerce.fulfilment.service.picking import task_of
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.rows import Actor, EventKind
from commerce.plugins.carriers import BookLabel, LabelSnapshot, ServiceOffer
from commerce.plugins.parcels import Parcel
from commerce.plugins.results import Refused
from commerce.plugins.storage import request_json

_INSERT = Insertion(ParcelLabel)

_LIVE = Statement("""
SELECT 1 FROM parcel_label
WHERE merchant_id = :merchant AND fulfilment_id = :part AND state IN ('asked', 'booked')
""")

_TRY = Statement(
    f"""
UPDATE parcel_label SET attempts = attempts + 1, tried_at = :now, sent_at = :now
WHERE merchant_id = :merchant AND id = :id AND state = 'asked'
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)

# One that is not wanted any more keeps that: it is booked, and is to be given back.
_BOOKED = Statement(
    f"""
UPDATE parcel_label SET
  state = CASE WHEN state = 'asked' THEN 'booked' ELSE state END, wish = NULL, handle = :handle,
  carrier = :carrier, carrier_zh = :carrier_zh, tracking_number = :number, tracking_page = :page,
  cost_minor = :cost, currency = :currency, booked_at = :now, heard_at = :now
WHERE merchant_id = :merchant AND id = :id AND handle IS NULL
  AND state IN ('asked', 'cancelling')
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)

_REFUSED = Statement(
    f"""
UPDATE parcel_label SET
  state = CASE WHEN state = 'asked' THEN 'refused' ELSE 'cancelled' END, wish = NULL,
  refusal = :code, detail = :detail, ended_at = :now
WHERE merchant_id = :merchant AND id = :id AND handle IS NULL
  AND state IN ('asked', 'cancelling')
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)


def ask_for_label(
    session: Session,
    *,
    merchant_id: UUID,
    fulfilment_id: UUID,
    plugin: str,
    offer: ServiceOffer,
    parcel: Parcel,
    webhook_url: str,
    actor_id: UUID,
) -> UUID:
    """Write down that a label is wanted for a packed parcel, before any carrier is asked.

    Return its id, which is the carrier's idempotency key: however often it is asked, it books once.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        NotPackedError: it is not packed, or has left.
        LabelStandsError: it has a label, or one is asked for.
        ParcelWeightError: nothing weighs that.
    """
    if not LIGHTEST_GRAMS <= parcel.weight_grams <= HEAVIEST_GRAMS:
        raise ParcelWeightError
    task = task_of(session, merchant_id=merchant_id, fulfilment_id=fulfilment_id)
    if task.state != FulfilmentState.PACKED:
        raise NotPackedError
    if _LIVE.value(session, {"merchant": merchant_id, "part": fulfilment_id}):
        raise LabelStandsError
    label_id = new_id()
    wish = BookLabel(reference=label_id, service=offer.code, parcel=parcel, webhook_url=webhook_url)
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": label_id,
            "order_id": task.order_id,
            "fulfilment_id": fulfilment_id,
            "plugin": plugin,
            "service": offer.code,
            "service_name": offer.name.en,
            "service_name_zh": offer.name.zh,
            "weight_grams": parcel.weight_grams,
            "wish": request_json(wish),
            "actor_id": actor_id,
        },
    )
    return label_id


def try_booking(session: Session, *, merchant_id: UUID, label_id: UUID) -> LabelRow | None:
    """Note that the carrier is asked now; None when nobody wants the label any more."""
    asked = {"merchant": merchant_id, "id": label_id, "now": utc_now()}
    return _TRY.one_or_none(session, asked)


def record_booked(
    session: Session, *, merchant_id: UUID, label_id: UUID, booked: LabelSnapshot
) -> LabelRow | None:
    """Write down what was booked, once; None when it is known already."""
    label = _BOOKED.one_or_none(
        session,
        {
            "merchant": merchant_id,
            "id": label_id,
            "handle": booked.handle,
            "carrier": booked.carrier.en,
            "carrier_zh": booked.carrier.zh,
            "number": booked.tracking_number,
            "page": _page(booked.tracking_page),
            "cost": booked.cost.amount_minor,
            "currency": booked.cost.currency,
            "now": utc_now(),
        },
    )
    if label is not None and label.state.value == "booked":
        cost = {"amount_minor": booked.cost.amount_minor, "currency": booked.cost.currency}
        tell_of_label(session, merchant_id, label, EventKind.LABEL_BOOKED, Actor.PROVIDER, **cost)
    return label


def record_refused(
    session: Session, *, merchant_id: UUID, label_id: UUID, refused: Refused
) -> LabelRow | None:
    """Write down that the carrier does not book it; None when it is known already."""
    told: dict[str, str | UUID | datetime] = {
        "merchant": merchant_id,
        "id": label_id,
        "code": refused.code,
        "detail": refused.message,
        "now": utc_now(),
    }
    label = _REFUSED.one_or_none(session, told)
    if label is not None and label.state.value == "refused":
        told_why = {"refusal": refused.code, "detail": refused.message, "plugin": label.plugin}
        tell_of_label(
            session, merchant_id, label, EventKind.LABEL_REFUSED, Actor.PROVIDER, **told_why
        )
    return label


def _page(url: str) -> str:
    """Return the address of a page that a browser may be led to; nothing for any other scheme."""
    return url if url.startswith(("https://", "http://")) else ""
