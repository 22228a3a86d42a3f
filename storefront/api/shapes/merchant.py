"""Shapes of what a merchant's own programs read and change."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from storefront.api.fields import Asked, Limit, OptionalPhrase, Phrase, Search, Shape, Wish
from storefront.api.shapes.levels import LevelWish, one_of
from storefront.api.shapes.product import Status

MOST_UNITS = 1_000_000
MOST_LINES = 500


class MerchantProductsAsked(Search):
    """Which products are wanted."""

    status: list[Status] = Field(default=[], description="All states by default.")
    limit: Limit = 50
    after: OptionalPhrase | None = Field(default=None, description="`next` of the page before.")


class StockAsked(Asked):
    """Whose stock is wanted: these variants, or the variants on sale page by page."""

    variant_id: list[UUID] = Field(default=[], max_length=100)
    limit: Limit = 50
    after: UUID | None = Field(default=None, description="`next` of the page before.")


class MovementsAsked(Asked):
    """Which level's ledger is wanted."""

    variant_id: UUID
    location_id: UUID
    limit: Limit = 50
    after: UUID | None = Field(default=None, description="`next` of the page before.")


class AdjustmentLineWish(LevelWish):
    """What a level shall become: units that came or went, or units that were counted."""

    change: Annotated[int, Field(ge=-MOST_UNITS, le=MOST_UNITS)] | None = Field(
        default=None, description="Units that came; negative: that went."
    )
    on_hand: Annotated[int, Field(ge=0, le=MOST_UNITS)] | None = Field(
        default=None, description="Instead of `change`: the units that were counted."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        one_of(self, "change", "on_hand")
        return self


class AdjustmentsWish(Wish):
    """One document of corrections, and why they were made."""

    kind: Literal["received", "returned", "adjusted", "damaged"] = Field(
        default="adjusted", description="Of the changes; counts are booked as counted."
    )
    reason: Phrase
    lines: Annotated[list[AdjustmentLineWish], Field(min_length=1, max_length=MOST_LINES)]


class LocationShape(Shape):
    """A place that holds stock."""

    id: UUID
    code: str
    kind: str
    name: str
    country: str
    sells_online: bool
    priority: int
    active: bool


class LocationsShape(Shape):
    """The places, in the order in which they serve."""

    items: list[LocationShape]


class LevelShape(Shape):
    """Stock at one location, in units; available = on hand - held - safety, never below zero."""

    location_id: UUID
    location_code: str
    on_hand: int
    held: int
    safety: int
    available: int


class StockShape(Shape):
    """A variant's stock, location by location."""

    variant_id: UUID
    sku: str
    name: str
    variant_name: str
    levels: list[LevelShape]


class StocksShape(Shape):
    """One page of stock."""

    items: list[StockShape]
    next: str | None


class MovementShape(Shape):
    """A line of the stock ledger."""

    id: UUID
    quantity: int
    kind: str
    reason: str
    subject_id: UUID | None
    actor_id: UUID | None
    at: datetime


class MovementsShape(Shape):
    """One page of a level's ledger, newest first."""

    items: list[MovementShape]
    next: str | None


class AdjustedLineShape(Shape):
    """A level after its correction, and the difference that was booked; units."""

    variant_id: UUID
    location_id: UUID
    change: int
    on_hand: int
    held: int


class AdjustedShape(Shape):
    """The levels in the order in which they were named."""

    lines: list[AdjustedLineShape]
