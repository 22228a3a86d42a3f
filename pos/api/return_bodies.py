"""What the till's page sends about goods that come back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from pos.api.bodies import Body, Pieces, ReadingBody


class ReturnLineBody(Body):
    """Units of one sold line on the counter: why they come back, and what becomes of each."""

    line: UUID
    reason: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    restock: Pieces = 0
    aside: Pieces = 0
    spoilt: Pieces = 0


class ReturnBody(Body):
    """Goods of an order that are handed in; the command's id names a return that nobody announced."""

    order: UUID
    lines: Annotated[list[ReturnLineBody], Field(min_length=1, max_length=500)]
    announced: UUID | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class ReturnNamedBody(Body):
    """One return that a till has taken."""

    returned: UUID


class OrderOfBody(ReadingBody):
    """Of which order a clerk wants to know what can come back."""

    order: UUID
