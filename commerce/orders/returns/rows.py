"""What returns take and give: frozen rows, amounts in minor units of the order's currency."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ReturnState(StrEnum):
    """How far a return has come. Stored: a name is never changed."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REFUNDED = "refunded"
    CLOSED = "closed"
    """Looked at, and nothing goes back."""
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self in OPEN_STATES


OPEN_STATES = (
    ReturnState.REQUESTED,
    ReturnState.APPROVED,
    ReturnState.RECEIVED,
    ReturnState.INSPECTED,
)


class ReturnWay(StrEnum):
    """How the goods come back. Stored: a name is never changed."""

    POST = "post"
    STORE = "store"
    COUNTER = "counter"
    """Handed over at a till, without anybody having asked before."""


@dataclass(frozen=True, slots=True)
class AskedUnits:
    """So many units of one sold line that somebody wants to give back, and why."""

    order_line_id: UUID
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class FoundUnits:
    """What became of the units of one line when they were looked at."""

    order_line_id: UUID
    restocked: int = 0
    quarantined: int = 0
    written_off: int = 0
    declined: int = 0

    @property
    def accepted(self) -> int:
        """Units that the merchant keeps, and whose money goes back."""
        return self.restocked + self.quarantined + self.written_off

    @property
    def units(self) -> int:
        """Units that were looked at."""
        return self.accepted + self.declined


@dataclass(frozen=True, slots=True)
class ReturnLineRow:
    """Units of one sold line that come back."""

    id: UUID
    return_id: UUID
    order_line_id: UUID
    reason: str
    quantity: int
    received: int
    restocked: int
    quarantined: int
    written_off: int
    declined: int
    net_minor: int
    tax_minor: int

    @property
    def accepted(self) -> int:
        """Units that the merchant keeps, and whose money goes back."""
        return self.restocked + self.quarantined + self.written_off


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return without its lines."""

    id: UUID
    order_id: UUID
    position: int
    state: ReturnState
    way: ReturnWay
    asked_by: str
    location_id: UUID | None
    note: str
    answer: str
    goods_minor: int
    delivery_minor: int
    refunded_minor: int
    asked_at: datetime
    moved_at: datetime
    moved_by: UUID | None

    @property
    def owed_minor(self) -> int:
        """What the accepted goods are worth, with the delivery where it goes back."""
        return self.goods_minor + self.delivery_minor


@dataclass(frozen=True, slots=True)
class ListedReturn:
    """One return as the desk lists it."""

    id: UUID
    order_id: UUID
    order_number: str
    position: int
    state: ReturnState
    way: ReturnWay
    location_id: UUID | None
    units: int
    goods_minor: int
    delivery_minor: int
    refunded_minor: int
    currency: str
    email: str
    asked_at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedUnits:
    """How many units of a sold line returns lay claim to, and of how many the money was reckoned."""

    order_line_id: UUID
    units: int
    settled: int
