"""The carrier's own record of a label and of its parcel."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

BOOKED, CANCELLED = "booked", "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan; `at` in unix seconds."""

    id: str
    stage: str
    at: float
    place: str
    country: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label; `cost` in fen, `booked_at` in unix seconds, `parcel` as it was announced."""

    id: str
    account: str
    reference: str
    service: str
    number: str
    cost: int
    currency: str
    parcel: dict[str, Any]
    webhook_url: str = ""
    status: str = BOOKED
    booked_at: float = 0.0
    scans: tuple[Scan, ...] = field(default=())

    def record(self) -> dict[str, Any]:
        """Return the label as the journal keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Label":
        """Return the label that the journal kept."""
        scans = tuple(Scan(**scan) for scan in record.pop("scans"))
        return cls(**record, scans=scans)

    def changed(self, **changes: Any) -> "Label":
        """Return the label with some facts replaced."""
        return replace(self, **changes)

    def public(self, address: str) -> dict[str, Any]:
        """Return the label as the API shows it to its owner."""
        return {
            "id": self.id,
            "reference": self.reference,
            "status": self.status,
            "service": self.service,
            "number": self.number,
            "cost": self.cost,
            "currency": self.currency,
            "tracking_page": f"{address}/track/{self.number}",
        }
