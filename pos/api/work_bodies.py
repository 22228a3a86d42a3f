"""What the till's page sends about parts of orders: what is handed over, picked, packed and shelved."""

from collections import Counter
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from commerce.fulfilment.rows import DeclineReason, ShortReason
from pos.api.bodies import Body, Count, Shown

ShelfName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]


class ShownBody(Body):
    """What a customer shows or says, and who asks what it stands for."""

    badge: Shown
    shown: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]


def units_of(lines: list["HandedLineBody"]) -> Counter[UUID]:
    """Return units by variant; of a variant that is said twice, both."""
    units = Counter[UUID]()
    for line in lines:
        units[line.variant] += line.quantity
    return units


class PartBody(Body):
    """One part of an order."""

    fulfilment: UUID


class HandedLineBody(Body):
    """So many of one variant, given out of the hand."""

    variant: UUID
    quantity: Count


class HandOverBody(PartBody):
    """A pickup that goes to whoever came for it, as the clerk saw it."""

    by: Literal["code", "digits", "person"]
    """What was shown: the signed code, its digits, or somebody whom the clerk knew to be the customer."""
    lines: Annotated[list[HandedLineBody], Field(min_length=1, max_length=500)]
    """What left the counter."""
    stays: Annotated[list[HandedLineBody], Field(max_length=500)] = Field(
        default=[], exclude_if=lambda told: not told
    )
    """What lies ready and goes back to the shelf, for the customer to come again."""
    shelf: ShelfName = Field(default="", exclude_if=lambda told: not told)
    """Where what stays lies."""


class RefuseBody(PartBody):
    """What a customer does not want of what lies ready."""

    lines: Annotated[list[HandedLineBody], Field(min_length=1, max_length=500)]


class PickBody(PartBody):
    """Units that were taken from their shelf."""

    variant: UUID
    units: Count


class ShortBody(PickBody):
    """Units that are not where they should be picked."""

    reason: ShortReason


class DeclineBody(PartBody):
    """Why this store does not do it."""

    reason: DeclineReason
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class ShelveBody(PartBody):
    """Where a packed part lies."""

    shelf: ShelfName = ""
