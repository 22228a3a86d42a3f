"""What the inventory takes and gives: frozen rows, quantities in whole units."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Stage(StrEnum):
    """How firm a promise is; until payment it expires."""

    CART = "cart"
    PAYMENT = "payment"
    PLACED = "placed"
    PICKING = "picking"
    SHELF = "shelf"
    TRANSFER = "transfer"


class MovementKind(StrEnum):
    """Why stock changed."""

    OPENING = "opening"
    RECEIVED = "received"
    SOLD = "sold"
    RETURNED = "returned"
    COUNTED = "counted"
    ADJUSTED = "adjusted"
    DAMAGED = "damaged"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"
    DISCREPANCY = "discrepancy"


@dataclass(frozen=True, slots=True)
class Units:
    """A number of units of one variant at one location."""

    variant_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Units of one variant that reach a location by the end of a day (the merchant's own)."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    expected_on: date


class AdvanceKind(StrEnum):
    """Why a variant is sold before it is there."""

    BACKORDER = "backorder"
    PREORDER = "preorder"


@dataclass(frozen=True, slots=True)
class AdvanceTerms:
    """How far a variant may be sold before it is there.

    Attributes:
        cap: units promised at one time that are not there.
        available_on: the day on which they come; a backorder may leave it to what is announced.
        ends_on: the last day on which they are sold; None has no end.
    """

    variant_id: UUID
    kind: AdvanceKind
    cap: int
    available_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a level shall become: `on_hand` units, or `change` units more (negative: fewer)."""

    variant_id: UUID
    location_id: UUID
    change: int = 0
    on_hand: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A level after its correction, in units."""

    variant_id: UUID
    location_id: UUID
    change: int
    on_hand: int
    held: int


@dataclass(frozen=True, slots=True)
class LocationRow:
    """A place that holds stock."""

    id: UUID
    code: str
    kind: str
    name: str
    name_zh: str
    address: str
    address_zh: str
    country: str
    phone: str
    sells_online: bool
    priority: int
    active: bool
    latitude: float | None = None
    longitude: float | None = None
    belongs_to: UUID | None = None
    """The place whose quarantine this is."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Stock of one variant at one location."""

    variant_id: UUID
    location_id: UUID
    on_hand: int
    held: int
    safety: int
    counted: bool = True
    """Whether the variant can run out: it is tracked, and nothing is sold beyond what there is."""
    expired: int = 0
    """Units of lots past their expiry date."""
    zone: str = ""
    """The shelf where the goods lie; empty when nobody has said."""

    @property
    def available(self) -> int:
        """Units that may still be promised online, never below zero."""
        return max(0, self.on_hand - self.held - self.safety - self.expired)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One line of the stock ledger."""

    id: UUID
    variant_id: UUID
    location_id: UUID
    quantity: int
    kind: MovementKind
    reason: str
    subject_id: UUID | None
    actor_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Displacement:
    """Units that a till sale took from a promise to somebody else."""

    owner_id: UUID
    variant_id: UUID
    location_id: UUID
    quantity: int
    stage: Stage
