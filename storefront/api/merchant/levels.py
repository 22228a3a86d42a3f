"""Find what a program's lines speak of: goods by id or SKU, places by id or code."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import known_variants
from commerce.inventory.queries import locations
from commerce.kernel.errors import FieldProblem
from storefront.api.errors import InvalidBodyError, UnknownLocationError, UnknownVariantError
from storefront.api.shapes.levels import GoodsWish, LevelWish, PlaceWish

Level = tuple[UUID, UUID]
"""A variant and a location."""


def levels_named(connection: Connection, lines: Sequence[LevelWish], at: str) -> list[Level]:
    """Return the level that each of `lines` names; `at` is the pointer to their list.

    Three statements, whatever their number.

    Raises:
        UnknownVariantError, UnknownLocationError: name every line that speaks of unknown things.
        InvalidBodyError: names every line whose level an earlier line has named.
    """
    variants = variants_named(connection, lines, at)
    places = places_named(connection, lines, at)
    levels = list(zip(variants, places, strict=True))
    first = {level: position for position, level in reversed(list(enumerate(levels)))}
    twice = [position for position, level in enumerate(levels) if first[level] != position]
    if twice:
        raise InvalidBodyError(
            tuple(
                _told(at, position, "twice", "An earlier line names it already.")
                for position in twice
            )
        )
    return levels


def variants_named(connection: Connection, lines: Sequence[GoodsWish], at: str) -> list[UUID]:
    """Return the variant that each of `lines` names.

    Raises:
        UnknownVariantError: names every line that speaks of none.
    """
    known, by_sku = known_variants(
        connection,
        variant_ids=[line.variant_id for line in lines if line.variant_id is not None],
        skus=[line.sku for line in lines if line.sku is not None],
    )
    found = [
        by_sku.get(line.sku or "") if line.variant_id is None else line.variant_id for line in lines
    ]
    missing = [
        position
        for position, (line, variant) in enumerate(zip(lines, found, strict=True))
        if variant is None or (line.variant_id is not None and variant not in known)
    ]
    if missing:
        raise UnknownVariantError(unknown_lines(at, missing, UnknownVariantError.template))
    return [variant for variant in found if variant is not None]


def place_named(connection: Connection, wish: PlaceWish) -> UUID:
    """Return the location that `wish` names.

    Raises:
        UnknownLocationError: there is none.
    """
    (place,) = _places(connection, [wish])
    if place is None:
        raise UnknownLocationError
    return place


def places_named(connection: Connection, lines: Sequence[PlaceWish], at: str) -> list[UUID]:
    """Return the location that each of `lines` names.

    Raises:
        UnknownLocationError: names every line that speaks of none.
    """
    found = _places(connection, lines)
    missing = [position for position, place in enumerate(found) if place is None]
    if missing:
        raise UnknownLocationError(unknown_lines(at, missing, UnknownLocationError.template))
    return [place for place in found if place is not None]


def _places(connection: Connection, wishes: Sequence[PlaceWish]) -> list[UUID | None]:
    places = locations(connection)
    ids = {place.id: place.id for place in places}
    codes = {place.code: place.id for place in places}
    return [
        codes.get(wish.location_code or "")
        if wish.location_id is None
        else ids.get(wish.location_id)
        for wish in wishes
    ]


def unknown_lines(at: str, missing: Iterable[int], template: str) -> tuple[FieldProblem, ...]:
    """Return a problem for each of the lines at these places of the list at pointer `at`."""
    return tuple(_told(at, position, "unknown", template) for position in missing)


def _told(at: str, position: int, code: str, template: str) -> FieldProblem:
    return FieldProblem(pointer=f"{at}/{position}", code=code, template=template)
