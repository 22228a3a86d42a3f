"""Lots: goods of one variant that were made together."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LotLabel:
    """What is printed on the goods: the lot's code, and the last day on which they may be sold."""

    code: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class LotUnits:
    """Units of one lot at one place; unsigned."""

    lot_id: UUID
    variant_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with what there is of it at one place."""

    lot_id: UUID
    variant_id: UUID
    location_id: UUID
    code: str
    """Empty for goods whose lot nobody told."""
    expires_on: date | None
    expired_at: datetime | None
    on_hand: int
