"""What carriers tell of a parcel on its way.

Scans are facts with names of their own. A parcel's standing is a function of the set of its scans,
so scans may come late, doubled or reordered and nothing depends on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TrackingStage(StrEnum):
    """What a scan says of a parcel. Stored: a name is never changed."""

    ANNOUNCED = "announced"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    IN_CUSTOMS = "in_customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    TO_COLLECT = "to_collect"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"

    @property
    def final(self) -> bool:
        """Whether a parcel's way ends with it."""
        return self in _FINAL


_FINAL = frozenset({TrackingStage.DELIVERED, TrackingStage.RETURNED, TrackingStage.LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingScan:
    """One scan of a parcel.

    Attributes:
        scan_id: the carrier's own name for it, by which doubles are recognised.
        at: when it happened at the carrier, in UTC.
        place: where, as the carrier writes it; empty where it does not say.
        country: ISO 3166-1 alpha-2 of that place, or empty.
        detail: the carrier's own words, for people who look closely.
    """

    scan_id: str
    stage: TrackingStage
    at: datetime
    place: str = ""
    country: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingNews:
    """What one message of a carrier tells: of which label, and which scans there are.

    Attributes:
        message_id: the carrier's own name of the message, by which doubles are recognised.
        kind: the carrier's own name of what happened, for people who look at the inbox.
        handle: the carrier's name of the label.
        reference: our own id of it, where the carrier keeps it.
    """

    message_id: str
    kind: str
    handle: str
    reference: UUID | None
    scans: tuple[TrackingScan, ...]


def standing_of(scans: Iterable[TrackingScan]) -> TrackingScan | None:
    """Return the scan that says how a parcel stands: the last one, unless its way has ended."""
    return max(scans, key=lambda scan: (scan.stage.final, scan.at, scan.scan_id), default=None)
