"""Which labels there are, how their parcels stand, and what is printed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.labels.rows import (
    LABEL_COLUMNS,
    CarrierRow,
    LabelRow,
    ScanRow,
    label_row,
)
from commerce.kernel.statements import Statement
from commerce.plugins.carriers import LabelFormat
from commerce.plugins.tracking import TrackingStage

_SELECT = f"SELECT {LABEL_COLUMNS} FROM parcel_label"  # noqa: S608 - names of ours

_BY_ID = Statement(f"{_SELECT} WHERE id = :id", label_row)
_OF_PART = Statement(f"{_SELECT} WHERE fulfilment_id = :part ORDER BY id DESC", label_row)
_NAMED = Statement(
    f"{_SELECT} WHERE plugin = :plugin AND (id = CAST(:reference AS uuid) OR handle = :handle)",
    label_row,
)
_SCANS = Statement(
    """
SELECT label_id, stage, at, place, country, detail FROM parcel_scan
WHERE label_id = ANY(:labels) ORDER BY at, scan_id
""",
    lambda label, stage, *rest: ScanRow(label, TrackingStage(stage), *rest),
)
_PAPER = Statement(
    "SELECT content FROM label_paper WHERE label_id = :label AND form = :form", bytes
)
_ACCOUNTS = Statement(
    """
SELECT id, plugin, enabled, settings, sealed FROM carrier_account
WHERE enabled OR :with_disabled ORDER BY plugin
""",
    CarrierRow,
)

# The pauses grow with the tries, up to an hour; the merchants' newest come first.
_UNSETTLED = Statement("""
SELECT merchant_id, id FROM parcel_label
WHERE state IN ('asked', 'cancelling') AND (tried_at IS NULL OR tried_at < CAST(:now AS timestamptz)
  - LEAST(make_interval(secs => 30 * power(2, LEAST(attempts, 8))), interval '1 hour'))
  AND (state = 'cancelling' OR created_at < CAST(:now AS timestamptz) - interval '1 minute')
ORDER BY id DESC LIMIT :most
""")

_UNHEARD = Statement("""
SELECT merchant_id, id FROM parcel_label
WHERE state = 'booked' AND stage NOT IN ('delivered', 'returned', 'lost')
  AND heard_at < :silent AND booked_at > :given_up
ORDER BY heard_at LIMIT :most
""")

SILENT_AFTER = timedelta(hours=4)
"""A parcel of which nothing was heard for so long is asked about."""

_FOLLOWED_FOR = timedelta(days=60)


def label_by_id(connection: Connection | Session, *, label_id: UUID) -> LabelRow | None:
    """Return one label of the merchant, or None."""
    return _BY_ID.one_or_none(connection, {"id": label_id})


def labels_of_part(
    connection: Connection | Session, *, fulfilment_id: UUID
) -> tuple[LabelRow, ...]:
    """Return the labels of a part of an order, the newest first."""
    return tuple(_OF_PART.all(connection, {"part": fulfilment_id}))


def label_named(
    connection: Connection | Session, *, plugin: str, handle: str, reference: UUID | None
) -> LabelRow | None:
    """Return the label of which a carrier's message speaks, by our id or by its own name."""
    asked = {"plugin": plugin, "handle": handle, "reference": reference}
    return _NAMED.one_or_none(connection, asked)


def scans_of(connection: Connection | Session, *, label_ids: Iterable[UUID]) -> tuple[ScanRow, ...]:
    """Return the scans of parcels in the order in which they happened."""
    return tuple(_SCANS.all(connection, {"labels": list(label_ids)}))


def paper_of(
    connection: Connection | Session, *, label_id: UUID, form: LabelFormat
) -> bytes | None:
    """Return a label as it is printed, or None where it was not fetched yet, or is gone."""
    return _PAPER.one_or_none(connection, {"label": label_id, "form": form.value})


def carrier_accounts(
    connection: Connection | Session, *, with_disabled: bool = False
) -> tuple[CarrierRow, ...]:
    """Return the carriers that the merchant has set up, by plugin."""
    return tuple(_ACCOUNTS.all(connection, {"with_disabled": with_disabled}))


def unsettled_labels(
    connection: Connection, *, now: datetime, most: int = 200
) -> tuple[tuple[UUID, UUID], ...]:
    """Return (merchant, label) of what carriers are to be asked again; park's scope."""
    rows = _UNSETTLED.all(connection, {"now": now, "most": most})
    return tuple((row.merchant_id, row.id) for row in rows)


def unheard_parcels(
    connection: Connection, *, now: datetime, most: int = 200
) -> tuple[tuple[UUID, UUID], ...]:
    """Return (merchant, label) of parcels on their way that are silent; park's scope."""
    asked = {"silent": now - SILENT_AFTER, "given_up": now - _FOLLOWED_FOR, "most": most}
    return tuple((row.merchant_id, row.id) for row in _UNHEARD.all(connection, asked))
