"""Shapes of returns."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from storefront.api.fields import Shape
from storefront.api.shapes.common import AmountShape


class ReturnLineShape(Shape):
    """Units of one line that come back, and what was found when they were looked at."""

    line_id: UUID
    reason: str
    quantity: int
    received: int
    restocked: int
    quarantined: int
    written_off: int
    declined: int = Field(description="Handed back to the customer, and not paid for.")
    worth: AmountShape = Field(description="What the units that are kept were sold for.")


class ReturnShape(Shape):
    """Goods of the order on their way back."""

    id: UUID
    reference: str = Field(description="What stands on the parcel.")
    state: str
    way: str
    location_id: UUID | None
    note: str
    goods: AmountShape
    delivery: AmountShape
    refunded: AmountShape
    asked_at: datetime
    lines: list[ReturnLineShape]
