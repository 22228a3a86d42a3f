"""Follow parcels: take in scans, tell of them, and close the part that has arrived.

A parcel's standing is a function of the set of its scans, and each scan is told once: so messages
may come late, doubled or reordered, beside what the carrier answers when it is asked.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.labels.queries import scans_of
from commerce.fulfilment.labels.rows import LABEL_COLUMNS, LabelRow, LabelState, ScanRow, label_row
from commerce.fulfilment.labels.telling import tell_of_label
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement
from commerce.orders.queries import timeline_of
from commerce.orders.rows import Actor, EventKind
from commerce.orders.story import happened_at
from commerce.plugins.tracking import TrackingScan, TrackingStage

_LONGEST = 120
_EARLIEST = timedelta(days=31)
_LATEST = timedelta(days=2)
"""A scan from longer before its label was asked for, or from further ahead, is a mistake in a clock."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")

_HEARD = Statement(
    f"""
UPDATE parcel_label SET heard_at = :now WHERE merchant_id = :merchant AND id = :id
RETURNING {LABEL_COLUMNS}
""",  # noqa: S608 - names of ours
    label_row,
)

_KEEP = Statement("""
INSERT INTO parcel_scan (merchant_id, id, label_id, scan_id, stage, at, place, country, detail,
                         received_at)
VALUES (:merchant, :id, :label, :scan, :stage, :at, :place, :country, :detail, :now)
ON CONFLICT (merchant_id, label_id, scan_id) DO NOTHING
""")

_STAND = Statement("""
UPDATE parcel_label l SET stage = s.stage, stage_at = s.at
FROM (
  SELECT stage, at FROM parcel_scan WHERE merchant_id = :merchant AND label_id = :id
  ORDER BY stage IN ('delivered', 'returned', 'lost') DESC, at DESC, scan_id DESC LIMIT 1
) AS s
WHERE l.merchant_id = :merchant AND l.id = :id
""")

_ARRIVE = Statement("""
UPDATE fulfilment f SET state = 'delivered'
FROM parcel_label l
WHERE l.merchant_id = :merchant AND l.id = :id AND l.state = 'booked' AND l.stage = 'delivered'
  AND f.merchant_id = l.merchant_id AND f.id = l.fulfilment_id AND f.state = 'sent'
""")

# What has left with a label leaves with its number; a label that nobody has booked yet is too late.
_TRAVELS = Statement(
    f"""
WITH late AS (
  UPDATE parcel_label SET state = 'cancelling', tried_at = NULL, attempts = 0
  WHERE merchant_id = :merchant AND fulfilment_id = :part AND state = 'asked'
)
SELECT {LABEL_COLUMNS} FROM parcel_label
WHERE merchant_id = :merchant AND fulfilment_id = :part AND state = 'booked'
""",  # noqa: S608 - names of ours
    label_row,
)


def take_in_scans(
    session: Session, *, merchant_id: UUID, label_id: UUID, scans: Sequence[TrackingScan]
) -> int:
    """Write down what a carrier tells of a parcel; return how many scans were new.

    What is new is told on the order's timeline with its place and time, the earliest first. A parcel
    that has arrived closes its part of the order, if that has left. Scans of impossible days are
    left out.
    """
    heard = {"merchant": merchant_id, "id": label_id, "now": utc_now()}
    label = _HEARD.one_or_none(session, heard)
    if label is None:
        return 0
    believed = [scan for scan in scans if _is_believed(label, scan.at)]
    ordered = sorted(believed, key=lambda scan: (scan.at, scan.scan_id))
    new = [scan for scan in ordered if _keep(session, merchant_id, label_id, scan)]
    if new:
        where = {"merchant": merchant_id, "id": label_id}
        _STAND.run(session, where)
        _ARRIVE.run(session, where)
        for scan in new:
            _tell(session, merchant_id, label, scan)
    return len(new)


def tell_missed_scans(session: Session, *, merchant_id: UUID, label: LabelRow) -> None:
    """Tell of what was scanned while a label was being given back that counts again."""
    told = {
        (each.facts["stage"], happened_at(each))
        for each in timeline_of(session.connection(), order_id=label.order_id, everything=False)
        if each.kind is EventKind.TRACKED and each.facts.get("label") == str(label.id)
    }
    for scan in scans_of(session.connection(), label_ids=[label.id]):
        if (scan.stage.value, scan.at) not in told:
            _tell(session, merchant_id, label, scan)


def leave_with_label(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID
) -> LabelRow | None:
    """Return the label that a part leaves with, if it has one; one that is not booked is let go.

    A parcel may have arrived before anybody said that it has left: then its part is closed.
    """
    where = {"merchant": merchant_id, "part": fulfilment_id}
    label = _TRAVELS.one_or_none(session, where)
    if label is not None and label.stage is TrackingStage.DELIVERED:
        _ARRIVE.run(session, {"merchant": merchant_id, "id": label.id})
    return label


def _is_believed(label: LabelRow, at: datetime) -> bool:
    return label.created_at - _EARLIEST <= at <= utc_now() + _LATEST


def _keep(session: Session, merchant_id: UUID, label_id: UUID, scan: TrackingScan) -> bool:
    kept = {
        "merchant": merchant_id,
        "id": new_id(),
        "label": label_id,
        "scan": _plain(scan.scan_id),
        "stage": scan.stage.value,
        "at": scan.at,
        "place": _plain(scan.place),
        "country": _plain(scan.country),
        "detail": _plain(scan.detail),
        "now": utc_now(),
    }
    return _KEEP.run(session, kept) > 0


def _tell(
    session: Session, merchant_id: UUID, label: LabelRow, scan: TrackingScan | ScanRow
) -> None:
    """Tell of a scan; that a label was made is told already, and what was given back goes nowhere."""
    if scan.stage is TrackingStage.ANNOUNCED or label.state is not LabelState.BOOKED:
        return
    tell_of_label(
        session,
        merchant_id,
        label,
        EventKind.TRACKED,
        Actor.PROVIDER,
        stage=scan.stage.value,
        scanned_at=scan.at.isoformat(),
        place=_plain(scan.place),
        country=_plain(scan.country),
    )


def _plain(words: str) -> str:
    """Return a carrier's words without what nobody can print, and not longer than anybody reads."""
    return _UNPRINTABLE.sub(" ", words).strip()[:_LONGEST]
