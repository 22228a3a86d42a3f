"""Transfers, and what comes in with a transfer or a purchase."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from commerce.inventory.rows.lots import LotLabel


class TransferState(StrEnum):
    """How far a transfer is."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Portion:
    """Units of one variant, whose place is told by what they are a part of.

    `lot_id` is needed only where one lot is meant and no other.
    """

    variant_id: UUID
    quantity: int
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Units of one variant that came in.

    `quantity` is what came of what was sent or ordered, `surplus` what came beyond it: nobody gets
    more on the books by typing a number twice. Of both together, `damaged` go to quarantine. `lot`
    is what is printed on goods from a supplier, if the variant asks for lots.
    """

    variant_id: UUID
    quantity: int
    surplus: int = 0
    damaged: int = 0
    lot: LotLabel | None = None

    @property
    def units(self) -> int:
        """All units that came."""
        return self.quantity + self.surplus


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer between two places."""

    id: UUID
    number: str
    origin_id: UUID
    destination_id: UUID
    state: TransferState
    expected_on: date | None
    note: str
    asked_by: UUID | None
    sent_by: UUID | None
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    asked: int
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class TransferLineRow:
    """Units of one variant in a transfer."""

    variant_id: UUID
    zone: str
    """Where they lie at the origin; the lines come in picking order."""
    asked: int
    held: int
    """What is still held at the origin; fewer than asked when a till has sold some."""
    sent: int
    received: int
    lost: int
    returned: int
    surplus: int

    @property
    def under_way(self) -> int:
        """Units that are in transit now."""
        return self.sent - self.received - self.lost - self.returned


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """What somebody took in at once."""

    id: UUID
    note: str
    actor_id: UUID | None
    at: datetime
    lines: tuple["ReceiptLineRow", ...]


@dataclass(frozen=True, slots=True)
class ReceiptLineRow:
    """Units of one variant that came in with a receipt."""

    variant_id: UUID
    lot_code: str
    quantity: int
    surplus: int
    damaged: int
