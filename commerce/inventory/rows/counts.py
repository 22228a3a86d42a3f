"""Count sheets as they are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CountSheetRow:
    """A count of a place or of one of its zones."""

    id: UUID
    number: str
    location_id: UUID
    zone: str
    state: str
    """open, approved or cancelled."""
    blind: bool
    tolerance: int
    note: str
    opened_by: UUID | None
    opened_at: datetime
    ended_by: UUID | None
    ended_at: datetime | None
    lines: int
    counted: int
    """Lines that have been counted at least once."""
    to_recount: int
    """Lines that differ beyond the tolerance and have not been counted once more."""


@dataclass(frozen=True, slots=True)
class CountProgress:
    """A line as whoever counts sees it: what was typed, and nothing of the books."""

    variant_id: UUID
    zone: str
    counted: int | None
    recounted: int | None
    to_recount: bool


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line as whoever approves sees it."""

    variant_id: UUID
    zone: str
    left_out: bool
    counted: int | None
    counted_by: UUID | None
    counted_at: datetime | None
    expected: int | None
    recounted: int | None
    recounted_by: UUID | None
    recounted_at: datetime | None
    expected_again: int | None
    booked: int | None
    to_recount: bool

    @property
    def difference(self) -> int | None:
        """Units found beyond what the books said at that moment; None when nobody has counted."""
        if self.recounted is not None and self.expected_again is not None:
            return self.recounted - self.expected_again
        if self.counted is not None and self.expected is not None:
            return self.counted - self.expected
        return None
