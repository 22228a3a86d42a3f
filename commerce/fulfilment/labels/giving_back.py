"""Give labels back that no parcel travels with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.errors import LabelMovedOnError, UnknownLabelError
from commerce.fulfilment.labels.following import tell_missed_scans
from commerce.fulfilment.labels.queries import label_by_id
from commerce.fulfilment.labels.rows import LABEL_COLUMNS, LabelRow, LabelState, label_row
from commerce.fulfilment.labels.telling import tell_of_label
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement
from commerce.orders.rows import Actor, EventKind
from commerce.plugins.results import Refused

# Whoever gives a label back and whoever lets its parcel leave take the part first, so one waits for
# the other: a label of a parcel that has left is the parcel's for good.
_HOLD_PART = Statement("""
SELECT f.id FROM fulfilment f
WHERE f.merchant_id = :merchant
  AND f.id = (SELECT l.fulfilment_id FROM parcel_label l WHERE l.merchant_id = :merchant AND l.id = :id)
FOR UPDATE
""")

_GIVE_BACK = Statement("""
UPDATE parcel_label l SET state = 'cancelling', tried_at = NULL, attempts = 0
WHERE l.merchant_id = :merchant AND l.id = :id AND l.state IN ('asked', 'booked')
  AND NOT EXISTS (
    SELECT FROM fulfilment f WHERE f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id
      AND f.left_at IS NOT NULL
  )
""")

_LET_GO = Statement("""
UPDATE parcel_label SET state = 'cancelling', tried_at = NULL, attempts = 0
WHERE merchant_id = :merchant AND fulfilment_id = ANY(:parts) AND state IN ('asked', 'booked')
""")

_LET_GO_OF_ORDER = Statement("""
UPDATE parcel_label l SET state = 'cancelling', tried_at = NULL, attempts = 0
WHERE l.merchant_id = :merchant AND l.order_id = :order AND l.state IN ('asked', 'booked')
  AND NOT EXISTS (
    SELECT FROM fulfilment f WHERE f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id
      AND f.left_at IS NOT NULL
  )
""")

_TRY = Statement(
    f"""
UPDATE parcel_label SET attempts = attempts + 1, tried_at = :now
WHERE merchant_id = :merchant AND id = :id AND state = 'cancelling'
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)

_CANCELLED = Statement(
    f"""
UPDATE parcel_label SET state = 'cancelled', wish = NULL, refusal = '', detail = '', ended_at = :now
WHERE merchant_id = :merchant AND id = :id AND state = 'cancelling'
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)

# A parcel that waits in its box for want of another label goes on with the one that it has.
_KEPT = Statement(
    f"""
UPDATE parcel_label l SET
  state = CASE WHEN s.stands THEN 'booked' ELSE 'kept' END,
  ended_at = CASE WHEN s.stands THEN NULL ELSE CAST(:now AS timestamptz) END,
  wish = NULL, refusal = :code, detail = :detail
FROM (
  SELECT f.state = 'packed' AND NOT EXISTS (
    SELECT FROM parcel_label o WHERE o.merchant_id = f.merchant_id AND o.fulfilment_id = f.id
      AND o.state IN ('asked', 'booked')
  ) AS stands
  FROM fulfilment f JOIN parcel_label k ON k.merchant_id = f.merchant_id AND k.fulfilment_id = f.id
  WHERE k.merchant_id = :merchant AND k.id = :id
) AS s
WHERE l.merchant_id = :merchant AND l.id = :id AND l.state = 'cancelling'
RETURNING {", ".join("l." + name for name in LABEL_COLUMNS.split(", "))}
""",  # noqa: S608 - names of ours
    label_row,
)

_DROP_PAPERS = Statement("""
DELETE FROM label_paper WHERE merchant_id = :merchant AND label_id = :id
""")

_FORGET_PAPERS = Statement("""
DELETE FROM label_paper p USING parcel_label l
WHERE p.merchant_id = :merchant AND l.merchant_id = p.merchant_id AND l.id = p.label_id
  AND l.order_id = ANY(:orders)
""")

_OLD_PAPERS = Statement("""
DELETE FROM label_paper p USING parcel_label l
WHERE l.merchant_id = p.merchant_id AND l.id = p.label_id
  AND (l.booked_at < :booked OR l.stage = 'delivered' AND l.stage_at < :arrived)
""")

_KEPT_AFTER_ARRIVAL = timedelta(days=14)
_KEPT_AT_MOST = timedelta(days=90)


def give_label_back(session: Session, *, merchant_id: UUID, label_id: UUID) -> None:
    """Say that a label is not wanted any more; its carrier is asked afterwards.

    Said again it changes nothing.

    Raises:
        UnknownLabelError: the merchant has no such label.
        LabelMovedOnError: its parcel has left, or there is nothing to give back.
    """
    asked = {"merchant": merchant_id, "id": label_id}
    _HOLD_PART.one_or_none(session, asked)
    if _GIVE_BACK.run(session, asked):
        return
    label = label_by_id(session, label_id=label_id)
    if label is None:
        raise UnknownLabelError
    if label.state not in {LabelState.CANCELLING, LabelState.CANCELLED}:
        raise LabelMovedOnError


def let_labels_go(session: Session, *, merchant_id: UUID, fulfilment_ids: Sequence[UUID]) -> None:
    """Give back the labels of parts that are opened again, or end; the clock asks their carriers."""
    _LET_GO.run(session, {"merchant": merchant_id, "parts": list(fulfilment_ids)})


def let_labels_of_order_go(session: Session, *, merchant_id: UUID, order_id: UUID) -> None:
    """Give back the labels of everything of an order that has not left."""
    _LET_GO_OF_ORDER.run(session, {"merchant": merchant_id, "order": order_id})


def try_giving_back(session: Session, *, merchant_id: UUID, label_id: UUID) -> LabelRow | None:
    """Note that the carrier is asked now; None when it is settled."""
    asked = {"merchant": merchant_id, "id": label_id, "now": utc_now()}
    return _TRY.one_or_none(session, asked)


def record_given_back(session: Session, *, merchant_id: UUID, label_id: UUID) -> LabelRow | None:
    """Write down that a label is void, and drop what was printed of it."""
    asked = {"merchant": merchant_id, "id": label_id}
    label = _CANCELLED.one_or_none(session, asked | {"now": utc_now()})
    if label is not None:
        _DROP_PAPERS.run(session, asked)
        tell_of_label(session, merchant_id, label, EventKind.LABEL_CANCELLED, Actor.PROVIDER)
    return label


def record_kept(
    session: Session, *, merchant_id: UUID, label_id: UUID, refused: Refused
) -> LabelRow | None:
    """Write down that the carrier does not take a label back: it stays to be paid.

    It counts again where its parcel is still packed and has no other; the order's page then tells
    what was scanned meanwhile.
    """
    ended = {"code": refused.code, "detail": refused.message, "now": utc_now()}
    asked = {"merchant": merchant_id, "id": label_id}
    _HOLD_PART.one_or_none(session, asked)
    label = _KEPT.one_or_none(session, asked | ended)
    if label is not None:
        why = {"refusal": refused.code, "detail": refused.message, "plugin": label.plugin}
        tell_of_label(session, merchant_id, label, EventKind.LABEL_KEPT, Actor.PROVIDER, **why)
        tell_missed_scans(session, merchant_id=merchant_id, label=label)
    return label


def forget_papers(session: Session, *, merchant_id: UUID, order_ids: Sequence[UUID]) -> None:
    """Drop what was printed for these orders: a label holds a name and a street."""
    _FORGET_PAPERS.run(session, {"merchant": merchant_id, "orders": list(order_ids)})


def forget_papers_before(session: Session, *, now: datetime) -> int:
    """Drop what was printed of parcels that arrived, or were booked, long ago; park's scope."""
    asked = {"arrived": now - _KEPT_AFTER_ARRIVAL, "booked": now - _KEPT_AT_MOST}
    return _OLD_PAPERS.run(session, asked)
