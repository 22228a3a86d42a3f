"""What labels are for the rest of the house: frozen rows; weights in grams, costs in minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.fulfilment.carriers import Waybill
from commerce.kernel.money import Money
from commerce.plugins.tracking import TrackingStage


class LabelState(StrEnum):
    """How a label stands with its carrier. Stored: a name is never changed."""

    ASKED = "asked"
    BOOKED = "booked"
    REFUSED = "refused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    KEPT = "kept"
    """It was to be given back, and the carrier does not take it."""

    @property
    def settled(self) -> bool:
        """Whether nothing is asked of the carrier any more."""
        return self not in {LabelState.ASKED, LabelState.CANCELLING}


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """A carrier's plugin that a merchant has set up."""

    id: UUID
    plugin: str
    enabled: bool
    settings: dict[str, Any]
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label; times UTC."""

    id: UUID
    order_id: UUID
    fulfilment_id: UUID
    plugin: str
    service: str
    service_name: str
    service_name_zh: str
    state: LabelState
    weight_grams: int
    wish: dict[str, Any] | None
    attempts: int
    tried_at: datetime | None
    sent_at: datetime | None
    handle: str | None
    carrier: str
    carrier_zh: str
    tracking_number: str
    tracking_page: str
    cost_minor: int | None
    currency: str
    refusal: str
    detail: str
    stage: TrackingStage | None
    stage_at: datetime | None
    created_at: datetime
    booked_at: datetime | None

    @property
    def cost(self) -> Money | None:
        """What the merchant pays for it, once it is booked."""
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)

    @property
    def waybill(self) -> Waybill:
        """Who carries the parcel and under which number, as a timeline keeps it."""
        return Waybill(self.carrier, self.tracking_number, self.carrier_zh, self.tracking_page)

    def service_in(self, language: str) -> str:
        """Return what the service is called in `language` ("zh" or "en")."""
        return self.service_name_zh if language.startswith("zh") else self.service_name


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan of a parcel, at the carrier's time (UTC)."""

    label_id: UUID
    stage: TrackingStage
    at: datetime
    place: str
    country: str
    detail: str


def label_row(*columns: Any) -> LabelRow:
    """Read a row of `LABEL_COLUMNS`."""
    facts = dict(zip(LabelRow.__slots__, columns, strict=True))
    facts["state"] = LabelState(facts["state"])
    facts["stage"] = TrackingStage(facts["stage"]) if facts["stage"] else None
    return LabelRow(**facts)


LABEL_COLUMNS = ", ".join(LabelRow.__slots__)
