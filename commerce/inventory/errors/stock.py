"""What the inventory refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commerce.inventory.rows.stock import Corrected
from commerce.kernel.errors import CommerceError, FieldProblem, SettingsContradictError


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One line that fell short: what was asked for and what there is, in units."""

    variant_id: UUID
    location_id: UUID | None
    wanted: int
    available: int


class OutOfStockError(CommerceError):
    """At least one line cannot be promised; it names every line that fell short."""

    code = "out-of-stock"
    status = 409
    template = "Some of these goods have just been sold. Change the quantities and try again."

    line_template: ClassVar[str] = "Only %(available)s left; you asked for %(wanted)s."

    def __init__(self, shortfalls: tuple[Shortfall, ...]) -> None:
        super().__init__()
        self.shortfalls = shortfalls

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each line that fell short."""
        return tuple(
            FieldProblem(
                pointer=f"/lines/{short.variant_id}",
                code="out-of-stock",
                template=self.line_template,
                available=short.available,
                wanted=short.wanted,
            )
            for short in self.shortfalls
        )


class StockBelowHeldError(CommerceError):
    """An adjustment would leave fewer units than are promised to orders."""

    code = "stock-below-held"
    status = 409
    template = (
        "%(held)s units are promised to orders, so the stock cannot become %(on_hand)s. "
        "Cancel or move those orders first."
    )


class StockBelowZeroError(StockBelowHeldError):
    """An adjustment would take away more units than there are."""

    code = "stock-below-zero"
    template = "Only %(on_hand)s lie here; %(units)s cannot be taken away."


class CorrectionsRefusedError(CommerceError):
    """Corrections would leave fewer units than are promised to orders, or more than can be."""

    code = "corrections-refused"
    status = 409
    template = (
        "None of the levels was changed. Correct the lines that are named and send all again."
    )

    below_template: ClassVar[str] = "It would hold %(on_hand)s units; %(held)s are promised."
    above_template: ClassVar[str] = "It would hold %(on_hand)s units, more than any shelf does."

    def __init__(self, refused: Mapping[int, Corrected]) -> None:
        super().__init__()
        self.refused = refused

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each line at fault, by its place in the list."""
        return tuple(
            FieldProblem(
                pointer=f"/lines/{at}",
                code="stock-below-held" if level.on_hand < level.held else "too-large",
                template=(
                    self.below_template if level.on_hand < level.held else self.above_template
                ),
                on_hand=level.on_hand,
                held=level.held,
            )
            for at, level in self.refused.items()
        )


class HoldLostError(CommerceError):
    """A hold that was to be used has expired or was displaced."""

    code = "hold-lost"
    status = 409
    template = "Nothing waits here for this order. It has left, or leaves from another place."


class CoordinatesError(CommerceError):
    """A place's coordinates are half given, or are none on this globe."""

    code = "coordinates"
    template = "Give latitude (-90 to 90) and longitude (-180 to 180) both, in degrees, or neither."


class InboundUnitsError(CommerceError):
    """Something is announced without units."""

    code = "inbound-units"
    template = "What is expected needs at least one unit."


class AdvanceSaleError(SettingsContradictError):
    """The terms on which a variant is sold ahead contradict each other; the problem says how."""

    code = "advance-sale"
    template = "Goods cannot be sold ahead on these terms. Correct the marked setting."


class CapBelowPromisedError(CommerceError):
    """A cap would be lower than what is promised ahead already."""

    code = "cap-below-promised"
    status = 409
    template = (
        "More than %(cap)s units are promised ahead already. Set a higher cap, or stop the sale."
    )
