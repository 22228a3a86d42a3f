"""Which location serves which units: one place for everything if any can, else as few as possible."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from commerce.inventory.errors import OutOfStockError, Shortfall
from commerce.inventory.queries import Source
from commerce.inventory.rows import Units


def choose_sources(
    *, wanted: Mapping[UUID, int], sources: Sequence[Source], only_at: UUID | None = None
) -> tuple[Units, ...]:
    """Return from where the wanted units of each variant come.

    `sources` are in the order in which locations serve. With `only_at` everything must come from
    that location, as for a pickup.

    Raises:
        OutOfStockError: names every variant that falls short, with what there is in all.
    """
    usable = [s for s in sources if only_at is None or s.location_id == only_at]
    _refuse_short(wanted, usable, only_at)
    for location_id in dict.fromkeys(source.location_id for source in usable):
        stock = {s.variant_id: s.available for s in usable if s.location_id == location_id}
        if all(stock.get(variant, 0) >= units for variant, units in wanted.items()):
            return tuple(
                Units(variant, location_id, units) for variant, units in sorted(wanted.items())
            )
    return tuple(_spread(wanted, usable))


def _refuse_short(
    wanted: Mapping[UUID, int], usable: Sequence[Source], only_at: UUID | None
) -> None:
    there_is: dict[UUID, int] = {}
    for source in usable:
        there_is[source.variant_id] = there_is.get(source.variant_id, 0) + source.available
    short = tuple(
        Shortfall(variant, only_at, units, there_is.get(variant, 0))
        for variant, units in wanted.items()
        if there_is.get(variant, 0) < units
    )
    if short:
        raise OutOfStockError(short)


def _spread(wanted: Mapping[UUID, int], usable: Sequence[Source]) -> Iterable[Units]:
    """Serve each variant from the locations in turn; those that serve many lines come first."""
    served: dict[UUID, int] = {}
    for source in usable:
        if source.available >= wanted.get(source.variant_id, 1):
            served[source.location_id] = served.get(source.location_id, 0) + 1
    ordered = sorted(usable, key=lambda source: -served.get(source.location_id, 0))
    for variant, units in sorted(wanted.items()):
        missing = units
        for source in ordered:
            if source.variant_id == variant and source.available > 0 and missing > 0:
                taken = min(missing, source.available)
                missing -= taken
                yield Units(variant, source.location_id, taken)
