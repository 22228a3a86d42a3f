"""When a place is to be filled up, and what that comes to today."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ReorderRuleRow:
    """At `point` units or fewer, fill up to `up_to`, in packs, from a supplier or another place."""

    variant_id: UUID
    location_id: UUID
    point: int
    up_to: int
    pack: int = 1
    supplier_id: UUID | None = None
    source_id: UUID | None = None
    unit_cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rule proposes today, with the figures that it comes from."""

    rule: ReorderRuleRow
    available: int
    """On hand, less what is held and what is past its date."""
    coming: int
    """On its way or ordered already, drafts included."""
    units: int
    """What to order, in whole packs."""
    at_source: int | None
    """What the other place could give now; None when a supplier is the source."""


@dataclass(frozen=True, slots=True)
class AcceptedProposal:
    """What somebody decided to order after a rule proposed something."""

    variant_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Drafts:
    """The purchases and transfers that were drafted; nothing has been ordered or sent yet."""

    purchase_ids: tuple[UUID, ...]
    transfer_ids: tuple[UUID, ...]
