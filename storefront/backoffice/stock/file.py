"""Everything about one level: what its page shows, read in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import Coming, coming_units, history, levels_of, locations
from commerce.inventory.rows import LevelRow, LocationRow, MovementRow
from commerce.kernel.errors import NotFoundError
from commerce.park.queries.staff import list_colleagues
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from storefront.backoffice.readings import StockPaper, order_numbers, stock_papers

_MOST_MOVEMENTS = 50


@dataclass(frozen=True, slots=True)
class LevelFile:
    """One variant at one place, with its ledger; `numbers` and `papers` say what moved it."""

    variant: SoldVariant
    place: LocationRow
    level: LevelRow
    elsewhere: tuple[tuple[LocationRow, LevelRow | None], ...]
    ledger: tuple[MovementRow, ...]
    people: dict[UUID, str]
    numbers: dict[UUID, str]
    papers: dict[UUID, StockPaper]
    coming: tuple[Coming, ...]
    """What is on its way here, with the paper that brings it."""
    older: UUID | None
    """The movement after which an older page begins, if there is one."""


def read_level(
    connection: Connection, *, variant_id: UUID, location_id: UUID, before: UUID | None
) -> LevelFile:
    """Return one level with what its page shows.

    Raises:
        NotFoundError: the merchant has no such variant or place.
    """
    variant, place = known(connection, variant_id, location_id)
    levels = {each.location_id: each for each in levels_of(connection, variant_ids=[variant_id])}
    ledger = history(
        connection,
        variant_id=variant_id,
        location_id=location_id,
        before=before,
        most=_MOST_MOVEMENTS + 1,
    )
    shown = ledger[:_MOST_MOVEMENTS]
    colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return LevelFile(
        variant=variant,
        place=place,
        level=levels.get(location_id, LevelRow(variant_id, location_id, 0, 0, 0)),
        elsewhere=tuple((e, levels.get(e.id)) for e in locations(connection) if e.active),
        ledger=shown,
        people={each.staff_id: each.name_in(language()) for each in colleagues},
        numbers=order_numbers(connection, order_ids=[e.subject_id for e in shown if e.subject_id]),
        papers=stock_papers(connection, paper_ids=[e.subject_id for e in shown if e.subject_id]),
        coming=tuple(
            each
            for each in coming_units(connection, variant_ids=[variant_id])
            if each.location_id == location_id
        ),
        older=shown[-1].id if len(ledger) > _MOST_MOVEMENTS else None,
    )


def known(
    connection: Connection, variant_id: UUID, location_id: UUID
) -> tuple[SoldVariant, LocationRow]:
    """Return the variant and the place.

    Raises:
        NotFoundError: the merchant has no such variant or place.
    """
    place = next((each for each in locations(connection) if each.id == location_id), None)
    found = variants_by_ids(connection, variant_ids=[variant_id], locale=language())
    if place is None or variant_id not in found:
        raise NotFoundError
    return found[variant_id], place
